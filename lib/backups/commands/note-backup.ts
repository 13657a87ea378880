import { Prisma } from "#lib/platform/db/client.ts";
import type { StepContext } from "#lib/steps/types.ts";
import type { BackupState, Trigger } from "../constants.ts";
import { sumRows } from "../dump/counts.ts";
import type { Manifest } from "../schema/manifest.ts";

/** The row of a backup, as the step writes it. Every write is fenced by the attempt's lease. */
export interface BackupDraft {
  id: string;
  serviceId: string | null;
  environment: string;
  policyId: string;
  policy: string;
  engine: string;
  trigger: Trigger;
  targetId: string;
  /** Folder of its objects. */
  key: string;
  encrypted: boolean;
  dueAt: Date | null;
  lockedUntil: Date | null;
}

/** The row exists before anything does; a second try finds it and begins again. */
export async function beginBackup(draft: BackupDraft, ctx: StepContext): Promise<void> {
  const begun = { state: "running" satisfies BackupState, error: null, finishedAt: null };
  await ctx.write((tx) =>
    tx.backup.upsert({
      where: { id: draft.id },
      create: { ...draft, ...begun, stepId: ctx.step.id },
      update: begun,
    }),
  );
}

/** It is whole in its target: the manifest says so. What is proven about it follows. */
export async function noteStored(id: string, manifest: Manifest, ctx: StepContext): Promise<void> {
  await ctx.write((tx) =>
    tx.backup.update({
      where: { id },
      data: {
        state: "stored" satisfies BackupState,
        error: null,
        manifest: manifest as object,
        sizeBytes: manifest.parts.reduce((sum, part) => sum + part.sizeBytes, 0),
        totalRows: sumRows(manifest.counts),
        startedAt: new Date(manifest.startedAt),
        finishedAt: new Date(manifest.finishedAt),
      },
    }),
  );
}

/** Until when its objects are going to be locked. */
export async function noteLock(id: string, lockedUntil: Date | null, ctx: StepContext): Promise<void> {
  await ctx.write((tx) => tx.backup.update({ where: { id }, data: { lockedUntil } }));
}

export async function noteRawBytes(id: string, rawBytes: number, ctx: StepContext): Promise<void> {
  await ctx.write((tx) => tx.backup.update({ where: { id }, data: { rawBytes } }));
}

/** failed: nothing of it is in the target, but for what is locked there. missed: what it reads was not running. stored: only the look at it could not be finished. */
export async function noteEnded(
  id: string,
  state: "failed" | "missed" | "stored",
  error: string,
  ctx: StepContext,
): Promise<void> {
  await ctx.write((tx) =>
    tx.backup.updateMany({
      where: { id },
      data: { state, ...(state === "stored" ? {} : { error }), finishedAt: new Date() },
    }),
  );
}

/** What lies in the folder of a failed one is not its own any more. */
export async function forgetManifest(id: string, ctx: StepContext): Promise<void> {
  await ctx.write((tx) => tx.backup.updateMany({ where: { id }, data: { manifest: Prisma.DbNull } }));
}

/** The row goes with its objects; where something still speaks of it, it stays and says so. */
export async function forgetBackup(id: string, ctx: StepContext): Promise<void> {
  await ctx.write(async (tx) => {
    const uses = await tx.backup.findUnique({
      where: { id },
      select: { _count: { select: { restores: true, links: true } } },
    });
    if (!uses) return;
    if (uses._count.restores + uses._count.links > 0) {
      const removed = { removedAt: new Date(), removedReason: "what made it was undone" };
      await tx.backup.update({ where: { id }, data: removed });
      return;
    }
    await tx.verification.deleteMany({ where: { backupId: id } });
    await tx.backup.deleteMany({ where: { id } });
  });
}
