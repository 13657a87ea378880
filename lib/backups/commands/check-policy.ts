import type { Tx } from "#lib/platform/db/client.ts";
import { invalid } from "#lib/platform/errors.ts";
import { findCronProblem, nextStart, overdueAfter } from "../schedule/cron.ts";
import type { PolicySettings } from "../schema/policy.ts";
import type { BackupSource } from "../schema/source.ts";

const SQL_KINDS: readonly string[] = ["mariadb", "mysql", "postgresql"];

/** What of the settings does not go together, beside the fields. */
async function findProblems(tx: Tx, settings: PolicySettings, source: BackupSource, serviceId: string | null) {
  const problems: Record<string, string> = {};
  const { cron, timeZone, verification, lockDays, maskingSql } = settings;
  const cronProblem = cron === null ? null : findCronProblem(cron, timeZone);
  if (cronProblem) problems.cron = cronProblem;
  const verifyProblem = verification.cron === null ? null : findCronProblem(verification.cron, timeZone);
  if (verifyProblem) problems["verification.cron"] = verifyProblem;
  if (verification.randomOlder && verification.cron === null)
    problems["verification.randomOlder"] = "An older one is restored when the newest is: say when, or leave it out.";
  const target = await tx.backupTarget.findFirst({ where: { id: settings.targetId, removedAt: null } });
  if (!target) problems.targetId = "There is no such target any more. Choose another.";
  else if (lockDays > 0 && target.kind !== "s3")
    problems.lockDays = "Only a bucket can promise that nobody deletes a point. Use 0, or a target in S3.";
  const isSql = SQL_KINDS.includes(source.kind);
  if (maskingSql !== null && !isSql) problems.maskingSql = "Only MariaDB, MySQL and PostgreSQL can be masked.";
  // The panel's own database is of one of them.
  if (verification.smoke?.kind === "query" && !isSql && source.kind !== "panel")
    problems["verification.smoke.kind"] = "Only MariaDB, MySQL and PostgreSQL answer a query.";
  if (verification.smoke?.kind === "http" && !isSql)
    problems["verification.smoke.kind"] = "Only on a copy in MariaDB, MySQL or PostgreSQL is the app started.";
  if (verification.smoke?.kind === "http" && serviceId === null)
    problems["verification.smoke.kind"] = "Only a service's own image can be asked over HTTP.";
  return problems;
}

/** Refuses settings that do not go together, with a sentence for each field. */
export async function checkPolicy(
  tx: Tx,
  settings: PolicySettings,
  source: BackupSource,
  serviceId: string | null,
  more: Record<string, string> = {},
): Promise<void> {
  const problems = { ...(await findProblems(tx, settings, source, serviceId)), ...more };
  if (Object.keys(problems).length > 0) throw invalid(problems);
}

/** The verification's own schedule: another minute than the backup's. */
export const verifySchedule = (
  id: string,
  { verification, timeZone, jitterMinutes }: Pick<PolicySettings, "verification" | "timeZone" | "jitterMinutes">,
) => ({ id: `${id}:verify`, cron: verification.cron, timeZone, jitterMinutes });

/** When a policy with these settings starts next, and until when something good has to be there. */
export function timesOf(
  id: string,
  settings: Pick<PolicySettings, "cron" | "timeZone" | "jitterMinutes" | "graceMinutes" | "enabled" | "verification">,
  now: Date,
) {
  const { cron, timeZone, jitterMinutes, graceMinutes, enabled } = settings;
  const nextAt = enabled ? nextStart({ id, cron, timeZone, jitterMinutes }, now) : null;
  const nextVerifyAt = enabled ? nextStart(verifySchedule(id, settings), now) : null;
  return { nextAt, nextVerifyAt, overdueAt: overdueAfter(nextAt, graceMinutes) };
}
