import { describeProblem } from "#lib/integrations/acme/errors.ts";
import type { Problem } from "#lib/integrations/acme/schema.ts";
import type { Prisma } from "#lib/platform/db/client.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { deleteUnusedKeys } from "./delete-keys.ts";
import { closePhases } from "./enter-phase.ts";
import type { PreparedOrder } from "./prepare-order.ts";

/** What is kept of a failed order: the problem document as the authority sent it, and the same in words. */
export interface OrderFailure {
  /** Names whose authorization failed. */
  names: string[];
  problem: string;
  document?: Problem | undefined;
}

export const failureOf = (document: Problem, names: string[] = []): OrderFailure => ({
  names,
  problem: describeProblem(document),
  document,
});

/**
 * An order is over without a certificate. A first issue has failed with it; what is issued already stays exactly as it is, and
 * only says why its renewal failed.
 */
export async function markFailed(
  ctx: StepContext,
  { orderId, certificateId }: Pick<PreparedOrder, "orderId" | "certificateId">,
  { names, problem, document }: OrderFailure,
): Promise<void> {
  await ctx.write(async (tx) => {
    const stored = {
      ...(document as Prisma.InputJsonObject | undefined),
      names,
      problem,
    } satisfies Prisma.InputJsonObject;
    await tx.acmeOrder.update({
      where: { id: orderId },
      data: { state: "invalid", problem: stored, finishedAt: new Date() },
    });
    await closePhases(tx, orderId);
    await tx.certificate.updateMany({
      where: { id: certificateId, state: { in: ["pending", "failed"] } },
      data: { state: "failed", error: problem },
    });
    await tx.certificate.updateMany({ where: { id: certificateId, state: "issued" }, data: { renewalError: problem } });
    await deleteUnusedKeys(tx, certificateId);
  });
}
