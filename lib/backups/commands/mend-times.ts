import { db } from "#lib/platform/db/client.ts";
import { toAppError } from "#lib/platform/errors.ts";
import { logger } from "#lib/platform/logger.ts";
import { listPolicyRows, type PolicyRow } from "../queries/find-policy.ts";
import { timesOf } from "./check-policy.ts";

/** Clocks that are right differ by less. */
const SLACK_MS = 10 * 60_000;

const isLater = (at: Date | null, most: Date | null) => at !== null && most !== null && at > most;

/** One policy; whether it had such a time. */
async function mendOne(policy: PolicyRow, now: Date): Promise<boolean> {
  const { id, nextAt, nextVerifyAt, overdueAt } = policy;
  const most = timesOf(id, policy, new Date(now.getTime() + SLACK_MS));
  const wrong = {
    nextAt: isLater(nextAt, most.nextAt),
    nextVerifyAt: isLater(nextVerifyAt, most.nextVerifyAt),
    overdueAt: isLater(overdueAt, most.overdueAt),
  };
  if (!wrong.nextAt && !wrong.nextVerifyAt && !wrong.overdueAt) return false;
  const right = timesOf(id, policy, now);
  const { count } = await db().backupPolicy.updateMany({
    where: { id, nextAt, nextVerifyAt, overdueAt },
    data: {
      ...(wrong.nextAt ? { nextAt: right.nextAt } : {}),
      ...(wrong.nextVerifyAt ? { nextVerifyAt: right.nextVerifyAt } : {}),
      ...(wrong.overdueAt ? { overdueAt: right.overdueAt } : {}),
    },
  });
  if (count > 0) logger.warn({ policyId: id, nextAt, nextVerifyAt, overdueAt }, "backup times of a wrong clock mended");
  return count > 0;
}

/**
 * No schedule gives a time later than its next start. One that is there was made by a clock that was ahead for a while, and would
 * keep schedule and alarm silent until then: it is made again. `now` is the database's. Returns how many policies had one.
 */
export async function mendTimes(now: Date): Promise<number> {
  let mended = 0;
  for (const policy of await listPolicyRows({ enabled: true })) {
    try {
      if (await mendOne(policy, now)) mended++;
    } catch (error) {
      // The others shall not wait for this one.
      logger.warn({ policyId: policy.id, error: toAppError(error).message }, "backup times not looked at");
    }
  }
  return mended;
}
