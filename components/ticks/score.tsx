import { formatScore } from "#lib/ticks/format.ts";
import { cn } from "../ui/cn.ts";

/** `38/40` and a thin bar: what is still so of what was done. */
export function Score({ name, right, total }: { name: string; right: number; total: number }) {
  if (total === 0) return <span className="text-muted">No checklist</span>;
  const whole = right === total;
  return (
    <span className="inline-grid w-24 gap-1" title={formatScore({ right, total })}>
      <span className="text-sm tabular-nums">
        {right}/{total}
        <span className="sr-only"> items of {name} are still so</span>
      </span>
      <span aria-hidden className="block h-1 overflow-hidden rounded-full bg-failed-soft">
        <span
          className={cn("block h-full rounded-full", whole ? "bg-done" : "bg-failed")}
          style={{ width: `${(right * 100) / total}%` }}
        />
      </span>
    </span>
  );
}
