import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import type { Prisma, Tx } from "#lib/platform/db/client.ts";
import { isDuplicate, transaction } from "#lib/platform/db/transaction.ts";
import { conflict, invalid, notFound } from "#lib/platform/errors.ts";
import { findPolicyById } from "../queries/find-policy.ts";
import { getPolicy } from "../queries/get-policy.ts";
import { policySubject } from "../queries/policy-view.ts";
import { listEnvironments, namesOf } from "../queries/suggest-sources.ts";
import type { EditPolicy, NewPolicy, PolicySettings } from "../schema/policy.ts";
import type { BackupSource } from "../schema/source.ts";
import { findSourceProblems } from "../sources/find-source-problems.ts";
import type { PolicyView } from "../types.ts";
import { checkPolicy } from "./check-policy.ts";
import { endPolicy, insertPolicy, updatePolicyRow } from "./write-policy.ts";

const isTrusted = (actor: UserActor) => actor.roles.includes("admin") || actor.roles.includes("dba");

/**
 * Who can open an encrypted backup of the panel has its keys, and with them every secret and every session: only an
 * administrator says who that is.
 */
function findKeyProblems(
  actor: UserActor,
  { recipients }: PolicySettings,
  before: readonly string[],
  source: BackupSource,
): Record<string, string> {
  const isNew = recipients.some((recipient) => !before.includes(recipient));
  if (source.kind !== "panel" || !isNew || actor.roles.includes("admin")) return {};
  return { recipients: "Whoever opens this backup has the panel's keys: an administrator adds recipients." };
}

/** For the audit: everything but the address that is a secret. */
const toDetail = ({ pingUrl, ...settings }: PolicySettings): Prisma.InputJsonObject => ({
  ...settings,
  ...(pingUrl === null ? {} : { ping: pingUrl === "" ? "none" : "set" }),
});

/** The service of a new policy, its owner to be asked about; null is the panel itself. */
async function findOwner(tx: Tx, serviceName: string | null) {
  if (serviceName === null) return null;
  const service = await tx.service.findUnique({
    where: { name: serviceName },
    select: { id: true, ownerId: true, state: true, environments: { select: { name: true } } },
  });
  if (!service || service.state === "retired") throw notFound("service");
  return service;
}

export async function createPolicy(actor: UserActor, policy: NewPolicy, now = new Date()): Promise<PolicyView> {
  const id = await transaction(async (tx) => {
    const service = await findOwner(tx, policy.serviceName);
    authorize(actor, "backupPolicies.edit", policySubject({ service }));
    const { serviceName } = policy;
    const names = serviceName === null ? null : namesOf(serviceName, policy.environment);
    const environments = service ? listEnvironments(service.environments) : [];
    const others = environments.flatMap((one) =>
      serviceName === null || one === policy.environment ? [] : namesOf(serviceName, one),
    );
    const problems = findSourceProblems(policy.source, names, others, {
      trusted: isTrusted(actor),
      anywhere: actor.roles.includes("admin"),
    });
    // One the service has not would make names that are another service's: "pad" in "notes-production".
    if (service && !environments.includes(policy.environment))
      problems.environment = "The service has no such environment.";
    Object.assign(problems, findKeyProblems(actor, policy, [], policy.source));
    const serviceId = service?.id ?? null;
    await checkPolicy(tx, policy, policy.source, serviceId, problems);
    const { serviceName: _name, environment, name, source, ...settings } = policy;
    const made = await insertPolicy(tx, { ...policy, serviceId }, now).catch((error: unknown) => {
      throw isDuplicate(error) ? invalid({ name: "There is a policy of that name already." }) : error;
    });
    await recordAudit(tx, actor, {
      action: "backupPolicies.create",
      subjectType: "backupPolicy",
      subjectId: made,
      detail: { service: policy.serviceName, environment, name, source, ...toDetail(settings) },
    });
    return made;
  });
  return getPolicy(actor, id);
}

const changedMeanwhile = () =>
  conflict(
    "backups.changed_meanwhile",
    "Somebody else has saved this policy meanwhile.",
    "Load it again and make your change once more.",
  );

/** Puts a policy's settings; what is backed up stays what it was. */
export async function updatePolicy(
  actor: UserActor,
  policyId: string,
  { version, ...settings }: EditPolicy,
  now = new Date(),
): Promise<PolicyView> {
  await transaction(async (tx) => {
    const before = await findPolicyById(policyId, tx);
    if (!before) throw notFound("backup policy");
    authorize(actor, "backupPolicies.edit", policySubject(before));
    if (before.version !== version) throw changedMeanwhile();
    const problems = findKeyProblems(actor, settings, before.recipients, before.source);
    await checkPolicy(tx, settings, before.source, before.serviceId, problems);
    // Of two that save the same version at the same moment one writes it; the other waits here and finds it changed.
    if (!(await updatePolicyRow(tx, before, settings, now))) throw changedMeanwhile();
    await recordAudit(tx, actor, {
      action: "backupPolicies.edit",
      subjectType: "backupPolicy",
      subjectId: policyId,
      detail: { service: before.service?.name ?? null, name: before.name, ...toDetail(settings) },
    });
  });
  return getPolicy(actor, policyId);
}

/** Ends a policy. Its points stay, and are no longer pruned. */
export async function deletePolicy(actor: UserActor, policyId: string, now = new Date()): Promise<void> {
  await transaction(async (tx) => {
    const before = await findPolicyById(policyId, tx);
    if (!before) throw notFound("backup policy");
    authorize(actor, "backupPolicies.edit", policySubject(before));
    await endPolicy(tx, policyId, now);
    await recordAudit(tx, actor, {
      action: "backupPolicies.delete",
      subjectType: "backupPolicy",
      subjectId: policyId,
      detail: { service: before.service?.name ?? null, environment: before.environment, name: before.name },
    });
  });
}
