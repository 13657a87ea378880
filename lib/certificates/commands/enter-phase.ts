import { z } from "zod";
import type { Tx } from "#lib/platform/db/client.ts";
import type { StepContext } from "#lib/steps/types.ts";
import type { ORDER_PHASES } from "../constants.ts";

export type OrderPhase = (typeof ORDER_PHASES)[number];

const Phases = z
  .array(
    z.object({
      phase: z.string(),
      startedAt: z.string(),
      finishedAt: z.string().nullable(),
      detail: z.string().nullable(),
    }),
  )
  .catch([]);
type Phases = z.output<typeof Phases>;

const DETAIL_MAX = 500;

const close = (phases: Phases, now: string): Phases =>
  phases.map((one) => (one.finishedAt === null ? { ...one, finishedAt: now } : one));

/** An order goes on to a phase, or comes back to one on another try; the phases before it have ended. */
export async function notePhase(tx: Tx, orderId: string, phase: OrderPhase, detail?: string): Promise<void> {
  const row = await tx.acmeOrder.findUnique({ where: { id: orderId }, select: { phases: true } });
  if (!row) return;
  const now = new Date().toISOString();
  const before = Phases.parse(row.phases ?? []);
  const known = before.find((one) => one.phase === phase);
  const entry = {
    phase,
    startedAt: known?.startedAt ?? now,
    finishedAt: null,
    detail: detail?.slice(0, DETAIL_MAX) ?? known?.detail ?? null,
  };
  const others = close(before, now).filter((one) => one.phase !== phase);
  await tx.acmeOrder.update({ where: { id: orderId }, data: { phase, phases: [...others, entry] } });
}

/** Nothing of the order is under way any more. */
export async function closePhases(tx: Tx, orderId: string): Promise<void> {
  const row = await tx.acmeOrder.findUnique({ where: { id: orderId }, select: { phases: true } });
  if (!row) return;
  const phases = close(Phases.parse(row.phases ?? []), new Date().toISOString());
  await tx.acmeOrder.update({ where: { id: orderId }, data: { phases } });
}

/** Says, for the page, what is being done for an order now. */
export const enterPhase = (ctx: StepContext, orderId: string, phase: OrderPhase, detail?: string): Promise<void> =>
  ctx.write((tx) => notePhase(tx, orderId, phase, detail));

/** Says that what was being done for an order is done. */
export const finishPhases = (ctx: StepContext, orderId: string): Promise<void> =>
  ctx.write((tx) => closePhases(tx, orderId));
