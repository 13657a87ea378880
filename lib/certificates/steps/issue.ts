import { removeChallenges } from "#lib/dns/commands/challenge.ts";
import { findRootZone } from "#lib/dns/commands/ensure-root-zone.ts";
import { isInZone } from "#lib/dns/names.ts";
import type { Zone } from "#lib/dns/types.ts";
import { AppError, toAppError } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { LedgerEntry, StepContext } from "#lib/steps/types.ts";
import { completeOrder } from "../commands/complete-order.ts";
import { discardCertificate } from "../commands/discard-certificate.ts";
import { findIssued, findPresent, type PresentCertificate } from "../commands/find-present.ts";
import { forgetAccounts, openAccount } from "../commands/open-account.ts";
import { prepareOrder } from "../commands/prepare-order.ts";
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

async function findZone(names: readonly string[], signal: AbortSignal): Promise<Zone> {
  const zone = await findRootZone(signal);
  const outside = names.find((name) => !isInZone(name.replace(/^\*\./, ""), zone.name));
  if (!outside) return zone;
  throw new AppError({
    code: "certificates.outside_zone",
    message: `${outside} is not in the zone ${zone.name}, so the panel cannot prove that it is ours.`,
    advice: "Choose names below the panel's domain.",
    retry: "permanent",
  });
}

async function order(ctx: StepContext, zone: Zone, names: string[]): Promise<void> {
  const account = await openAccount(ctx);
  const work = await prepareOrder(ctx, names);
  await ctx.ledger.plan(toEntry(work.certificateId, names));
  await completeOrder(ctx, account, zone, work);
}

/** The same; when the authority has lost our account (a test server that was restarted), once more with a new one. */
async function orderKnown(ctx: StepContext, zone: Zone, names: string[]): Promise<void> {
  try {
    await order(ctx, zone, names);
  } catch (error) {
    if (!(error instanceof AppError && error.code === "acme.accountDoesNotExist")) throw error;
    forgetAccounts();
    await order(ctx, zone, names);
  }
}

/**
 * Challenge records go when the order is done or given up. While it will be tried again they stay: the authority may be
 * looking at them this moment.
 */
async function cleanUpAfter(ctx: StepContext, zone: Zone, error: unknown): Promise<void> {
  const willRetry = toAppError(error).retry === "retry" && ctx.attempt.number < MAX_ATTEMPTS;
  if (willRetry || ctx.signal.aborted) return;
  try {
    await removeChallenges(ctx, zone, await ctx.ledger.list());
  } catch (failure) {
    ctx.log.warn(`The challenge records could not be removed yet: ${toAppError(failure).message}`);
  }
}

/** A certificate from Let's Encrypt by DNS-01, its key encrypted. */
export const certificatesIssue = defineStep({
  name: "certificates.issue",
  queue: "certificates",
  input: CertificateInput,
  maxAttempts: MAX_ATTEMPTS,

  async plan({ names }, ctx) {
    await findZone(names, ctx.signal);
    const base = { kind: "certificate", name: names.join(", ") };
    const present = await findPresent(ctx.service?.id ?? null, names);
    if (present) {
      const detail = `${present.issuer}, ${countDaysLeft(present.notAfter)} days left`;
      return { changes: [{ ...base, action: "keep", detail }] };
    }
    return { changes: [{ ...base, action: "create", detail: "Let's Encrypt, proven by DNS" }] };
  },

  async apply({ names }, ctx) {
    const zone = await findZone(names, ctx.signal);
    const serviceId = ctx.service?.id ?? null;
    let present = await findPresent(serviceId, names);
    if (present) ctx.log.info(`A certificate for ${names.join(", ")} is there: serial ${present.serial}`);
    else {
      try {
        await orderKnown(ctx, zone, names);
      } catch (error) {
        await cleanUpAfter(ctx, zone, error);
        throw error;
      }
      present = await findPresent(serviceId, names);
      if (!present) throw new Error("The certificate was stored and is not found");
    }
    const made = await ctx.ledger.list();
    // One found from an earlier run stays that run's.
    if (made.some(({ kind, providerId }) => kind === KIND && providerId === present.id))
      await ctx.ledger.record({
        ...toEntry(present.id, names),
        attributes: { serial: present.serial, notAfter: present.notAfter.toISOString() },
      });
    await removeChallenges(ctx, zone, made);
    return toOutput(present);
  },

  async verify({ names }, ctx) {
    const issued = await findIssued(ctx.service?.id ?? null, names);
    if (!issued) return { ok: false, reason: `There is no certificate for ${names.join(", ")}.` };
    const { certificate, problem } = issued;
    if (problem) return { ok: false, reason: `The certificate ${certificate.serial} is not right. ${problem}` };
    const daysLeft = countDaysLeft(certificate.notAfter);
    const reason = `${certificate.issuer} certificate for ${names.join(", ")}, ${daysLeft} days left; its key opens and fits.`;
    return { ok: true, reason };
  },

  async undo(resources, _input, ctx) {
    const zone = await findRootZone(ctx.signal);
    await removeChallenges(ctx, zone, resources);
    for (const { kind, providerId } of resources) {
      if (kind !== KIND) continue;
      await discardCertificate(ctx, providerId);
      await ctx.ledger.gone(kind, providerId);
    }
  },
});
