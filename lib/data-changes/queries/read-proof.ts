import { z } from "zod";
import { PROVEN_FROM, VERIFICATION_LEVELS } from "#lib/backups/constants.ts";
import { manifestSchema } from "#lib/backups/schema/manifest.ts";
import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { plural } from "#lib/platform/format.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { PROOF_HOURS } from "../constants.ts";

/** The way back. */
interface Proof {
  backupId: string;
  /** When what it holds was read to its end. */
  takenAt: Date;
}

const provenSchema = z.object({ backupId: z.string(), proven: z.enum(VERIFICATION_LEVELS) });

const refuse = (code: string, message: string, advice: string) =>
  new AppError({ code: `dataChanges.${code}`, message, advice, retry: "permanent" });

const noProof = () =>
  refuse(
    "no_proof",
    "The backup taken before was not proven by restoring and counting it, so nothing was changed.",
    "See why on the backup's page, then propose the change again.",
  );

/** The backup of this very run, restored and counted; nothing less is a way back. */
export function readProven(ctx: StepContext): string {
  const proof = provenSchema.safeParse(ctx.output("verify")).data;
  if (proof && VERIFICATION_LEVELS.indexOf(proof.proven) >= VERIFICATION_LEVELS.indexOf(PROVEN_FROM))
    return proof.backupId;
  throw noProof();
}

/** Whether it is still there, and of the very database that is about to be changed. */
export async function readProof(change: { sourceKey: string }, backupId: string): Promise<Proof> {
  const backup = await db().backup.findUnique({ where: { id: backupId } });
  if (!backup || backup.removedAt || backup.state === "failed") throw noProof();
  const manifest = manifestSchema.safeParse(backup.manifest).data;
  if (manifest?.sourceKey !== change.sourceKey)
    throw refuse(
      "other_backup",
      "The backup taken before is of another database than the one to be changed, so nothing was changed.",
      "See what the backup policy names, then propose the change again.",
    );
  return { backupId: backup.id, takenAt: new Date(manifest.finishedAt) };
}

const HOUR_MS = 3_600_000;

/** Why it may not be carried out any more, in words, though it once might have been; null: it may. */
export function explainLate({ expiresAt }: { expiresAt: Date }, { takenAt }: Proof, now: Date): string | null {
  if (now >= expiresAt) return "The time its approval was good for is over, so nothing was changed.";
  if (now.getTime() - takenAt.getTime() < PROOF_HOURS * HOUR_MS) return null;
  return `The backup taken before is older than ${plural(PROOF_HOURS, "hour")}, so nothing was changed.`;
}
