import type { Actor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { policyOf, sourcesOf } from "#lib/checklists/backup-sources.ts";
import { db } from "#lib/platform/db/client.ts";
import { isDuplicate, transaction } from "#lib/platform/db/transaction.ts";
import { ENVIRONMENT } from "#lib/services/naming.ts";
import { answersSchema } from "#lib/services/schema/answers.ts";
import { namesOf } from "../queries/suggest-sources.ts";
import { insertPolicy } from "./write-policy.ts";

const FILL_IN: Actor = { kind: "system", name: "backup schedule", requestId: "backup-schedule" };
const BATCH = 200;

/**
 * Gives services that went live before the panel had schedules the policies that their answers mean. One that ever had a policy
 * is left alone: whoever ended it meant it. Returns how many were made.
 */
export async function fillInPolicies(now: Date = new Date()): Promise<number> {
  const services = await db().service.findMany({
    where: { state: "live", backupPolicies: { none: {} } },
    select: { id: true, name: true, answers: { orderBy: { version: "desc" }, take: 1, select: { answers: true } } },
    take: BATCH,
  });
  let made = 0;
  for (const { id, name, answers: versions } of services) {
    const answers = answersSchema.safeParse(versions[0]?.answers).data;
    if (!answers) continue;
    const entries = sourcesOf({ answers, names: namesOf(name) });
    if (
      entries.length > 0 &&
      (await fillIn(
        id,
        entries.map((entry) => policyOf(answers, entry)),
        now,
      ))
    )
      made++;
  }
  return made;
}

async function fillIn(
  serviceId: string,
  policies: readonly ReturnType<typeof policyOf>[],
  now: Date,
): Promise<boolean> {
  try {
    return await transaction(async (tx) => {
      const usual = await tx.backupTarget.findFirst({ where: { isDefault: 1, removedAt: null }, select: { id: true } });
      for (const policy of policies) {
        const targetId = policy.targetId ?? usual?.id;
        if (!targetId) return false;
        const policyId = await insertPolicy(tx, { ...policy, targetId, serviceId, environment: ENVIRONMENT }, now);
        await recordAudit(tx, FILL_IN, {
          action: "backupPolicies.create",
          subjectType: "backupPolicy",
          subjectId: policyId,
          detail: { serviceId, name: policy.name, cron: policy.cron, because: "its answers ask for it" },
        });
      }
      return true;
    });
  } catch (error) {
    // Another worker was there first.
    if (isDuplicate(error)) return false;
    throw error;
  }
}
