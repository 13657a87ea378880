import { setTimeout as delay } from "node:timers/promises";
import type { RecordType } from "dns-packet";
import {
  CHANGED_MEANWHILE,
  findRecord,
  findRecordsAt,
  isPlain,
  type RecordContent,
  replaceRecord,
} from "#lib/integrations/route53/records.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import type { Zone } from "../types.ts";
import { describeRecord } from "./inspect-record.ts";
import { waitUntilInSync, waitUntilServed } from "./wait-until-served.ts";

const MAX_RACES = 20;

export interface RecordPlace {
  name: string;
  type: RecordType;
}

/**
 * Takes our values out of the record set at a name and leaves others' where they are; the set goes when nothing is left.
 * Safe beside another writer: what is deleted is what was read, to the letter. Returns the change's id.
 */
export async function removeValues(
  ctx: StepContext,
  zone: Zone,
  { name, type }: RecordPlace,
  isOurs: (value: string) => boolean,
): Promise<string | null> {
  for (let race = 1; ; race++) {
    const set = await findRecord(zone.providerZoneId, name, type, { signal: ctx.signal });
    if (!set?.values.some(isOurs)) {
      ctx.log.info(`Route 53 has nothing of ours at ${type} ${name}`);
      return null;
    }
    if (!isPlain(set))
      throw new AppError({
        code: "dns.changed_elsewhere",
        message: `The ${type} record of ${name} was made into another kind of record outside the panel.`,
        advice: "Remove it in Route 53, then retry.",
        detail: describeRecord(set),
        retry: "needs_person",
      });
    const rest = set.values.filter((value) => !isOurs(value));
    await ctx.guard();
    ctx.log.info(`Route 53: removing ${set.values.filter(isOurs).join(", ")} from ${type} ${name}`);
    try {
      const { changeId } = await replaceRecord({
        zoneId: zone.providerZoneId,
        name,
        type,
        before: set,
        after: rest.length > 0 ? { ttl: set.ttl, values: rest } : undefined,
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

/** A wildcard above a removed name goes on answering for it, maybe with the same address. */
async function hasWildcardAbove(ctx: StepContext, zone: Zone, { name, type }: RecordPlace): Promise<boolean> {
  const labels = name.split(".");
  for (let depth = 1; labels.length - depth >= zone.name.split(".").length; depth++) {
    const wildcard = ["*", ...labels.slice(depth)].join(".");
    if (wildcard === name) continue;
    const sets = await findRecordsAt(zone.providerZoneId, wildcard, { signal: ctx.signal });
    if (sets.some((set) => set.type === type || set.type === "CNAME")) return true;
  }
  return false;
}

/** Removes a record set with one of these contents and proves at every authoritative server that it is gone. */
export async function removeRecord(
  ctx: StepContext,
  zone: Zone,
  place: RecordPlace,
  contents: readonly RecordContent[],
): Promise<void> {
  const ours = new Set(contents.flatMap(({ values }) => values));
  const changeId = await removeValues(ctx, zone, place, (value) => ours.has(value));
  await waitUntilInSync(ctx, changeId);
  if (await hasWildcardAbove(ctx, zone, place)) {
    ctx.log.info(`A wildcard record still answers for ${place.name}; the record itself is gone from Route 53`);
    return;
  }
  await waitUntilServed(ctx, {
    zone: zone.name,
    ...place,
    accept: ({ kind, values }) =>
      kind === "nxdomain" || kind === "nodata" || (kind === "answered" && !values.some((value) => ours.has(value))),
    expectation: `has forgotten ${place.type} ${place.name} yet`,
  });
}
