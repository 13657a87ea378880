"use client";

import { Hand } from "lucide-react";
import { useState } from "react";
import type { RunPageItem, RunPageStep } from "#lib/runs/schema.ts";
import { wordForNeeded } from "../runs/words.ts";
import { Button } from "../ui/button.tsx";
import { Markdown } from "../ui/markdown.tsx";
import { EvidenceForm } from "./evidence-form.tsx";
import { EvidenceList } from "./evidence-list.tsx";
import { ItemFacts } from "./item-facts.tsx";
import { ItemForm } from "./item-form.tsx";
import { EVIDENCE_WORDS } from "./item-words.ts";
import { type ItemActs, useItemActs } from "./use-item-acts.ts";
import { WaiveDialog } from "./waive-dialog.tsx";

interface ItemPanelProps {
  runId: number;
  step: RunPageStep;
  item: RunPageItem;
}

/** A step a person does: what to do, who has it and until when, what shows it, and a note that says how one can tell. */
export function ItemPanel({ runId, step, item }: ItemPanelProps) {
  const acts = useItemActs(runId, step.id);
  const isTurn = step.state !== "blocked";
  return (
    <section
      aria-label="For a person to do"
      className="grid grid-cols-1 gap-3 rounded-lg border border-person/35 bg-person-soft px-3.5 py-3"
    >
      <div className="flex flex-wrap items-start gap-2">
        <Hand aria-hidden className="mt-0.5 size-4 shrink-0 text-person" />
        <div className="min-w-0 flex-1 basis-56">
          <p className="break-words font-medium">{step.title}</p>
          <p>
            The panel cannot do this itself: it {wordForNeeded(step)}
            {item.confirmBy ? ", whose word it is," : ""}
            {item.evidenceKind === "note" ? "" : ` and ${EVIDENCE_WORDS[item.evidenceKind]} that shows it`}.{" "}
            {item.waiver
              ? `It was left out (“${item.waiver.reason}”), and that time is over.`
              : isTurn
                ? "The run goes on when it is confirmed."
                : "It is not its turn yet; it can be prepared."}
          </p>
          <ItemFacts item={item} />
        </div>
        <TakeButtons item={item} acts={acts} />
      </div>
      {item.instructions ? (
        <Markdown text={item.instructions} className="rounded-md border border-line bg-surface px-3 py-2.5" />
      ) : null}
      <EvidenceList
        stepId={step.id}
        item={item}
        onRemove={(id) => acts.remove.mutate(id)}
        isRemoving={acts.remove.isPending}
      />
      {item.may.edit ? <AddEvidence onAdd={acts.add} /> : null}
      {item.may.edit ? <ItemForm runId={runId} step={step} item={item} isTurn={isTurn} /> : null}
      {item.may.waive ? (
        <div>
          <WaiveDialog title={step.title} onWaive={acts.waive} />
        </div>
      ) : null}
    </section>
  );
}

function TakeButtons({ item, acts }: { item: RunPageItem; acts: ItemActs }) {
  const { claim, release } = acts;
  return (
    <div className="flex flex-wrap gap-2">
      {item.may.claim ? (
        <Button size="sm" pending={claim.isPending} onClick={() => claim.mutate(item.claimedBy !== null)}>
          {item.claimedBy ? `Take over from ${item.claimedBy.name}` : "I take this"}
        </Button>
      ) : null}
      {item.may.release ? (
        <Button size="sm" variant="ghost" pending={release.isPending} onClick={() => release.mutate()}>
          Give back
        </Button>
      ) : null}
    </div>
  );
}

function AddEvidence({ onAdd }: { onAdd: ItemActs["add"] }) {
  const [adding, setAdding] = useState<"link" | "file">();
  if (adding) return <EvidenceForm key={adding} kind={adding} onAdd={onAdd} onDone={() => setAdding(undefined)} />;
  return (
    <div className="flex flex-wrap gap-2">
      <Button size="sm" onClick={() => setAdding("link")}>
        Add a link
      </Button>
      <Button size="sm" onClick={() => setAdding("file")}>
        Add a file
      </Button>
    </div>
  );
}
