import { randomUUID } from "node:crypto";
import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, invalid, notFound } from "#lib/platform/errors.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { storeSecret } from "#lib/secrets/commands.ts";
import { OWN_DISK_TARGET, type TargetKind } from "../constants.ts";
import { findTarget } from "../queries/find-target.ts";
import { getTarget } from "../queries/get-target.ts";
import { refuseSamePlace } from "../queries/refuse-same-place.ts";
import type { TargetInput } from "../schema/target.ts";
import { targetSecretName } from "../targets/secret-name.ts";
import type { TargetView } from "../types.ts";
import { ensureTargetCheck } from "./start-target-check.ts";

const NEEDED: Partial<Record<TargetKind, string>> = {
  s3: "Give the secret access key.",
  ssh: "Paste the private key.",
};

const changedMeanwhile = () =>
  conflict(
    "backups.changed_meanwhile",
    "Somebody else has saved this target meanwhile.",
    "Load it again and make your change once more.",
  );

/** Keeps the secret, if one was given; what is kept already stays when none was. */
async function keepSecret(tx: Tx, targetId: string, { config, secret }: TargetInput, isNew: boolean): Promise<void> {
  const needed = NEEDED[config.kind];
  if (!needed) return;
  if (secret) await storeSecret(tx, { name: targetSecretName(targetId), value: secret, serviceId: null });
  else if (isNew) throw invalid({ secret: needed });
}

/** Makes a place for backups, and has it looked at. Its secret is sealed and never given out again. */
export async function createTarget(actor: UserActor, input: TargetInput): Promise<TargetView> {
  authorize(actor, "backupTargets.manage");
  const { name, config } = input;
  if (config.kind === "disk" && config.folder === null) throw invalid({ "config.folder": "Give a folder." });
  const id = randomUUID();
  const { runId } = await transaction(async (tx) => {
    await refuseSamePlace(tx, { id, config, before: null });
    await tx.backupTarget.create({ data: { id, name, kind: config.kind, config } });
    await keepSecret(tx, id, input, true);
    await recordAudit(tx, actor, {
      action: "backupTargets.create",
      subjectType: "backupTarget",
      subjectId: id,
      detail: { name, config },
    });
    return ensureTargetCheck(tx, actor, { id, name });
  });
  await ringRun(runId);
  return getTarget(actor, id);
}

/** Changes where a target is or how it is opened; its kind stays. It is looked at again. */
export async function updateTarget(
  actor: UserActor,
  targetId: string,
  input: TargetInput & { version: number },
): Promise<TargetView> {
  authorize(actor, "backupTargets.manage");
  const { name, config, secret, version } = input;
  const { runId } = await transaction(async (tx) => {
    const before = await findTarget(targetId, tx);
    if (!before) throw notFound("backup target");
    if (before.config.kind !== config.kind)
      throw invalid({ "config.kind": "A target stays what it is: make another." });
    if (config.kind === "disk" && (config.folder === null) !== (targetId === OWN_DISK_TARGET))
      throw invalid({ "config.folder": "Only the panel’s own disk has the folder of the settings." });
    await refuseSamePlace(tx, { id: targetId, config, before: before.config });
    const mine = await tx.backupTarget.updateMany({
      where: { id: targetId, version },
      // A look that goes on just now is of what it was before: the next one is due at once.
      data: { name, config, state: "unchecked", error: null, nextCheckAt: new Date(), version: { increment: 1 } },
    });
    if (mine.count === 0) throw changedMeanwhile();
    await keepSecret(tx, targetId, input, false);
    await recordAudit(tx, actor, {
      action: "backupTargets.edit",
      subjectType: "backupTarget",
      subjectId: targetId,
      detail: { name, config, ...(secret ? { secret: "replaced" } : {}) },
    });
    return ensureTargetCheck(tx, actor, { id: targetId, name });
  });
  await ringRun(runId);
  return getTarget(actor, targetId);
}
