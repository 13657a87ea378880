"use client";

import type { RecordDetail } from "#lib/dns/types.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { StateIcon } from "../ui/state-badge.tsx";
import { tellFailure } from "./tell-failure.ts";
import { formatTtl } from "./ttl.ts";
import { useRecordAct } from "./use-record.ts";

/** What the panel wants beside what somebody put there, and the two ways out. */
export function DriftPanel({ record }: { record: RecordDetail }) {
  const act = useRecordAct(record.id);
  const { observed, may } = record;
  const isGone = !observed || "absent" in observed;
  return (
    <Card role="region" aria-label="Changed elsewhere" className="border-person/35">
      <CardHeader
        title={
          <span className="flex items-center gap-2">
            <StateIcon state="person" word="Look here" />
            {isGone ? "Somebody removed it outside the panel" : "Somebody changed it outside the panel"}
          </span>
        }
        note="The panel changes nothing here until you choose."
      />
      <CardBody className="grid gap-4">
        <div className="grid gap-3 sm:grid-cols-2">
          <Side title="The panel wants" ttl={record.ttl} values={record.values} other={isGone ? [] : observed.values} />
          {isGone ? (
            <div className="rounded-md border border-line px-3 py-2">
              <h3 className="text-muted text-sm">Route 53 has</h3>
              <p>nothing</p>
            </div>
          ) : (
            <Side
              title="Route 53 has"
              ttl={observed.ttl}
              values={observed.alias ? [`alias of ${observed.alias}`] : observed.values}
              other={record.values}
            />
          )}
        </div>
        {may.putRight || may.adopt ? (
          <div className="flex flex-wrap items-center justify-end gap-2">
            <p className="min-w-0 flex-1 basis-60 text-muted text-sm">
              {isGone
                ? "Adopting lets the record go; putting it right writes it again."
                : "Adopting keeps what Route 53 has; putting it right replaces it with what the panel wants."}
            </p>
            <div className="ml-auto flex gap-2">
              {may.adopt ? (
                <Button
                  onClick={() => act.mutate("POST /records/{recordId}/adopt", { onError: tellFailure })}
                  pending={act.isPending && act.variables.endsWith("adopt")}
                  disabled={act.isPending}
                >
                  Adopt
                </Button>
              ) : null}
              {may.putRight ? (
                <Button
                  variant="primary"
                  onClick={() => act.mutate("POST /records/{recordId}/put-right", { onError: tellFailure })}
                  pending={act.isPending && act.variables.endsWith("put-right")}
                  disabled={act.isPending}
                >
                  Put right
                </Button>
              ) : null}
            </div>
          </div>
        ) : null}
      </CardBody>
    </Card>
  );
}

interface SideProps {
  title: string;
  ttl: number | null;
  values: string[];
  /** The other side's: what is only here stands out. */
  other: string[];
}

function Side({ title, ttl, values, other }: SideProps) {
  return (
    <div className="rounded-md border border-line px-3 py-2">
      <h3 className="text-muted text-sm">{title}</h3>
      <ul className="grid gap-1">
        {values.map((value) => (
          <li key={value}>
            <code className={other.includes(value) ? "break-all" : "break-all rounded-sm bg-person-soft px-1"}>
              {value}
            </code>
          </li>
        ))}
      </ul>
      {ttl === null ? null : <p className="pt-1 text-muted text-xs">TTL {formatTtl(ttl)}</p>}
    </div>
  );
}
