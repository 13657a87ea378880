import type { MonitorConfig } from "../schema.ts";

/** Down only when it was not right so often in a row: one lost packet wakes nobody. */
const MISSES_TO_DOWN = 2;

export interface ProbeVerdict {
  state: "up" | "down" | "unknown";
  misses: number;
  words: string;
  /** When it became what it is. */
  since: string;
  /** What its owner is told now; null: nothing new. */
  tells: "down" | "up" | null;
}

/** What one look at a page makes of what was known. */
export function judgeProbe(
  before: { state: string; config: MonitorConfig },
  answer: { ok: boolean; words: string },
  now: Date,
): ProbeVerdict {
  const { words } = answer;
  const wasDown = before.config.misses >= MISSES_TO_DOWN;
  const since = before.config.since ?? now.toISOString();
  if (answer.ok) {
    const isNews = before.state !== "up" || wasDown;
    return {
      ...{ state: "up", misses: 0, words },
      since: isNews ? now.toISOString() : since,
      tells: wasDown ? "up" : null,
    };
  }
  const misses = before.config.misses + 1;
  if (misses < MISSES_TO_DOWN)
    return { state: before.state === "up" ? "up" : "unknown", misses, words, since, tells: null };
  if (wasDown) return { state: "down", misses, words, since, tells: null };
  return { state: "down", misses, words, since: now.toISOString(), tells: "down" };
}
