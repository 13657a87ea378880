import { db } from "#lib/platform/db/client.ts";
import { findSecret, readSecret } from "#lib/secrets/queries.ts";

// What a proof asks of the panel's own tables.

/** Retention or a person took it away, or is about to. */
export const wasRemoved = async (id: string): Promise<boolean> =>
  (await db().backup.count({ where: { id, OR: [{ removedAt: { not: null } }, { removedReason: { not: null } }] } })) >
  0;

/** Those of the steps that a worker is at. */
export async function listRunningSteps(ids: readonly number[]): Promise<number[]> {
  const rows = await db().step.findMany({ where: { id: { in: [...ids] }, state: "running" }, select: { id: true } });
  return rows.map((row) => row.id);
}

/** What the panel's own database says it is: "10.11.18-MariaDB". */
export async function readServerVersion(): Promise<string> {
  const [row] = await db().$queryRaw<{ version: string }[]>`SELECT VERSION() AS version`;
  return row?.version ?? "";
}

/** Text of a secret, for a throw-away app; null: the panel does not have it. Give it to ctx.redact first. */
export const findSecretText = async (name: string): Promise<string | null> =>
  (await findSecret(db(), name))?.value.toString("utf8") ?? null;

export const readSecretText = async (name: string): Promise<string> =>
  (await readSecret(db(), name)).value.toString("utf8");
