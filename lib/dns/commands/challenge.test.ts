import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { changeRecords, findRecord } from "#lib/integrations/route53/records.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { type NamesWorld, openNamesWorld } from "../testing/names-world.ts";
import { challengeName, publishChallenge, removeChallenges } from "./challenge.ts";
import { findRootZone } from "./ensure-root-zone.ts";

let world: NamesWorld;
beforeAll(async () => {
  world = await openNamesWorld();
});
afterEach(() => world.setFaults({}));
afterAll(() => world.close());

const domainOf = (label: string) => `${label}-${world.suffix}.${world.rootDomain}`;
const read = (domain: string) => findRecord(world.zoneId, challengeName(domain), "TXT");

it("keeps every value when several orders publish and remove at once", async () => {
  const zone = await findRootZone();
  const domain = domainOf("crowd");
  const tests = Array.from({ length: 6 }, () => createTestContext());
  await Promise.all(tests.map(({ ctx }, index) => publishChallenge(ctx, zone, { domain, value: `value-${index}` })));
  expect((await read(domain))?.values.toSorted()).toEqual(tests.map((_, index) => `value-${index}`));
  await Promise.all(tests.slice(1).map(({ ctx, ledger }) => removeChallenges(ctx, zone, [...ledger.values()])));
  expect((await read(domain))?.values).toEqual(["value-0"]);
  const [last] = tests;
  if (last) await removeChallenges(last.ctx, zone, [...last.ledger.values()]);
  expect(await read(domain)).toBeUndefined();
});

it("waits for a person when the name is delegated elsewhere", async () => {
  const zone = await findRootZone();
  const domain = domainOf("delegated");
  const set = { name: challengeName(domain), type: "CNAME", ttl: 60, values: ["acme.example.org"] };
  await changeRecords(world.zoneId, [{ action: "CREATE", set }]);
  await expect(publishChallenge(createTestContext().ctx, zone, { domain, value: "v" })).rejects.toMatchObject({
    code: "dns.challenge_blocked",
    retry: "needs_person",
    detail: expect.stringContaining("acme.example.org"),
  });
});
