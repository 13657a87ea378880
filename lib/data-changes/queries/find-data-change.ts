import { db, type Prisma, type Tx } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import { sealOf } from "../approval/seal.ts";
import type { DataChangeState } from "../constants.ts";
import { previewSchema, resultSchema } from "../schema/counts.ts";

export const WITH_NAMES = {
  service: { select: { id: true, name: true, ownerId: true, state: true } },
  requestedBy: { select: { id: true, displayName: true } },
  approvedBy: { select: { id: true, displayName: true } },
} as const satisfies Prisma.DataChangeInclude;

type Stored = Prisma.DataChangeGetPayload<{ include: typeof WITH_NAMES }>;

/** As commands and steps work with it: what is kept as JSON has been checked. */
export function toRow(row: Stored) {
  return {
    ...row,
    sealNow: sealOf(row),
    state: row.state as DataChangeState,
    preview: previewSchema.safeParse(row.preview).data ?? null,
    result: resultSchema.safeParse(row.result).data ?? null,
  };
}
export type DataChangeRow = ReturnType<typeof toRow>;

export async function readDataChange(id: string, tx: Tx = db()): Promise<DataChangeRow> {
  const row = await tx.dataChange.findUnique({ where: { id }, include: WITH_NAMES });
  if (!row) throw notFound("data change");
  return toRow(row);
}

/** The same, and nobody else decides about it until the transaction has ended. */
export async function lockDataChange(id: string, tx: Tx): Promise<DataChangeRow> {
  await tx.$queryRaw`SELECT id FROM DataChange WHERE id = ${id} FOR UPDATE`;
  return readDataChange(id, tx);
}
