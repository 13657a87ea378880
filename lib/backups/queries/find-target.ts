import { db, type Prisma, type Tx } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { findSecret } from "#lib/secrets/queries.ts";
import { type TargetConfig, targetConfigSchema } from "../schema/target.ts";
import { targetSecretName } from "../targets/secret-name.ts";

export interface TargetRow {
  id: string;
  name: string;
  config: TargetConfig;
  state: string;
  version: number;
}

/** Something would go there, or is kept there. */
export const TARGET_IN_USE = {
  removedAt: null,
  OR: [{ policies: { some: { removedAt: null } } }, { backups: { some: { removedAt: null } } }],
} satisfies Prisma.BackupTargetWhereInput;

/** A target that is in use; null when there is none, or it was removed. For workers: who asks is not looked at. */
export async function findTarget(id: string, tx: Tx = db()): Promise<TargetRow | null> {
  const row = await tx.backupTarget.findFirst({ where: { id, removedAt: null } });
  if (!row) return null;
  return {
    id: row.id,
    name: row.name,
    config: targetConfigSchema.parse(row.config),
    state: row.state,
    version: row.version,
  };
}

export interface TargetWithSecret extends TargetRow {
  /** null: it needs none. */
  secret: string | null;
}

/** A target and what opens it; an error that a person has to mend when it is not there. */
export async function readTarget(id: string, tx: Tx = db()): Promise<TargetWithSecret> {
  const target = await findTarget(id, tx);
  if (!target)
    throw new AppError({
      code: "backups.no_target",
      message: "The target of these backups was removed.",
      advice: "Choose another target in the policy.",
      retry: "needs_person",
      status: 404,
    });
  const secret = await findSecret(tx, targetSecretName(id));
  return { ...target, secret: secret === null ? null : String(secret.value) };
}
