import { db } from "#lib/platform/db/client.ts";
import { withNamedLock } from "#lib/platform/db/named-lock.ts";
import { AppError, toAppError } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { PlanResult, StepContext, VerifyResult } from "#lib/steps/types.ts";
import {
  type Delivery,
  deliverOne,
  describeDelivery,
  isDelivered,
  listDeliveries,
  withdrawOne,
} from "../commands/deliver-one.ts";
import { endForNow } from "../commands/end-for-now.ts";
import { enterPhase, finishPhases } from "../commands/enter-phase.ts";
import { type Deliverable, readDeliverable } from "../commands/read-deliverable.ts";
import { DeliverInput } from "./deliver-input.ts";

const WAIT_FOR_OTHER_MS = 60_000;
const ERROR_MAX = 2_000;

interface DeliverOutput {
  certificateId: string;
  delivered: number;
  targets: string[];
}

/** Brings what a certificate is now to every place that was named for it. One that fails does not stop the others. */
export const certificatesDeliver = defineStep({
  name: "certificates.deliver",
  queue: "renewals",
  input: DeliverInput,
  maxAttempts: 12,
  timeoutMs: 60 * 60_000,
  plan: planDelivery,
  apply: applyDelivery,
  verify: verifyDelivery,
  // What it makes is known by the certificate's own rows, and goes with them.
  undo: async () => {},
});

async function planDelivery({ certificateId }: DeliverInput): Promise<PlanResult> {
  const deliveries = await listDeliveries(certificateId);
  return {
    changes: deliveries.map((delivery) => ({
      action: delivery.state === "removing" ? "remove" : "change",
      kind: "certificate",
      name: `at ${describeDelivery(delivery)}`,
    })),
  };
}

async function applyDelivery({ certificateId }: DeliverInput, ctx: StepContext): Promise<DeliverOutput> {
  try {
    return await deliverHeld(ctx, certificateId);
  } catch (error) {
    // A run that waited here for a person would hold the certificate, and nothing could renew it meanwhile.
    throw endForNow(error);
  }
}

async function deliverHeld(ctx: StepContext, certificateId: string): Promise<DeliverOutput> {
  let targets: string[] = [];
  // Two runs at once could bring an old chain after a new one.
  const held = await withNamedLock(
    `deliver:${certificateId}`,
    ctx.signal,
    async (signal) => {
      targets = await deliverAll({ ...ctx, signal }, certificateId);
    },
    { waitMs: WAIT_FOR_OTHER_MS },
  );
  if (!held)
    throw new AppError({
      code: "delivery.busy",
      message: "Another run is bringing this certificate somewhere.",
      retry: "retry",
      retryAfterMs: 5_000,
    });
  return { certificateId, delivered: targets.length, targets };
}

async function deliverAll(ctx: StepContext, certificateId: string): Promise<string[]> {
  const deliveries = await listDeliveries(certificateId);
  const failures: { delivery: Delivery; error: AppError }[] = [];
  const attempt = async (delivery: Delivery, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      ctx.signal.throwIfAborted();
      failures.push({ delivery, error: await noteFailure(ctx, delivery, error) });
    }
  };
  for (const delivery of deliveries.filter((one) => one.state === "removing"))
    await attempt(delivery, () => withdrawOne(ctx, delivery));
  const wanted = deliveries.filter((one) => one.state !== "removing");
  const orderId = await findOrder(certificateId);
  if (orderId) await enterPhase(ctx, orderId, "delivered", wanted.map(describeDelivery).join(", ") || "nowhere yet");
  if (wanted.length === 0) ctx.log.info("There is no place to bring the certificate to");
  else {
    const certificate = await readDeliverable(ctx, certificateId);
    for (const delivery of wanted) await attempt(delivery, () => bring(ctx, delivery, certificate));
  }
  if (failures.length > 0) throw summarize(failures);
  if (orderId) await finishPhases(ctx, orderId);
  return wanted.map(describeDelivery);
}

const findOrder = async (certificateId: string): Promise<string | null> =>
  (await db().certificate.findUnique({ where: { id: certificateId }, select: { currentOrderId: true } }))
    ?.currentOrderId ?? null;

async function bring(ctx: StepContext, delivery: Delivery, certificate: Deliverable): Promise<void> {
  ctx.progress(`to ${describeDelivery(delivery)}`);
  await deliverOne(ctx, delivery, certificate);
  await ctx.write((tx) =>
    tx.certificateDelivery.updateMany({
      // One that is to be removed meanwhile stays so.
      where: { id: delivery.id, state: { not: "removing" } },
      data: { state: "delivered", serial: certificate.serial, error: null, deliveredAt: new Date() },
    }),
  );
  ctx.log.info(`Brought ${certificate.serial} to ${describeDelivery(delivery)}`);
}

async function noteFailure(ctx: StepContext, delivery: Delivery, thrown: unknown): Promise<AppError> {
  const error = toAppError(thrown);
  ctx.log.error(`${describeDelivery(delivery)}: ${error.message}`);
  await ctx.write(async (tx) => {
    const data = { error: error.message.slice(0, ERROR_MAX) };
    await tx.certificateDelivery.updateMany({ where: { id: delivery.id }, data });
    await tx.certificateDelivery.updateMany({
      where: { id: delivery.id, state: { not: "removing" } },
      data: { state: "error" },
    });
  });
  return error;
}

/** All reasons in one; tried again while any of them may pass. */
function summarize(failures: { delivery: Delivery; error: AppError }[]): AppError {
  const classes = failures.map(({ error }) => error.retry);
  const [first] = failures;
  return new AppError({
    code: failures.length === 1 && first ? first.error.code : "delivery.failed",
    message: failures.map(({ delivery, error }) => `${describeDelivery(delivery)}: ${error.message}`).join(" "),
    advice: failures.flatMap(({ error }) => error.advice ?? [])[0] ?? "Mend it, then retry.",
    detail: failures.flatMap(({ error }) => error.detail ?? []).join("\n"),
    retry: classes.includes("retry") ? "retry" : classes.includes("needs_person") ? "needs_person" : "permanent",
  });
}

async function verifyDelivery({ certificateId }: DeliverInput, ctx: StepContext): Promise<VerifyResult> {
  const deliveries = await listDeliveries(certificateId);
  if (deliveries.length === 0) return { ok: true, reason: "There is no place to bring the certificate to." };
  const certificate = await readDeliverable(ctx, certificateId);
  for (const delivery of deliveries)
    if (!(await isDelivered(ctx, delivery, certificate)))
      return {
        ok: false,
        reason: `${describeDelivery(delivery)} does not have the certificate ${certificate.serial}.`,
      };
  return { ok: true, reason: `${deliveries.map(describeDelivery).join(", ")}: the certificate ${certificate.serial}.` };
}
