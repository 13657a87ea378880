"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { CalendarOff, Plus, Snowflake, SunMedium } from "lucide-react";
import Link from "next/link";
import { toast } from "sonner";
import type { CalendarRuleList, CalendarRuleView } from "#lib/releases/types.ts";
import { api } from "../api-client.ts";
import { ownTimeZone } from "../backups/time-zone-field.tsx";
import { formatInZone } from "../backups/zoned-time.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardHeader } from "../ui/card.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { useHydrated } from "../ui/use-now.ts";
import { EFFECT_WORDS, sayTime, sayWhere } from "./rule-words.ts";

export const RULES_KEY = ["calendar-rules"];

/** Every rule that holds now or later. */
export function RuleList({ initialData }: { initialData: CalendarRuleList }) {
  const client = useQueryClient();
  const { data } = useQuery({
    queryKey: RULES_KEY,
    queryFn: ({ signal }) => api("GET /calendar-rules", { signal }),
    initialData,
    refetchInterval: 30_000,
  });
  async function remove(rule: CalendarRuleView) {
    await api("DELETE /calendar-rules/{ruleId}", { params: { ruleId: rule.id } });
    toast.success(`The ${EFFECT_WORDS[rule.effect].toLowerCase()} is gone.`);
    await client.invalidateQueries({ queryKey: RULES_KEY });
  }
  const { rules, mayManage } = data;
  const create = mayManage ? (
    <Button asChild variant="primary">
      <Link href="/releases/freezes/new">
        <Plus aria-hidden /> New freeze or window
      </Link>
    </Button>
  ) : null;
  return (
    <Card className="overflow-hidden">
      <CardHeader
        title="When deployments may start"
        note="Proposing and approving go on in a freeze. What was approved starts by itself when the freeze ends, if it has not expired."
        actions={rules.length > 0 ? create : null}
      />
      {rules.length === 0 ? (
        <EmptyState icon={CalendarOff} title="Always" action={create}>
          Without a freeze or a window, deployments start as soon as they are approved.
        </EmptyState>
      ) : (
        <Table label="Freezes and windows">
          <TableHead>
            <Th>Rule</Th>
            <Th>Where</Th>
            <Th>When</Th>
            <Th>Now</Th>
            {mayManage ? (
              <Th>
                <span className="sr-only">Actions</span>
              </Th>
            ) : null}
          </TableHead>
          <TableBody>
            {rules.toSorted(byNearness).map((rule) => (
              <RuleRow key={rule.id} rule={rule} onRemove={mayManage ? remove : null} />
            ))}
          </TableBody>
        </Table>
      )}
    </Card>
  );
}

/** What holds now first, then what comes next. */
const byNearness = (one: CalendarRuleView, other: CalendarRuleView) =>
  (one.now?.from ?? one.next ?? "9").localeCompare(other.now?.from ?? other.next ?? "9");

interface RuleRowProps {
  rule: CalendarRuleView;
  onRemove: ((rule: CalendarRuleView) => Promise<void>) | null;
}

function RuleRow({ rule, onRemove }: RuleRowProps) {
  const zone = useHydrated() ? ownTimeZone() : "UTC";
  const Icon = rule.effect === "deny" ? Snowflake : SunMedium;
  return (
    <TableRow>
      <Td wide className="max-w-80">
        <span className="flex items-start gap-2">
          <Icon
            aria-hidden
            className={
              rule.effect === "deny" ? "mt-0.5 size-4 shrink-0 text-person" : "mt-0.5 size-4 shrink-0 text-done"
            }
          />
          <span className="min-w-0">
            <span className="block break-words font-medium">{rule.reason}</span>
            <span className="block truncate text-muted text-xs">
              {EFFECT_WORDS[rule.effect]}
              {rule.by ? `, by ${rule.by.name}` : ""}
            </span>
          </span>
        </span>
      </Td>
      <Td label="Where" className="break-words max-sm:col-span-2 sm:max-w-48">
        {sayWhere(rule)}
      </Td>
      <Td label="When" className="max-w-80 max-sm:col-span-2">
        {sayTime(rule.time, zone)}
      </Td>
      <Td label="Now" className="max-sm:col-span-2">
        <RuleNow rule={rule} zone={zone} />
      </Td>
      {onRemove ? (
        <Td className="whitespace-nowrap text-right max-sm:col-span-2 max-sm:text-left">
          <Button asChild size="sm" variant="ghost">
            <Link href={`/releases/freezes/${rule.id}/edit`}>
              Change<span className="sr-only"> {rule.reason}</span>
            </Link>
          </Button>
          <ConfirmDialog
            trigger={
              <Button size="sm" variant="danger-quiet">
                Remove<span className="sr-only"> {rule.reason}</span>
              </Button>
            }
            title={`Remove this ${EFFECT_WORDS[rule.effect].toLowerCase()}?`}
            action="Remove it"
            onConfirm={() => onRemove(rule)}
          >
            <strong className="break-words font-medium">{rule.reason}</strong>, {sayWhere(rule)}. Approved deployments
            that waited for it start at once.
          </ConfirmDialog>
        </Td>
      ) : null}
    </TableRow>
  );
}

/** Whether it holds now and until when, else when it does next. */
function RuleNow({ rule, zone }: { rule: CalendarRuleView; zone: string }) {
  if (rule.now)
    return (
      <>
        <StateBadge
          plain
          alert={rule.effect === "deny"}
          state={rule.effect === "deny" ? "person" : "done"}
          word={rule.effect === "deny" ? "Closed" : "Open"}
        />
        <span className="block text-muted text-xs">until {formatInZone(rule.now.until, zone)}</span>
      </>
    );
  if (rule.next === null) return <span className="text-muted">over</span>;
  return <span className="text-muted">from {formatInZone(rule.next, zone)}</span>;
}
