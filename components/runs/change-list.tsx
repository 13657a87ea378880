import type { RunPageStep } from "#lib/runs/schema.ts";
import { cn } from "../ui/cn.ts";
import { wordForKind } from "./words.ts";

type Change = NonNullable<RunPageStep["changes"]>[number];

const LOOK: Record<Change["action"], { sign: string; className: string }> = {
  create: { sign: "+", className: "text-done" },
  change: { sign: "~", className: "text-person" },
  remove: { sign: "−", className: "text-failed" },
  keep: { sign: "=", className: "text-muted" },
  check: { sign: "?", className: "text-muted" },
};

/** What a step will create, change or remove. */
export function ChangeList({ changes }: { changes: readonly Change[] }) {
  return (
    <ul className="grid grid-cols-1 gap-0.5 text-sm">
      {changes.map((change) => (
        <li key={`${change.action} ${change.kind} ${change.name}`} className="flex gap-2">
          <span aria-hidden className={cn("w-2 shrink-0 font-mono", LOOK[change.action].className)}>
            {LOOK[change.action].sign}
          </span>
          <span className="min-w-0 [overflow-wrap:anywhere]">
            {change.action} {wordForKind(change.kind)} <span className="break-all font-medium">{change.name}</span>
            {change.detail ? <span className="text-muted"> {change.detail}</span> : null}
          </span>
        </li>
      ))}
    </ul>
  );
}
