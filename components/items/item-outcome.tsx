"use client";

import type { RunPageItem, RunPageStep } from "#lib/runs/schema.ts";
import { Callout } from "../ui/callout.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { EvidenceList } from "./evidence-list.tsx";
import { wordTimes } from "./item-words.ts";

const noRemoval = () => {};

/** An item that is over: whose word ended it and what shows it, or who does without it, why and until when. */
export function ItemOutcome({ step, item }: { step: RunPageStep; item: RunPageItem }) {
  const times = wordTimes(item);
  const evidence = <EvidenceList stepId={step.id} item={item} onRemove={noRemoval} isRemoving={false} />;
  if (item.waiver)
    return (
      <Callout title={`${item.waiver.by.name} does without it`}>
        <p className="whitespace-pre-wrap">{item.waiver.reason}</p>
        <p className="text-muted text-sm">
          Open again <RelativeTime at={item.waiver.until} />.
        </p>
        {evidence}
      </Callout>
    );
  return (
    <Callout tone="done" title={`${step.confirmedBy?.name ?? "Somebody"} confirmed this`}>
      {step.note ? <p className="whitespace-pre-wrap">{step.note}</p> : null}
      <p className="pb-1 text-muted text-sm">
        {step.finishedAt ? <RelativeTime at={step.finishedAt} /> : null}
        {times ? ` · ${times}` : null}
      </p>
      {evidence}
    </Callout>
  );
}
