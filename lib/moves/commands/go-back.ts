import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import type { MoveRun } from "#lib/checklists/move.ts";
import { MOVE_BACK } from "#lib/checklists/move-back.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, notFound } from "#lib/platform/errors.ts";
import { subjectOf } from "#lib/releases/queries/find-environment.ts";
import { type CreatedRun, createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { MOVE_KEYS } from "../constants.ts";
import { judgeBack } from "../queries/judge-back.ts";

const TITLE_MAX = 200;

async function findMove(tx: Tx, moveId: string) {
  const move = await tx.move.findUnique({
    where: { id: moveId },
    include: { service: { select: { id: true, name: true, ownerId: true } } },
  });
  if (!move) throw notFound("move");
  return move;
}

/** The old place serves again, from its own untouched data. Refused once people may have written on the new host. */
export async function goBack(actor: UserActor, moveId: string): Promise<CreatedRun> {
  const created = await transaction(async (tx) => {
    const move = await findMove(tx, moveId);
    const { service } = move;
    authorize(actor, "moves.start", subjectOf(service));
    await tx.$queryRaw`SELECT id FROM Service WHERE id = ${service.id} FOR UPDATE`;
    const { may, because } = await judgeBack(tx, move);
    if (!may) throw conflict("moves.no_way_back", because);
    const environment = await tx.environment.findUnique({
      where: { serviceId_name: { serviceId: service.id, name: move.environment } },
      select: { id: true },
    });
    // A cancelled one cannot go on: another one takes its place.
    const before = await tx.run.count({ where: { startKey: { startsWith: `${MOVE_KEYS.back}:${move.id}:` } } });
    const run = await createRun(tx, actor, {
      mode: "apply",
      checklist: { key: MOVE_BACK.key, version: MOVE_BACK.version },
      title: `Go back with ${service.name} (${move.environment}) to ${move.fromHost}`.slice(0, TITLE_MAX),
      ...{ serviceId: service.id, environment: move.environment },
      startKey: `${MOVE_KEYS.back}:${move.id}:${before + 1}`,
      exclusiveKey: `deploy:${environment?.id ?? move.id}`,
      // Written by the start of the move, from what it was compiled from.
      steps: compileChecklist(MOVE_BACK, { ...(move.plan as unknown as MoveRun), moveId: move.id }),
    });
    await recordAudit(tx, actor, {
      action: "moves.goBack",
      ...{ subjectType: "service", subjectId: service.id },
      detail: { name: service.name, environment: move.environment, moveId: move.id, runId: run.runId },
    });
    return run;
  });
  await ringRun(created.runId);
  return created;
}
