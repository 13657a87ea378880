import type { Actor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { NOTICE } from "#lib/checklists/notice.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { sqlOf } from "#lib/platform/db/sql.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { plural } from "#lib/platform/format.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { lookAtTicksSoon } from "#lib/runs/commands/go-on-after.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { ITEM_TURNS, type ItemTurn } from "../constants.ts";
import { type DueItem, findDue, isOvertaken, readDue } from "../queries/find-due.ts";

const CLOCK: Actor = { kind: "system", name: "items", requestId: "items" };

const MARK = { asked: "askedAt", due: "remindedAt", escalated: "escalatedAt" } as const satisfies Record<
  ItemTurn,
  string
>;

const TITLES: Record<ItemTurn, (many: string) => string> = {
  asked: (many) => `Ask for a word on ${many}`,
  due: (many) => `Remind of ${many} that ${many.startsWith("1 ") ? "is" : "are"} due`,
  escalated: (many) => `Tell a manager of ${many} nobody has done`,
};

/** Open accounts among these. */
async function keepOpen(tx: Tx, ids: readonly string[]): Promise<string[]> {
  const users = await tx.user.findMany({
    where: { id: { in: [...new Set(ids)] }, disabledAt: null },
    select: { id: true },
  });
  return users.map(({ id }) => id);
}

async function findManagers(tx: Tx): Promise<string[]> {
  const users = await tx.user.findMany({
    where: { disabledAt: null, roles: { contains: "manager" } },
    select: { id: true },
    orderBy: { id: "asc" },
  });
  return users.map(({ id }) => id);
}

/** Whose it is: who took it, or whose word it is; else the service's owner for what is open again, else who started the run. */
function holderOf({ state, claimedById, confirmById, run }: DueItem): string[] {
  const owner = run.service?.ownerId ?? null;
  const first = claimedById ?? confirmById ?? (state === "skipped" ? owner : null) ?? run.requestedById ?? owner;
  return first ? [first] : [];
}

async function findReaders(tx: Tx, item: DueItem, turn: ItemTurn): Promise<string[]> {
  if (turn === "escalated") return findManagers(tx);
  const open = await keepOpen(tx, turn === "asked" && item.confirmById ? [item.confirmById] : holderOf(item));
  // Nobody is there to be told: somebody has to know all the same.
  return open.length > 0 ? open : findManagers(tx);
}

/** A waiver that has ended: its service's tick is asked again, and the end is in the record. */
async function noteWaiverEnd(tx: Tx, item: DueItem): Promise<void> {
  await lookAtTicksSoon(tx, { serviceId: item.run.service?.id ?? null });
  await recordAudit(tx, CLOCK, {
    action: "items.waiverEnded",
    subjectType: "run",
    subjectId: item.run.id,
    detail: { step: item.key, title: item.title, reason: item.waiverReason },
  });
}

async function createMail(tx: Tx, turn: ItemTurn, toUserId: string, stepIds: number[], now: Date): Promise<number> {
  const title = TITLES[turn](plural(stepIds.length, "item")).slice(0, 200);
  const { runId } = await createRun(tx, CLOCK, {
    mode: "apply",
    checklist: { key: NOTICE.key, version: NOTICE.version },
    ...{ title, serviceId: null, environment: null },
    startKey: `items-${turn}:${toUserId}:${stepIds[0]}:${now.getTime()}`,
    steps: compileChecklist(NOTICE, { title, mail: { template: "items-due", toUserId, turn, stepIds } }),
  });
  return runId;
}

/** One mail to each person about all that is theirs. Who holds the items' rows tells; who comes second finds nothing. */
async function tell(turn: ItemTurn, now: Date): Promise<number[]> {
  const found = await findDue(turn, now);
  if (found.length === 0) return [];
  const runs = await transaction(async (tx) => {
    const locked = await sqlOf(tx).rows<{ id: number }>(
      "SELECT id FROM Step WHERE id IN (?) ORDER BY id FOR UPDATE SKIP LOCKED",
      [found],
    );
    const items = await readDue(
      tx,
      turn,
      locked.map(({ id }) => id),
      now,
    );
    const byReader = new Map<string, number[]>();
    for (const item of items) {
      const isReopened = item.state === "skipped";
      const isOver = isReopened && (await isOvertaken(tx, item));
      await tx.step.update({
        where: { id: item.id },
        // Without a day it is not open again.
        data: { [MARK[turn]]: now, ...(isOver ? { dueBy: null } : {}) },
        select: { id: true },
      });
      if (isOver) continue;
      if (isReopened && turn === "due") {
        await noteWaiverEnd(tx, item);
        // A tick that comes undone is told as such.
        if ((await tx.tick.count({ where: { stepId: item.id } })) > 0) continue;
      }
      for (const reader of await findReaders(tx, item, turn))
        byReader.set(reader, [...(byReader.get(reader) ?? []), item.id]);
    }
    const created: number[] = [];
    for (const [reader, stepIds] of byReader) created.push(await createMail(tx, turn, reader, stepIds, now));
    return created;
  });
  for (const runId of runs) await ringRun(runId);
  return runs;
}

/**
 * Tells people what waits for them: whose word it is when its turn has come, who has it when it is due or its waiver has ended,
 * and managers a day later. Any number of workers may. Returns the runs of the mails.
 */
export async function sweepItems(now: Date = new Date()): Promise<number[]> {
  const told: number[] = [];
  for (const turn of ITEM_TURNS) told.push(...(await tell(turn, now)));
  return told;
}
