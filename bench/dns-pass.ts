import { syncZone } from "#lib/dns/sync/sync-zone.ts";
import { openSyncWorld, type SetOf } from "#lib/dns/testing/sync-world.ts";
import { listRecords } from "#lib/integrations/route53/records.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { type Measure, measurement, median } from "./measure.ts";

const RECORDS = 10_000;
const ROUNDS = 5;

/** Milliseconds. */
async function time(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/**
 * A full pass over a zone in which nothing is to be changed, beside the reading of the same zone page by page with nothing on
 * top. Without the limit of eight requests a second, which both would spend most of their time in.
 */
export const dnsPass: Measure = {
  title: `A pass over a zone of ${RECORDS} records with nothing to change`,
  async run() {
    const world = await openSyncWorld("bench.test");
    try {
      const sets = Array.from(
        { length: RECORDS },
        (_, index): SetOf => ({
          ...{ name: world.name(`n${index}`), type: "A", ttl: 60 },
          values: [`10.0.${index >> 8}.${index & 255}`],
        }),
      );
      await world.put(...sets);
      await world.addRows(sets.map((set) => ({ ...set, state: "in_sync", applied: { ttl: 60, values: set.values } })));
      const { ctx } = createTestContext();
      const pass = () => syncZone(ctx, world.zone, "full");
      const list = async () => {
        for await (const _page of listRecords(world.zone.providerZoneId));
      };
      const { plan } = await pass();
      if (plan.inSync.length !== RECORDS) throw new Error(`only ${plan.inSync.length} records are in sync`);
      const passes: number[] = [];
      const listings: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        listings.push(await time(list));
        passes.push(await time(pass));
      }
      const [whole, listing] = [median(passes), median(listings)];
      return [
        measurement("no-op pass beside the listing alone", whole, "ms", listing),
        measurement("no-op pass beyond the listing", Math.max(0, whole - listing), "ms", listing),
      ];
    } finally {
      await world.close();
    }
  },
};
