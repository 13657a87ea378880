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

it("gets a certificate from an authority that refuses nine of ten nonces", { timeout: 90_000 }, async () => {
  const service = await world.createService();
  const names = [`nonces-${world.suffix}.${world.rootDomain}`];
  let test = createTestContext({ service });
  const issue = async (tries: number): Promise<unknown> =>
    certificatesIssue.apply({ names }, test.ctx).catch((error: unknown) => {
      // One request in a few hundred is refused sixty times in a row; the engine then tries again.
      if (tries === 1) throw error;
      expect(error).toMatchObject({ code: "acme.badNonce", retry: "retry" });
      test = test.next();
      return issue(tries - 1);
    });
  expect(await issue(3)).toMatchObject({ serial: expect.any(String) });
  expect(await db().acmeOrder.count()).toBe(1);
});
