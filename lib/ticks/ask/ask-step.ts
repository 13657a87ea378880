import { setTimeout as delay } from "node:timers/promises";
import { ZodError } from "zod";
import { withDeadline } from "#lib/platform/deadline.ts";
import { toAppError } from "#lib/platform/errors.ts";
import { Redactor, withRedactor } from "#lib/platform/redaction.ts";
import type { AnyStep, VerifyResult } from "#lib/steps/types.ts";
import { type AskedStep, readOnlyContext } from "./read-only-context.ts";

/** What one look found. `unanswered`: whether it is so could not be asked. */
export interface Finding {
  outcome: "true" | "false" | "unanswered";
  reason: string;
}

export interface AskOptions {
  /** Longest wait for one answer. */
  timeoutMs: number;
  /** A no is asked again after this long: what is being replaced at this moment is soon there again. */
  againMs: number;
  /** Whether a no is news, and so worth asking again. */
  doubt: boolean;
  signal: AbortSignal;
  /** Runs one question when there is a place free. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}

const REASON_MAX = 1_000;

/** Asks a step's own `verify` whether what it made is still so. Never throws. */
export async function askStep(
  step: AnyStep,
  input: unknown,
  asked: AskedStep,
  { timeoutMs, againMs, doubt, signal, inTurn }: AskOptions,
): Promise<Finding> {
  const redactor = new Redactor();
  const once = () =>
    inTurn(() => {
      const within = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      const ctx = readOnlyContext(asked, within, redactor);
      const answer = withRedactor(redactor, () => step.verify(input, ctx));
      return withDeadline("The answer", timeoutMs + 1_000, answer);
    });
  const tell = (outcome: Finding["outcome"], reason: string): Finding => ({
    outcome,
    reason: redactor.clean(reason).slice(0, REASON_MAX),
  });
  try {
    let result: VerifyResult = await once();
    if (!result.ok && doubt) {
      await delay(againMs, undefined, { signal });
      result = await once();
    }
    return tell(result.ok ? "true" : "false", result.reason);
  } catch (error) {
    return tell("unanswered", describeSilence(error, timeoutMs));
  }
}

function describeSilence(error: unknown, timeoutMs: number): string {
  const seconds = `There was no answer within ${Math.round(timeoutMs / 1000)} s.`;
  if (error instanceof Error && /^(TimeoutError|AbortError|DeadlineExceeded)$/.test(error.name)) return seconds;
  if (error instanceof ZodError) return "What the step was given no longer fits the panel's step of that name.";
  const { code, message, detail } = toAppError(error);
  if (code === "internal") return `It could not be asked: ${detail ?? message}`;
  return detail && detail !== message ? `${message} (${detail})` : message;
}
