import type { Tx } from "#lib/platform/db/client.ts";
import type { DataChangeState, Turn } from "../constants.ts";
import type { Result } from "../schema/counts.ts";
import { toRow, WITH_NAMES } from "./find-data-change.ts";

/** What a mail says of a data change: never a statement, for those hold what rows hold. */
export interface DataChangeNews {
  id: string;
  turn: Turn;
  title: string;
  service: string;
  environment: string;
  state: DataChangeState;
  requestedBy: string;
  decidedBy: string | null;
  comment: string | null;
  expiresAt: Date;
  result: Result | null;
  runId: number | null;
}

/** null: it was changed or withdrawn since, so that there is nothing to say any more. */
export async function readDataChangeNews(tx: Tx, id: string, turn: Turn): Promise<DataChangeNews | null> {
  const found = await tx.dataChange.findUnique({ where: { id }, include: WITH_NAMES });
  if (!found) return null;
  const row = toRow(found);
  if (turn === "proposed" && row.state !== "proposed") return null;
  return {
    ...{ id, turn, title: row.title, service: row.service.name, environment: row.environment, state: row.state },
    requestedBy: row.requestedBy.displayName,
    decidedBy: row.approvedBy?.displayName ?? null,
    comment: row.approvalComment,
    ...{ expiresAt: row.expiresAt, result: row.result, runId: row.runId },
  };
}
