import { afterAll, beforeAll, expect, it } from "vitest";
import { type NamesWorld, openNamesWorld } from "#lib/dns/testing/names-world.ts";
import { db } from "#lib/platform/db/client.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { type OwnPebble, startOwnPebble } from "../testing/own-pebble.ts";
import { certificatesIssue } from "./issue.ts";

let world: NamesWorld;
let pebble: OwnPebble;
beforeAll(async () => {
  world = await openNamesWorld();
  pebble = await startOwnPebble({ dnsServer: process.env.DNS_AUTHORITATIVE_SERVERS ?? "", nonceReject: 90 });
  world.useSettings({ LETS_ENCRYPT_DIRECTORY_URL: pebble.directoryUrl, LETS_ENCRYPT_CA_FILE: pebble.caFile });
});
afterAll(async () => {
  await pebble.stop();
  await world.close();
});

it("gets a certificate from an authority that refuses nine of ten nonces", async () => {
  const service = await world.createService();
  const names = [`nonces-${world.suffix}.${world.rootDomain}`];
  const { ctx } = createTestContext({ service });
  expect(await certificatesIssue.apply({ names }, ctx)).toMatchObject({ serial: expect.any(String) });
  expect(await db().acmeOrder.count()).toBe(1);
});
