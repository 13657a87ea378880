import { defineStep } from "#lib/steps/define-step.ts";
import type { LedgerEntry, StepContext } from "#lib/steps/types.ts";
import { assertStillTheirs } from "../commands/assert-still-theirs.ts";
import { discardCertificate } from "../commands/discard-certificate.ts";
import { endForNow } from "../commands/end-for-now.ts";
import { findKept } from "../commands/find-kept.ts";
import { findLineageByNames, readLineage } from "../commands/find-lineage-row.ts";
import { findIssued, findPresent, type PresentCertificate, type Wanted } from "../commands/find-present.ts";
import { findZones, findZonesFor } from "../commands/find-zones.ts";
import { finishOrder, runOrder } from "../commands/run-order.ts";
import { countDaysLeft } from "../format.ts";
import { CertificateInput } from "./issue-input.ts";

const KIND = "certificate";
const MAX_ATTEMPTS = 15;

const toEntry = (certificateId: string, names: readonly string[]): LedgerEntry => ({
  kind: KIND,
  providerId: certificateId,
  name: names.join(", ").slice(0, 255),
});

const toOutput = ({ id, serial, notAfter, issuer }: PresentCertificate) => ({
  certificateId: id,
  serial,
  notAfter: notAfter.toISOString(),
  issuer,
});

const toWanted = ({ certificateId, names }: CertificateInput, ctx: StepContext): Wanted =>
  certificateId ? { certificateId } : { serviceId: ctx.service?.id ?? null, names };

const findTarget = async ({ certificateId, names }: CertificateInput, ctx: StepContext) => {
  const serviceId = ctx.service?.id ?? null;
  if (certificateId) return readLineage(certificateId);
  return (await findLineageByNames(serviceId, names)) ?? { names, serviceId };
};

async function order(input: CertificateInput, ctx: StepContext): Promise<void> {
  const { certificateId, names } = input;
  const options = { maxAttempts: MAX_ATTEMPTS, toEntry: (id: string) => toEntry(id, names) };
  try {
    if (certificateId) await assertStillTheirs(certificateId);
    await runOrder(ctx, names, () => findTarget(input, ctx), options);
  } catch (error) {
    // A service's provisioning waits for whoever mends it; a person's own certificate does not.
    throw certificateId ? endForNow(error) : error;
  }
}

/** A certificate from Let's Encrypt by DNS-01, its key encrypted. */
export const certificatesIssue = defineStep({
  name: "certificates.issue",
  queue: "certificates",
  input: CertificateInput,
  maxAttempts: MAX_ATTEMPTS,

  async plan(input, ctx) {
    const { names } = input;
    await findZonesFor(names, ctx.signal);
    const base = { kind: "certificate", name: names.join(", ") };
    const present = await findPresent(toWanted(input, ctx));
    if (present) {
      const detail = `${present.issuer}, ${countDaysLeft(present.notAfter)} days left`;
      return { changes: [{ ...base, action: "keep", detail }] };
    }
    return { changes: [{ ...base, action: "create", detail: "Let's Encrypt, proven by DNS" }] };
  },

  async apply(input, ctx) {
    const { names } = input;
    const wanted = toWanted(input, ctx);
    let present = await findPresent(wanted);
    if (present) ctx.log.info(`A certificate for ${names.join(", ")} is there: serial ${present.serial}`);
    else {
      await order(input, ctx);
      present = await findPresent(wanted);
      if (!present) throw new Error("The certificate was stored and is not found");
    }
    const made = await ctx.ledger.list();
    // One found from an earlier run stays that run's.
    if (made.some(({ kind, providerId }) => kind === KIND && providerId === present.id))
      await ctx.ledger.record({
        ...toEntry(present.id, names),
        attributes: { serial: present.serial, notAfter: present.notAfter.toISOString() },
      });
    await finishOrder(ctx, present.id);
    return toOutput(present);
  },

  async verify(input, ctx) {
    const { names } = input;
    const issued = await findIssued(toWanted(input, ctx));
    if (!issued) return { ok: false, reason: `There is no certificate for ${names.join(", ")}.` };
    const { certificate, problem } = issued;
    if (problem) return { ok: false, reason: `The certificate ${certificate.serial} is not right. ${problem}` };
    const daysLeft = countDaysLeft(certificate.notAfter);
    const reason = `${certificate.issuer} certificate for ${names.join(", ")}, ${daysLeft} days left; its key opens and fits.`;
    return { ok: true, reason };
  },

  async undo(resources, _input, ctx) {
    await (await findZones(ctx.signal)).removeChallenges(ctx, resources);
    for (const { kind, providerId } of resources) {
      if (kind !== KIND) continue;
      await discardCertificate(ctx, providerId);
      await ctx.ledger.gone(kind, providerId);
    }
  },

  async findLeft({ kind, providerId, name }) {
    return kind === KIND ? findKept(providerId, name) : null;
  },
});
