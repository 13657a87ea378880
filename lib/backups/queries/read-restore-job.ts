import { config } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { findSecret } from "#lib/secrets/queries.ts";
import type { StepContext } from "#lib/steps/types.ts";
import type { MaskingFacts } from "../restore/explain-no-masking.ts";
import { findLivingName, identitySecret } from "../restore/names.ts";
import { type Manifest, manifestSchema } from "../schema/manifest.ts";
import { type RestoreNotes, restoreNotesSchema } from "../schema/restore-notes.ts";
import type { BackupSource } from "../schema/source.ts";
import type { RestoreStepInput } from "../schema/steps.ts";
import { findObstacle, maskingOf } from "./find-point.ts";

/** There is nothing of it to be read: another try finds no more. */
export const NO_RESTORE = "backups.no_restore";

/** One restore with everything its steps need to know. */
export interface RestoreJob {
  id: string;
  serviceId: string;
  /** Whose data the point is; null: the panel's own. */
  pointServiceId: string | null;
  state: string;
  /** The database, folder or volume it makes. */
  destination: string;
  /** What the living data is kept as after a swap. */
  previous: string | null;
  /** When it took the place of the living data. */
  swappedAt: Date | null;
  /** Since when what is kept is being removed, or is: no way leads back to it. */
  givenUpAt: Date | null;
  only: string[];
  mask: boolean;
  targetId: string;
  /** Why the point cannot be restored now; null when it can. */
  obstacle: string | null;
  manifest: Manifest;
  /** The living data beside which it was asked for, whatever became of the policy that named it. */
  source: BackupSource;
  /** Its name. */
  living: string;
  /** Which of a point's databases; null: it is the only one. */
  pointDatabase: string | null;
  notes: RestoreNotes;
  /** The run that works at it, or did last. */
  runId: number | null;
  /** As it is in the policy now, which may not be what it was when the restore was asked for. */
  masking: MaskingFacts;
}

/** For steps: what was asked for, as it stands now. */
export async function readRestoreJob(input: RestoreStepInput, ctx: StepContext): Promise<RestoreJob> {
  const row = await db().restore.findUnique({
    where: { id: input.restoreId },
    include: { backup: { include: { backupPolicy: { select: { name: true, maskingSql: true, removedAt: true } } } } },
  });
  const manifest = manifestSchema.safeParse(row?.backup.manifest).data;
  const notes = restoreNotesSchema.safeParse(row?.report).data;
  if (!row?.serviceId || !manifest || !notes)
    throw new AppError({ code: NO_RESTORE, message: "What was to be restored is not known any more." });
  if (row.serviceId !== ctx.service?.id || row.environment !== ctx.environment)
    throw new AppError({ code: "backups.other_service", message: "This restore belongs to another service." });
  const only = Array.isArray(row.only) ? row.only.filter((one): one is string => typeof one === "string") : [];
  const { id, state, destination, previous, swappedAt, givenUpAt, mask, backup, runId } = row;
  return {
    ...{ id, state, destination, previous, swappedAt, givenUpAt, only, mask, manifest },
    serviceId: row.serviceId,
    pointServiceId: backup.serviceId,
    targetId: backup.targetId,
    obstacle: findObstacle(backup),
    source: notes.source,
    living: findLivingName(notes),
    pointDatabase: notes.pointDatabase ?? null,
    notes,
    runId,
    masking: maskingOf({ engine: manifest.engine, backupPolicy: backup.backupPolicy }),
  };
}

/** What opens an encrypted point: lent for this restore, or the panel's own; undefined: nothing does. */
export async function readIdentity(restoreId: string, ctx: StepContext): Promise<string | undefined> {
  const lent = (await findSecret(db(), identitySecret(restoreId)))?.value.toString("utf8");
  const identity = lent ?? config().BACKUP_AGE_IDENTITY;
  if (identity) ctx.redact(identity);
  return identity || undefined;
}
