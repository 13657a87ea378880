import { ListChecks } from "lucide-react";
import Link from "next/link";
import type { RunView, StepView } from "#lib/runs/types.ts";
import { ChecklistRow } from "../runs/checklist-row.tsx";
import { stateOfStep } from "../state-of.ts";
import { Card, CardHeader } from "../ui/card.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Progress } from "../ui/progress.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";

const ASKED: Record<string, string> = {
  staff: "Staff confirm this by hand",
  manager: "A manager confirms this by hand",
  dba: "A database administrator confirms this by hand",
  admin: "An administrator confirms this by hand",
};

/** The checklist the service went through (`past`: what is so now stands above it): what machines ticked, what people did, what was left out and why. */
export function ServiceChecklist({ run, past = false }: { run: RunView | null; past?: boolean }) {
  if (!run)
    return (
      <Card>
        <EmptyState icon={ListChecks} title="No checklist has been run">
          Each item is done by the panel or confirmed by a person, and the record stays here.
        </EmptyState>
      </Card>
    );
  const leftOut = run.steps.filter(({ state }) => state === "skipped").length;
  const done = run.stepsDone - leftOut;
  const total = run.steps.length - leftOut;
  return (
    <Card>
      <CardHeader
        title={`${past ? "As it was provisioned: " : ""}${done} of ${total} items done`}
        note={leftOut > 0 ? `${leftOut} more did not concern it and were left out.` : undefined}
        actions={
          <Link href={`/runs/${run.id}`} className="text-accent text-sm underline-offset-4 hover:underline">
            Run {run.id}
          </Link>
        }
      />
      <Progress label="Items of the checklist" done={done} total={total} className="h-0.5 rounded-none" />
      <ol className="divide-y divide-line">
        {[...run.steps]
          .sort((a, b) => a.position - b.position)
          .map((step) => (
            <ChecklistItem key={step.id} step={step} runId={run.id} />
          ))}
      </ol>
    </Card>
  );
}

function ChecklistItem({ step, runId }: { step: StepView; runId: number }) {
  const finished = step.finishedAt ? <RelativeTime at={step.finishedAt} /> : null;
  return (
    <ChecklistRow {...stateOfStep(step.state)} title={step.title} runId={runId} stepKey={step.key} when={finished}>
      <p className="break-words text-muted text-sm">{explain(step)}</p>
      {step.note ? <p className="mt-1 whitespace-pre-wrap break-words text-sm">“{step.note}”</p> : null}
    </ChecklistRow>
  );
}

function explain(step: StepView): string {
  if (step.skipReason) return `Left out: ${step.skipReason}`;
  if (step.error && step.state === "failed") return step.error.message;
  if (step.name !== "manual") return step.state === "succeeded" ? "Done by the panel" : "The panel does this";
  if (step.confirmedBy) return `Confirmed by ${step.confirmedBy.name}`;
  return ASKED[step.role ?? "staff"] ?? "A person confirms this by hand";
}
