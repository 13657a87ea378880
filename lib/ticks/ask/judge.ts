import type { TickState } from "../constants.ts";
import type { Finding } from "./ask-step.ts";

/** One silence is a hiccup. */
const MISSES_MAX = 2;

export interface Standing {
  state: TickState;
  misses: number;
  reason: string;
}

/**
 * What a tick becomes after a look. Only an answer ticks or unticks it; without one it becomes unknown when nobody answered
 * twice in a row, and what was known to be wrong stays so.
 */
export function judge(before: Standing, { outcome, reason }: Finding): Standing {
  if (outcome !== "unanswered") return { state: outcome, misses: 0, reason };
  const misses = before.misses + 1;
  if (before.state === "false") return { ...before, misses };
  if (before.state === "unknown") return { state: "unknown", misses, reason };
  return misses < MISSES_MAX ? { ...before, misses } : { state: "unknown", misses, reason };
}

/** A person's item is true until its waiver ends: no machine can be asked. */
export function judgeByHand(
  step: {
    state: string;
    confirmedBy: string | null;
    waivedBy: string | null;
    reason: string | null;
    until: Date | null;
  },
  now: Date,
): Standing {
  if (step.state === "succeeded")
    return { state: "true", misses: 0, reason: step.confirmedBy ? `Confirmed by ${step.confirmedBy}.` : "Confirmed." };
  const day = step.until?.toISOString().slice(0, 10);
  const who = step.waivedBy ?? "somebody";
  if (step.until !== null && step.until <= now)
    return { state: "false", misses: 0, reason: `The waiver by ${who} ended on ${day}: ${step.reason ?? ""}`.trim() };
  return { state: "waived", misses: 0, reason: `Waived by ${who}${day ? ` until ${day}` : ""}: ${step.reason ?? ""}` };
}
