import { randomUUID } from "node:crypto";
import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { RESTORE, RESTORE_SWAP } from "#lib/checklists/restore.ts";
import { config } from "#lib/platform/config/config.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, invalid, notFound } from "#lib/platform/errors.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { storeSecret } from "#lib/secrets/commands.ts";
import { environmentOf } from "../queries/environment-of.ts";
import { findDestination } from "../queries/find-destination.ts";
import { findObstacle, findPoint, maskingOf, type Point, placeOf } from "../queries/find-point.ts";
import type { PolicyRow } from "../queries/find-policy.ts";
import { refuseHalfSwapped } from "../queries/refuse-half-swapped.ts";
import { refuseWhileDeploying } from "../queries/refuse-while-deploying.ts";
import { checkRestore } from "../restore/check-restore.ts";
import { findPointDatabase } from "../restore/find-point-database.ts";
import { findLivingName, identitySecret, restoredDatabase, restoredFolder, restoredVolume } from "../restore/names.ts";
import { isOwn } from "../restore/pick-destination.ts";
import type { RestoreInput } from "../schema/restore.ts";
import { type RestoreNotes, restoreNotesSchema } from "../schema/restore-notes.ts";
import type { BackupSource } from "../schema/source.ts";
import { sourceKey } from "../sources/source-key.ts";
import { lockPoint } from "./lock-point.ts";

const TITLE_MAX = 200;

/** What the restore makes, decided once: every try finds it again. */
function nameDestination(source: BackupSource, living: string, at: Date): string {
  switch (source.kind) {
    case "files":
      return restoredFolder(source.path, at);
    case "volume":
      return restoredVolume(source.volumeName, at);
    case "mariadb":
    case "mysql":
    case "postgresql":
    case "mongodb":
      return restoredDatabase(living, at);
    default:
      throw conflict("backups.not_restorable", "This kind of data is brought back by hand.");
  }
}

/** Point and policy of a MongoDB may each be of one database or of the whole server. */
function pickDatabases(source: BackupSource, { described }: Point, { database }: RestoreInput): Partial<RestoreNotes> {
  if (source.kind !== "mongodb" || !described) return {};
  const pointDatabase = findPointDatabase(described.counts, database);
  if (pointDatabase === null) throw invalid({ database: "Choose one." });
  return { pointDatabase, livingDatabase: source.databaseName ?? pointDatabase };
}

async function findService(tx: Tx, name: string) {
  const service = await tx.service.findUnique({
    where: { name },
    select: { id: true, name: true, ownerId: true, state: true },
  });
  if (!service || service.state === "retired") throw notFound("service");
  return service;
}
type DestinationService = Awaited<ReturnType<typeof findService>>;

/** Whoever gets the data must be one who may have it, and one who may put it there. */
function assertMay(actor: UserActor, point: Point, service: DestinationService, mode: RestoreInput["mode"]): void {
  authorize(actor, mode === "swap" ? "backups.swap" : "backups.restore", {
    ownerId: service.ownerId,
    serviceId: service.id,
  });
  if (point.serviceId !== service.id)
    authorize(actor, "backups.link", { ownerId: point.service?.ownerId ?? null, serviceId: point.serviceId });
}

/**
 * Brings a restore point back: into a new database or folder beside the living one, and with `swap` then into its place. The
 * row, the run and the audit event come to be in one transaction; the workers do the rest.
 */
export async function startRestore(
  actor: UserActor,
  backupId: string,
  input: RestoreInput,
): Promise<{ restoreId: string; runId: number }> {
  authorize(actor, "backups.read");
  const started = await transaction(async (tx) => {
    await lockPoint(tx, backupId);
    const point = await findPoint(tx, backupId);
    const service = await findService(tx, input.serviceName);
    assertMay(actor, point, service, input.mode);
    const obstacle = findObstacle(point);
    if (obstacle || !point.described) throw conflict("backups.not_restorable", obstacle ?? "It cannot be read.");
    const { environment } = input;
    const place = { serviceId: service.id, environment };
    const policy = await findDestination(tx, { ...place, kind: point.engine }, point.origin, input.policyId);
    const truth = policy ? environmentOf(policy.source, service.name, environment) : environment;
    const facts = {
      from: placeOf(point),
      to: { serviceId: service.id, serviceName: service.name, environment: truth },
      manifest: point.described,
      destination: policy?.source ?? null,
      own: policy !== null && isOwn(policy, point.origin),
      ...maskingOf(point),
      hasIdentity: config().BACKUP_AGE_IDENTITY !== "",
    };
    checkRestore(facts, input);
    if (!policy) throw invalid({ serviceName: "It has no such data." });
    if (input.mode === "swap") {
      await refuseHalfSwapped(policy.source, tx);
      await refuseWhileDeploying(place, tx);
    }
    return writeRestore(tx, actor, { point, service, policy, input, own: facts.own });
  });
  await ringRun(started.runId);
  return started;
}

interface Checked {
  point: Point;
  service: DestinationService;
  policy: PolicyRow;
  input: RestoreInput;
  own: boolean;
}

async function writeRestore(tx: Tx, actor: UserActor, { point, service, policy, input, own }: Checked) {
  const id = randomUUID();
  const { environment, mode, only, mask, identity } = input;
  const { source } = policy;
  const report = restoreNotesSchema.parse({
    ...{ source, policy: policy.name, own },
    ...pickDatabases(source, point, input),
  });
  const living = findLivingName(report);
  const destination = nameDestination(source, living, new Date());
  const place = { serviceId: service.id, environment };
  await tx.restore.create({
    data: { id, backupId: point.id, ...place, mode, state: "running", destination, only, mask, byId: actor.id, report },
  });
  if (identity) await storeSecret(tx, { name: identitySecret(id), value: identity, serviceId: service.id });
  const checklist = mode === "swap" ? RESTORE_SWAP : RESTORE;
  const title =
    mode === "swap"
      ? `Restore ${service.name}: ${living} is replaced by what it was on ${point.startedAt.toISOString().slice(0, 16).replace("T", " ")} UTC`
      : `Restore ${service.name}: ${destination}`;
  const { runId } = await createRun(tx, actor, {
    mode: "apply",
    checklist: { key: checklist.key, version: checklist.version },
    title: title.slice(0, TITLE_MAX),
    ...place,
    startKey: `restore:${id}`,
    exclusiveKey: sourceKey(policy.source),
    steps: compileChecklist(checklist, { restoreId: id, policy: policy.name, living, destination }),
  });
  await tx.restore.update({ where: { id }, data: { runId } });
  await recordAudit(tx, actor, {
    action: `backups.restore.${mode}`,
    subjectType: "backup",
    subjectId: point.id,
    detail: { restoreId: id, runId, service: service.name, environment, living, destination, only, mask },
  });
  return { restoreId: id, runId };
}
