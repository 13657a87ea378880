import type { Actor } from "#lib/access/types.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { NOTICE } from "#lib/checklists/notice.ts";
import type { Prisma, Tx } from "#lib/platform/db/client.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { readEditors } from "../approval/editors.ts";
import type { Turn } from "../constants.ts";
import { type DataChangeRow, readDataChange } from "../queries/find-data-change.ts";

const PANEL: Actor = { kind: "system", name: "data changes", requestId: "data-changes" };

const TITLES: Record<Turn, string> = {
  proposed: "waits for somebody's approval",
  approved: "was approved",
  rejected: "was rejected",
  ended: "was carried out and waits for its report",
  closed: "was closed",
};

const withRoles = (...roles: string[]): Prisma.UserWhereInput[] => roles.map((role) => ({ roles: { contains: role } }));

/** Who has to do something now, and whoever it is of. */
function readersOf(row: DataChangeRow, turn: Turn): Prisma.UserWhereInput {
  const authors = [row.requestedById, ...readEditors(row.editorIds)];
  if (turn === "proposed") return { id: { notIn: authors }, OR: withRoles("manager", "dba", "admin") };
  const named = [...authors, row.service.ownerId, ...(row.approvedById ? [row.approvedById] : [])];
  if (turn === "rejected") return { id: { in: authors } };
  return { OR: [{ id: { in: named } }, ...withRoles("dba")] };
}

/** A mail to everybody whom a turn concerns, each once for one text. The runs are started by the relay. */
export async function tellTurn(tx: Tx, dataChangeId: string, turn: Turn): Promise<void> {
  const row = await readDataChange(dataChangeId, tx);
  const users = await tx.user.findMany({
    where: { disabledAt: null, ...readersOf(row, turn) },
    select: { id: true },
    orderBy: { id: "asc" },
  });
  const title = `Mail that a data change of ${row.service.name} ${TITLES[turn]}`.slice(0, 200);
  for (const { id: toUserId } of users)
    await createRun(tx, PANEL, {
      mode: "apply",
      checklist: { key: NOTICE.key, version: NOTICE.version },
      ...{ title, serviceId: row.serviceId, environment: row.environment },
      startKey: `data-change:${row.id}:${row.version}:${turn}:${toUserId}`,
      steps: compileChecklist(NOTICE, { title, mail: { template: "data-change", toUserId, dataChangeId, turn } }),
    });
}
