import { ListChecks } from "lucide-react";
import Link from "next/link";
import type { RunView, StepView } from "#lib/runs/types.ts";
import { formatPlace } from "../runs/log/permalink.ts";
import { stateOfStep } from "../state-of.ts";
import { Card, CardHeader } from "../ui/card.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Progress } from "../ui/progress.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateIcon } from "../ui/state-badge.tsx";

const ASKED: Record<string, string> = {
  staff: "Staff confirm this by hand",
  manager: "A manager confirms this by hand",
  dba: "A database administrator confirms this by hand",
  admin: "An administrator confirms this by hand",
};

/** The checklist the service went through: what machines ticked, what people did, what was left out and why. */
export function ServiceChecklist({ run }: { run: RunView | null }) {
  if (!run)
    return (
      <Card>
        <EmptyState icon={ListChecks} title="No checklist has been run">
          Each item is done by the panel or confirmed by a person, and the record stays here.
        </EmptyState>
      </Card>
    );
  return (
    <Card>
      <CardHeader
        title={`${run.stepsDone} of ${run.steps.length} items done`}
        note={`Checklist ${run.checklistKey}, version ${run.checklistVersion}`}
        actions={
          <Link href={`/runs/${run.id}`} className="text-accent text-sm underline-offset-4 hover:underline">
            Run {run.id}
          </Link>
        }
      />
      <Progress
        label="Items of the checklist"
        done={run.stepsDone}
        total={run.steps.length}
        className="h-0.5 rounded-none"
      />
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
  const { state, word } = stateOfStep(step.state);
  return (
    <li className="relative flex items-start gap-3 px-4 py-2.5 hover:bg-hover">
      <span className="pt-0.5">
        <StateIcon state={state} word={word} />
      </span>
      <div className="min-w-0 flex-1">
        <Link
          href={`/runs/${runId}${formatPlace({ stepKey: step.key })}`}
          className="break-words font-medium after:absolute after:inset-0"
        >
          {step.title}
        </Link>
        <p className="break-words text-muted text-sm">{explain(step)}</p>
        {step.note ? <p className="mt-1 whitespace-pre-wrap break-words text-sm">“{step.note}”</p> : null}
      </div>
      {step.finishedAt ? (
        <span className="shrink-0 text-muted text-sm">
          <RelativeTime at={step.finishedAt} />
        </span>
      ) : null}
    </li>
  );
}

function explain(step: StepView): string {
  if (step.skipReason) return `Left out: ${step.skipReason}`;
  if (step.error && step.state === "failed") return step.error.message;
  if (step.name !== "manual") return step.state === "succeeded" ? "Done by the panel" : "The panel does this";
  if (step.confirmedBy) return `Confirmed by ${step.confirmedBy.name}`;
  return ASKED[step.role ?? "staff"] ?? "A person confirms this by hand";
}
