import type { Prisma, Tx } from "#lib/platform/db/client.ts";
import { conflict, notFound } from "#lib/platform/errors.ts";
import { type LockedRun, lockRun } from "./lock-run.ts";

const ITEM = {
  id: true,
  key: true,
  name: true,
  title: true,
  state: true,
  role: true,
  evidenceKind: true,
  confirmById: true,
  claimedById: true,
  itemRev: true,
  draftNote: true,
  draftById: true,
  dueBy: true,
  waivedById: true,
  waiverUntil: true,
} as const satisfies Prisma.StepSelect;

export interface LockedItem {
  run: LockedRun;
  step: Prisma.StepGetPayload<{ select: typeof ITEM }>;
  /** Its waiver has ended: it is to be done after all, though its run went on without it. */
  isReopened: boolean;
}

/** Reads a manual step and holds its run's row until the transaction ends. */
export async function lockItem(tx: Tx, stepId: number): Promise<LockedItem> {
  const found = await tx.step.findUnique({ where: { id: stepId }, select: { runId: true } });
  if (!found) throw notFound("step");
  const run = await lockRun(tx, found.runId);
  if (!run) throw notFound("run");
  const step = await tx.step.findUniqueOrThrow({ where: { id: stepId }, select: ITEM });
  const isWaived = step.state === "skipped" && step.waivedById !== null;
  return { run, step, isReopened: isWaived && step.waiverUntil !== null && step.waiverUntil <= new Date() };
}

export function assertManual({ step }: LockedItem): void {
  if (step.name !== "manual") throw conflict("runs.not_manual", "The panel does this step itself.");
}

/** An item that people still work on: it is their turn, or will be, or is again. */
export async function lockOpenItem(tx: Tx, stepId: number): Promise<LockedItem> {
  const item = await lockItem(tx, stepId);
  assertManual(item);
  const { step, isReopened } = item;
  if (step.state === "succeeded") throw conflict("runs.confirmed", "Somebody has confirmed this step already.");
  if (!isReopened && step.state !== "needs_person" && step.state !== "blocked")
    throw conflict("items.over", "Nothing is to be done here any more.", "Look at the run again.");
  return item;
}
