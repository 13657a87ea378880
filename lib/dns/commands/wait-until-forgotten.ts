import type { RecordType } from "dns-packet";
import { findRecordsAt } from "#lib/integrations/route53/records.ts";
import type { StepContext } from "#lib/steps/types.ts";
import type { Zone } from "../types.ts";
import { waitUntilServed } from "./wait-until-served.ts";

interface RecordPlace {
  name: string;
  type: RecordType;
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

/** Proves at every authoritative server that a removed record's values are answered no more. */
export async function waitUntilForgotten(
  ctx: StepContext,
  zone: Zone,
  place: RecordPlace,
  values: readonly string[],
): Promise<void> {
  const here = await findRecordsAt(zone.providerZoneId, place.name, { signal: ctx.signal });
  if (here.some(({ type }) => type === place.type || type === "CNAME")) {
    ctx.log.info(`Somebody else has a record at ${place.name} now; the service's own is gone from Route 53`);
    return;
  }
  if (await hasWildcardAbove(ctx, zone, place)) {
    ctx.log.info(`A wildcard record still answers for ${place.name}; the record itself is gone from Route 53`);
    return;
  }
  const ours = new Set(values);
  await waitUntilServed(ctx, {
    zone: zone.name,
    ...place,
    accept: (answer) =>
      answer.kind === "nxdomain" ||
      answer.kind === "nodata" ||
      (answer.kind === "answered" && !answer.values.some((value) => ours.has(value))),
    expectation: `has forgotten ${place.type} ${place.name} yet`,
  });
}
