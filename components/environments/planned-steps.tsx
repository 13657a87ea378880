import type { EnvironmentPlan } from "#lib/releases/types.ts";
import { cn } from "../ui/cn.ts";

/** The steps of a run that is not there yet; what it leaves out, and why, below. */
export function PlannedSteps({ steps, isStale }: { steps: EnvironmentPlan["steps"]; isStale: boolean }) {
  const done = steps.filter((step) => step.skipReason === null);
  const skipped = steps.filter((step) => step.skipReason !== null);
  return (
    <div className={cn("transition-opacity", isStale && "opacity-60")}>
      <ol className="grid divide-y divide-line">
        {done.map((step, index) => (
          <li key={step.key} className="grid grid-cols-[1.25rem_minmax(0,1fr)] gap-x-2 px-4 py-2">
            <span className="text-right text-muted text-sm tabular-nums">{index + 1}</span>
            <span className="break-words">{step.title}</span>
          </li>
        ))}
      </ol>
      {skipped.length > 0 ? (
        <section className="border-line border-t px-4 py-3 text-muted text-sm">
          <h3 className="pb-1 font-medium">Skipped, and why</h3>
          <ul className="grid gap-0.5">
            {skipped.map((step) => (
              <li key={step.key} className="break-words">
                {step.title}: {step.skipReason}
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </div>
  );
}
