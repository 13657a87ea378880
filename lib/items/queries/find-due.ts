import { db, type Prisma, type Tx } from "#lib/platform/db/client.ts";
import { whereOpen } from "#lib/runs/queries/item-filter.ts";
import type { ItemTurn } from "../constants.ts";

const DAY_MS = 86_400_000;
/** In one round; the next takes the rest. */
const BATCH = 200;

/** What is to be told now and was not yet. */
function whereUntold(turn: ItemTurn, now: Date): Prisma.StepWhereInput {
  switch (turn) {
    case "asked":
      return { state: "needs_person", confirmById: { not: null }, askedAt: null };
    case "due":
      return { dueBy: { lte: now }, remindedAt: null };
    case "escalated":
      return { dueBy: { lte: now }, remindedAt: { lte: new Date(now.getTime() - DAY_MS) }, escalatedAt: null };
  }
}

export async function findDue(turn: ItemTurn, now: Date): Promise<number[]> {
  const rows = await db().step.findMany({
    where: { AND: [whereOpen(now), whereUntold(turn, now)] },
    select: { id: true },
    // By the id alone, MySQL would read every step there is in that order, to find the few that are open.
    orderBy: [{ dueBy: "asc" }, { id: "asc" }],
    take: BATCH,
  });
  return rows.map(({ id }) => id);
}

const DUE = {
  id: true,
  key: true,
  title: true,
  state: true,
  dueBy: true,
  claimedById: true,
  confirmById: true,
  waiverReason: true,
  waiverUntil: true,
  run: {
    select: {
      id: true,
      checklistKey: true,
      requestedById: true,
      service: { select: { id: true, name: true, state: true, ownerId: true } },
    },
  },
} as const satisfies Prisma.StepSelect;

export type DueItem = Prisma.StepGetPayload<{ select: typeof DUE }>;

/** Those that are still to be told: their rows are the caller's until its transaction ends. */
export const readDue = (tx: Tx, turn: ItemTurn, ids: readonly number[], now: Date): Promise<DueItem[]> =>
  tx.step.findMany({
    where: { AND: [{ id: { in: [...ids] } }, whereOpen(now), whereUntold(turn, now)] },
    select: DUE,
    orderBy: { id: "asc" },
  });

/** A waiver of an old run whose service is gone, or was provisioned anew since: there is nothing to open again. */
export async function isOvertaken(tx: Tx, { run }: DueItem): Promise<boolean> {
  if (!run.service) return false;
  if (run.service.state === "retired" || run.service.state === "decommissioning") return true;
  const later = await tx.run.findFirst({
    where: {
      OR: [
        { undoesRunId: run.id },
        {
          ...{ mode: "apply", serviceId: run.service.id, checklistKey: run.checklistKey },
          ...{ draftId: { not: null }, id: { gt: run.id } },
        },
      ],
    },
    select: { id: true },
  });
  return later !== null;
}
