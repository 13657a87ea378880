"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { DraftImpact } from "#lib/impact/types.ts";
import { api } from "../api-client.ts";
import { Card } from "../ui/card.tsx";

/** Which other services the answers touch; renewed with every save. Nothing is shown while there are none. */
export function TouchedPanel({ draftId, rev }: { draftId: string; rev: number }) {
  const { data } = useQuery({
    queryKey: ["draft-impact", draftId, rev],
    queryFn: ({ signal }) => api("GET /drafts/{draftId}/impact", { params: { draftId }, signal }),
    placeholderData: keepPreviousData,
  });
  if (!data || data.needs.length + data.neededBy.length + data.affects.length === 0) return null;
  return (
    <Card aria-label="What this touches" className="grid gap-3 px-4 py-3 text-sm">
      <h2 className="font-semibold text-base">What this touches</h2>
      <Side title="It needs" rows={data.needs} />
      <Side title="Needed by" rows={data.neededBy} />
      {data.affects.length > 0 ? (
        <section>
          <h3 className="font-medium text-muted text-xs">It may affect</h3>
          <ul>
            {data.affects.map((one) => (
              <li key={one.service} className="break-words">
                {one.service} <span className="text-muted">{one.note}</span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </Card>
  );
}

function Side({ title, rows }: { title: string; rows: DraftImpact["needs"] }) {
  if (rows.length === 0) return null;
  return (
    <section>
      <h3 className="font-medium text-muted text-xs">{title}</h3>
      <ul className="grid gap-0.5">
        {rows.map((one) => (
          <li key={`${one.service} ${one.kind}`} className="break-words">
            <Link href={`/services/${one.service}/dependencies`} className="font-medium hover:underline">
              {one.service}
            </Link>{" "}
            <span className="text-muted">
              {one.kind}
              {one.reason ? `: ${one.reason}` : ""} ({one.ownerName})
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
