"use client";

import { RefreshCw } from "lucide-react";
import type { ServiceTicks as Ticks, TickView } from "#lib/ticks/types.ts";
import { ChecklistRow } from "../runs/checklist-row.tsx";
import { Button } from "../ui/button.tsx";
import { Card, CardHeader } from "../ui/card.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { stateOfTick } from "./tick-words.ts";
import { useTicks } from "./use-ticks.ts";

interface ServiceTicksProps {
  serviceName: string;
  initialData: Ticks;
}

/** What of the checklist is still so: what is not comes first, with what was asked and since when. */
export function ServiceTicks({ serviceName, initialData }: ServiceTicksProps) {
  const { ticks, check } = useTicks(serviceName, initialData);
  const environments = [...Map.groupBy(ticks.ticks, (tick) => tick.environment)];
  return (
    <Card>
      <CardHeader
        title={
          <StateBadge
            plain
            alert={ticks.open > 0}
            state={ticks.open > 0 ? "person" : "done"}
            word={
              ticks.open > 0 ? `${ticks.right} of ${ticks.total} items are still so` : `All ${ticks.total} are still so`
            }
            className="text-base"
          />
        }
        note={
          ticks.checkedAt ? (
            <>
              The panel asked <RelativeTime at={ticks.checkedAt} />
              {ticks.dueAt ? (
                <>
                  , and asks again <RelativeTime at={ticks.dueAt} />
                </>
              ) : null}
            </>
          ) : (
            "Not looked at yet"
          )
        }
        actions={
          ticks.mayCheck ? (
            <Button size="sm" pending={check.isPending} onClick={() => check.mutate()}>
              {check.isPending ? null : <RefreshCw aria-hidden />} Check now
            </Button>
          ) : null
        }
      />
      {environments.map(([environment, own]) => (
        <section key={environment} aria-label={`Items of ${environment}`} className="border-line not-last:border-b">
          {environments.length > 1 ? (
            <h3 className="border-line border-b bg-sunken px-4 py-1.5 font-medium text-muted text-sm">{environment}</h3>
          ) : null}
          <ul className="divide-y divide-line">
            {[...own].sort(openFirst).map((tick) => (
              <TickItem key={tick.key} tick={tick} />
            ))}
          </ul>
        </section>
      ))}
    </Card>
  );
}

const isOpen = ({ state }: TickView) => state === "false" || state === "unknown";
/** The order of the checklist, what is open before the rest. */
const openFirst = (a: TickView, b: TickView) => Number(isOpen(b)) - Number(isOpen(a));

function TickItem({ tick }: { tick: TickView }) {
  const { state, word } = stateOfTick(tick.state);
  const since = (
    <>
      {isOpen(tick) ? <span className="sr-only">{word} </span> : null}
      <span className="max-sm:hidden">since </span>
      <RelativeTime at={tick.since} />
    </>
  );
  return (
    <ChecklistRow state={state} word={word} title={tick.title} runId={tick.runId} stepKey={tick.stepKey} when={since}>
      <p className="break-words text-muted text-sm">{tick.reason}</p>
      {tick.state !== "unknown" && tick.misses > 0 ? (
        <p className="text-muted text-xs">
          {tick.misses === 1 ? "The last look" : `The last ${tick.misses} looks`} got no answer.
        </p>
      ) : null}
    </ChecklistRow>
  );
}
