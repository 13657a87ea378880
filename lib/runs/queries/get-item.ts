import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import type { ItemView } from "../types.ts";
import { getRun } from "./get-run.ts";

/** An item as it is now: for whoever has to put their words together with somebody else's. */
export async function getItem(actor: UserActor, stepId: number): Promise<ItemView> {
  authorize(actor, "items.list");
  const step = await db().step.findUnique({ where: { id: stepId }, select: { runId: true } });
  if (!step) throw notFound("item");
  const { steps } = await getRun(actor, step.runId);
  const item = steps.find((one) => one.id === stepId)?.item;
  if (!item) throw notFound("item");
  return item;
}

export interface EvidenceFile {
  name: string;
  size: number;
  body: Uint8Array;
}

/** A file that was put to an item. One that was taken back is not handed out any more. */
export async function readEvidenceFile(
  actor: UserActor,
  { stepId, evidenceId }: { stepId: number; evidenceId: string },
): Promise<EvidenceFile> {
  authorize(actor, "items.readFiles");
  const row = await db().stepEvidence.findUnique({
    where: { id: evidenceId },
    select: { stepId: true, fileName: true, body: true, removedAt: true },
  });
  if (row?.stepId !== stepId || row.removedAt || row.fileName === null || row.body === null) throw notFound("file");
  return { name: row.fileName, size: row.body.length, body: row.body };
}
