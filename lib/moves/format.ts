import { formatClock, formatDuration } from "#lib/platform/format.ts";
import type { MoveView } from "./types.ts";

interface Downtime {
  tone: "waiting" | "running" | "late" | "done" | "exceeded";
  words: string;
  /** How much of the budget is used, in milliseconds; null: it has not begun. */
  usedMs: number | null;
}

/** The downtime so far against its budget, as it is said at a moment. */
export function describeDowntime(
  { downSince, upAgainAt, budgetS, mode }: Pick<MoveView, "downSince" | "upAgainAt" | "budgetS" | "mode">,
  now: number,
): Downtime {
  const budgetMs = budgetS * 1000;
  const budget = formatDuration(budgetMs);
  const what = mode === "stop" ? "down" : "read-only or down";
  if (!downSince)
    return { tone: "waiting", words: `The downtime has not begun. Its budget is ${budget}.`, usedMs: null };
  const usedMs = Math.max(0, (upAgainAt ? Date.parse(upAgainAt) : now) - Date.parse(downSince));
  const isOver = usedMs > budgetMs;
  if (upAgainAt)
    return {
      tone: isOver ? "exceeded" : "done",
      words: `It was ${what} for ${formatDuration(usedMs)}, ${isOver ? "more than" : "within"} the budget of ${budget}.`,
      usedMs,
    };
  const clock = formatClock(usedMs);
  return isOver
    ? {
        tone: "late",
        words: `${capital(what)} for ${clock}: ${formatClock(usedMs - budgetMs)} over the budget.`,
        usedMs,
      }
    : { tone: "running", words: `${capital(what)} for ${clock} of ${formatClock(budgetMs)}.`, usedMs };
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
