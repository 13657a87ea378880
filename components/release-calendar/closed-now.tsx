"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { api } from "../api-client.ts";
import { ownTimeZone } from "../backups/time-zone-field.tsx";
import { formatInZone } from "../backups/zoned-time.ts";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { RULES_KEY } from "./rule-list.tsx";
import { sayWhere } from "./rule-words.ts";

const SHOWN = 3;
const fits = (value: string | null, wanted: string) => wanted === "" || value === null || value === wanted;

/** Freezes that hold at this moment. */
export function ClosedNow({ service, environment }: { service: string; environment: string }) {
  const { data } = useQuery({
    queryKey: RULES_KEY,
    queryFn: ({ signal }) => api("GET /calendar-rules", { signal }),
    refetchInterval: 30_000,
  });
  const closing = (data?.rules ?? []).filter(
    (rule) =>
      rule.effect === "deny" && rule.now && fits(rule.serviceName, service) && fits(rule.environment, environment),
  );
  if (closing.length === 0) return null;
  return (
    <Callout
      tone="warning"
      title={closing.length === 1 ? "A freeze holds now" : `${closing.length} freezes hold now`}
      actions={
        <Button asChild size="sm">
          <Link href="/releases/freezes">Freezes and windows</Link>
        </Button>
      }
    >
      <ul>
        {closing.slice(0, SHOWN).map((rule) => (
          <li key={rule.id}>
            {rule.reason}: {sayWhere(rule)}, until {rule.now ? formatInZone(rule.now.until, ownTimeZone()) : ""}
          </li>
        ))}
        {closing.length > SHOWN ? <li>and {closing.length - SHOWN} more</li> : null}
      </ul>
    </Callout>
  );
}
