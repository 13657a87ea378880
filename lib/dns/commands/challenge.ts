import { setTimeout as delay } from "node:timers/promises";
import { CHANGED_MEANWHILE, findRecordsAt, isPlain, replaceRecord } from "#lib/integrations/route53/records.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { LedgerEntry, LedgerResource, StepContext } from "#lib/steps/types.ts";
import type { Zone } from "../types.ts";
import { describeRecord } from "./inspect-record.ts";
import { removeValues } from "./remove-record.ts";

/** One value at `_acme-challenge`; other orders may have theirs beside it. */
export interface ChallengeRecord {
  /** The name the challenge is for, without a star. */
  domain: string;
  value: string;
}

const KIND = "dns.challenge";
const TTL = 60;
const MAX_RACES = 20;

export const challengeName = (domain: string) => `_acme-challenge.${domain}`;

const toEntry = (zone: Zone, { domain, value }: ChallengeRecord): LedgerEntry => ({
  kind: KIND,
  providerId: `${zone.providerZoneId}/${challengeName(domain)}/TXT/${value}`,
  name: `TXT ${challengeName(domain)}`,
  attributes: { domain, value },
});

/** Adds one value to the TXT record set, keeping every other value. Two writers at once both end up in it. */
async function addValue(ctx: StepContext, zone: Zone, { domain, value }: ChallengeRecord): Promise<string | null> {
  const name = challengeName(domain);
  for (let race = 1; ; race++) {
    const sets = await findRecordsAt(zone.providerZoneId, name, { signal: ctx.signal });
    const set = sets.find(({ type }) => type === "TXT");
    const rival = sets.find(({ type }) => type === "CNAME") ?? (set && !isPlain(set) ? set : undefined);
    if (rival)
      throw new AppError({
        code: "dns.challenge_blocked",
        message: `${name} is taken by a record that leaves no room for the challenge.`,
        advice: "Remove it in Route 53: _acme-challenge names belong to the panel. Then retry.",
        detail: describeRecord(rival),
        retry: "needs_person",
      });
    if (set?.values.includes(value)) return null;
    await ctx.guard();
    try {
      const { changeId } = await replaceRecord({
        zoneId: zone.providerZoneId,
        name,
        type: "TXT",
        before: set,
        after: { ttl: set?.ttl ?? TTL, values: [...(set?.values ?? []), value] },
        comment: `Seaworthy run ${ctx.run.id}, step ${ctx.step.key}`,
        signal: ctx.signal,
      });
      return changeId;
    } catch (error) {
      if (!(error instanceof AppError && error.code === CHANGED_MEANWHILE) || race >= MAX_RACES) throw error;
      await delay(Math.random() * 100 * race, undefined, { signal: ctx.signal });
    }
  }
}

/** Publishes a challenge's value; null when it stood there already. */
export async function publishChallenge(
  ctx: StepContext,
  zone: Zone,
  challenge: ChallengeRecord,
): Promise<{ changeId: string | null }> {
  const entry = toEntry(zone, challenge);
  await ctx.ledger.plan(entry);
  const changeId = await addValue(ctx, zone, challenge);
  await ctx.ledger.record(entry);
  return { changeId };
}

/**
 * Takes every challenge value of this step out of the zone again, and only those. Route 53's own listing is the proof:
 * resolvers may keep a value for a minute, which harms nobody.
 */
export async function removeChallenges(
  ctx: StepContext,
  zone: Zone,
  resources: readonly LedgerResource[],
): Promise<void> {
  for (const { kind, providerId, attributes } of resources) {
    if (kind !== KIND) continue;
    const { domain, value } = attributes;
    if (typeof domain === "string" && typeof value === "string")
      await removeValues(ctx, zone, { name: challengeName(domain), type: "TXT" }, (one) => one === value);
    await ctx.ledger.gone(kind, providerId);
  }
}
