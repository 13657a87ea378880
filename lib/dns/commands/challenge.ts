import { setTimeout as delay } from "node:timers/promises";
import {
  CHANGED_MEANWHILE,
  findRecordsAt,
  isPlain,
  type RecordSet,
  replaceRecord,
} from "#lib/integrations/route53/records.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { LedgerEntry, LedgerResource, StepContext } from "#lib/steps/types.ts";
import { describeRecord } from "../sync/describe-record.ts";
import { withZoneLock } from "../sync/zone-lock.ts";
import type { Zone } from "../types.ts";

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

const comment = (ctx: StepContext) => `Seaworthy run ${ctx.run.id}, step ${ctx.step.key}`;

/**
 * Replaces the values at a challenge's name, as the zone's one writer: what `next` makes of those that stand there. Compares
 * and sets, for somebody outside may be faster; null: nothing was to be done.
 */
async function changeValues(
  ctx: StepContext,
  zone: Zone,
  name: string,
  next: (values: readonly string[]) => string[] | null,
): Promise<string | null> {
  return withZoneLock(zone.providerZoneId, ctx.signal, async (signal) => {
    for (let race = 1; ; race++) {
      const sets = await findRecordsAt(zone.providerZoneId, name, { signal });
      const set = sets.find(({ type }) => type === "TXT");
      const after = next(set?.values ?? []);
      if (!after) return null;
      const rival = sets.find(({ type }) => type === "CNAME") ?? (set && !isPlain(set) ? set : undefined);
      if (rival) throw isBlocked(name, rival);
      await ctx.guard();
      try {
        const { changeId } = await replaceRecord({
          ...{ zoneId: zone.providerZoneId, name, type: "TXT", before: set, comment: comment(ctx), signal },
          after: after.length > 0 ? { ttl: set?.ttl ?? TTL, values: after } : undefined,
        });
        return changeId;
      } catch (error) {
        if (!(error instanceof AppError && error.code === CHANGED_MEANWHILE) || race >= MAX_RACES) throw error;
        await delay(Math.random() * 100 * race, undefined, { signal });
      }
    }
  });
}

const isBlocked = (name: string, rival: RecordSet) =>
  new AppError({
    code: "dns.challenge_blocked",
    message: `${name} is taken by a record that leaves no room for the challenge.`,
    advice: "Remove it in Route 53: _acme-challenge names belong to the panel. Then retry.",
    detail: describeRecord(rival),
    retry: "needs_person",
  });

/** Publishes a challenge's value; null when it stood there already. */
export async function publishChallenge(
  ctx: StepContext,
  zone: Zone,
  challenge: ChallengeRecord,
): Promise<{ changeId: string | null }> {
  const entry = toEntry(zone, challenge);
  await ctx.ledger.plan(entry);
  const { domain, value } = challenge;
  const changeId = await changeValues(ctx, zone, challengeName(domain), (values) =>
    values.includes(value) ? null : [...values, value],
  );
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
      await changeValues(ctx, zone, challengeName(domain), (values) =>
        values.includes(value) ? values.filter((one) => one !== value) : null,
      );
    await ctx.ledger.gone(kind, providerId);
  }
}
