"use client";

import { describeDowntime } from "#lib/moves/format.ts";
import type { MoveView } from "#lib/moves/types.ts";
import { cn } from "../ui/cn.ts";
import { Progress } from "../ui/progress.tsx";
import { useHydrated, useNow } from "../ui/use-now.ts";

const LOOK = {
  waiting: "text-muted",
  running: "text-person",
  late: "text-failed",
  done: "text-done",
  exceeded: "text-failed",
} as const;

/** How long it has been down against what was allowed, moving while it lasts. */
export function DowntimeBudget({ move }: { move: MoveView }) {
  const ticking = useNow(250);
  // The server's moment is not the browser's: until then the clock stands at its beginning.
  const now = useHydrated() ? ticking : Date.parse(move.downSince ?? move.createdAt);
  const { tone, words, usedMs } = describeDowntime(move, now);
  return (
    <div className="grid max-w-xl gap-1.5">
      <p className={cn("font-medium tabular-nums", LOOK[tone])}>{words}</p>
      {usedMs === null ? null : (
        <Progress
          label="Downtime budget used"
          done={Math.min(usedMs, move.budgetS * 1000)}
          total={move.budgetS * 1000}
          over={tone === "late" || tone === "exceeded"}
        />
      )}
    </div>
  );
}
