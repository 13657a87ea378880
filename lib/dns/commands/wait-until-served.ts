import { setTimeout as delay } from "node:timers/promises";
import type { RecordType } from "dns-packet";
import { describeAnswers, queryAuthoritative, type ServerAnswer } from "#lib/integrations/dns/authoritative.ts";
import { CHANGE_MISSING } from "#lib/integrations/route53/errors.ts";
import { getChange } from "#lib/integrations/route53/zones.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";

const IN_SYNC_LIMIT_MS = 5 * 60_000;
const ANSWER_LIMIT_MS = 2 * 60_000;

type Waiting = Pick<StepContext, "signal" | "log" | "progress">;

async function readStatus(changeId: string, signal: AbortSignal): Promise<"PENDING" | "INSYNC"> {
  try {
    return await getChange(changeId, { signal });
  } catch (error) {
    // Route 53 forgets a change a while after it was done.
    if (error instanceof AppError && error.code === CHANGE_MISSING) return "INSYNC";
    throw error;
  }
}

/** Waits until Route 53 says that a change has reached all of its name servers. */
export async function waitUntilInSync(ctx: Waiting, changeId: string | null): Promise<void> {
  if (!changeId) return;
  const deadline = Date.now() + IN_SYNC_LIMIT_MS;
  for (let wait = 250; ; wait = Math.min(wait * 1.5, 5_000)) {
    if ((await readStatus(changeId, ctx.signal)) === "INSYNC") break;
    if (Date.now() > deadline)
      throw new AppError({
        code: "dns.not_in_sync",
        message: `Route 53 still spreads change ${changeId} to its name servers.`,
        retry: "retry",
      });
    ctx.progress("Route 53 spreads the change");
    await delay(wait * (0.75 + Math.random() / 2), undefined, { signal: ctx.signal });
  }
  ctx.log.info(`Route 53: change ${changeId} is INSYNC`);
}

export interface ServedQuestion {
  zone: string;
  name: string;
  type: RecordType;
  /** Whether one server's answer is what is waited for. */
  accept: (answer: ServerAnswer) => boolean;
  /** Ends the sentence "Not every name server …". */
  expectation: string;
}

/** Asks every authoritative server, again and again, until all of them give an accepted answer. */
export async function waitUntilServed(ctx: Waiting, question: ServedQuestion): Promise<ServerAnswer[]> {
  const { zone, name, type, accept, expectation } = question;
  const deadline = Date.now() + ANSWER_LIMIT_MS;
  for (let wait = 150; ; wait = Math.min(wait * 1.6, 3_000)) {
    const answers = await queryAuthoritative(name, type, { zone, signal: ctx.signal });
    const accepted = answers.filter(accept).length;
    if (accepted === answers.length) {
      ctx.log.info(`${type} ${name}: ${describeAnswers(answers)}`);
      return answers;
    }
    if (Date.now() > deadline)
      throw new AppError({
        code: "dns.not_served",
        message: `Not every name server ${expectation}.`,
        advice: "Usually it only takes longer; the next try asks again.",
        detail: describeAnswers(answers),
        retry: "retry",
      });
    ctx.progress("name servers", accepted, answers.length);
    await delay(wait, undefined, { signal: ctx.signal });
  }
}
