import { z } from "zod";
import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { assertStillTheirs } from "../commands/assert-still-theirs.ts";
import { endForNow } from "../commands/end-for-now.ts";
import { type Lineage, readLineage } from "../commands/find-lineage-row.ts";
import { findIssued } from "../commands/find-present.ts";
import { findZones } from "../commands/find-zones.ts";
import { finishOrder, runOrder } from "../commands/run-order.ts";

const MAX_ATTEMPTS = 8;
const RenewInput = z.strictObject({ certificateId: z.guid() });

async function readIssued(certificateId: string): Promise<Lineage> {
  const lineage = await readLineage(certificateId);
  if (lineage.state === "issued") return lineage;
  throw new AppError({
    code: "certificates.not_issued",
    message: "Only a certificate that was issued can be renewed.",
    retry: "permanent",
  });
}

/** Whether an earlier attempt of this run has stored the renewal already. */
async function isDone({ currentOrderId }: Lineage, runId: number): Promise<boolean> {
  const order = await db().acmeOrder.findUnique({ where: { id: currentOrderId ?? "" } });
  return order?.purpose === "renew" && order.state === "valid" && order.runId === runId;
}

async function readOutput(certificateId: string) {
  const issued = await findIssued({ certificateId });
  if (!issued) throw new Error("The certificate was stored and is not found");
  const { serial, notAfter, issuer } = issued.certificate;
  return { certificateId, serial, notAfter: notAfter.toISOString(), issuer };
}

const renew = async (ctx: StepContext, { id, names }: Lineage) => {
  try {
    await assertStillTheirs(id);
    await runOrder(ctx, names, () => readIssued(id), { maxAttempts: MAX_ATTEMPTS });
  } catch (error) {
    throw endForNow(error);
  }
};

/** Another certificate for the same names in the place of the one that is issued, which stays until the moment of change. */
export const certificatesRenew = defineStep({
  name: "certificates.renew",
  queue: "renewals",
  input: RenewInput,
  maxAttempts: MAX_ATTEMPTS,

  async plan({ certificateId }) {
    const { names } = await readIssued(certificateId);
    return { changes: [{ action: "change", kind: "certificate", name: names.join(", "), detail: "a new one" }] };
  },

  async apply({ certificateId }, ctx) {
    const lineage = await readIssued(certificateId);
    if (await isDone(lineage, ctx.run.id)) ctx.log.info("The renewed certificate is stored already");
    else await renew(ctx, lineage);
    await finishOrder(ctx, certificateId);
    return readOutput(certificateId);
  },

  async verify({ certificateId }) {
    const issued = await findIssued({ certificateId });
    if (!issued) return { ok: false, reason: "There is no such certificate." };
    if (issued.problem) return { ok: false, reason: `The certificate is not right. ${issued.problem}` };
    return { ok: true, reason: `Certificate ${issued.certificate.serial} is there; its key opens and fits.` };
  },

  async undo(resources, _input, ctx) {
    await (await findZones(ctx.signal)).removeChallenges(ctx, resources);
    ctx.log.info("A renewal is not taken back: the certificate before it is no longer kept");
  },
});
