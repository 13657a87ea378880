import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { findAccount } from "#lib/integrations/acme/accounts.ts";
import { AcmeClient } from "#lib/integrations/acme/client.ts";
import { readKey } from "#lib/integrations/acme/keys.ts";
import { config } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { findSecret } from "#lib/secrets/queries.ts";
import type { TestContext } from "#lib/steps/testing/context.ts";
import { forgetAccounts, openAccount } from "../commands/open-account.ts";
import { type LineageWorld, openLineageWorld } from "../testing/lineage-world.ts";
import { certificatesAccountKey } from "./account-key.ts";

const BINDING = { keyId: "kid-1", hmacKey: Buffer.from("a key that only the customer has").toString("base64url") };

let world: LineageWorld;
beforeAll(async () => {
  world = await openLineageWorld({ binding: BINDING });
});
afterEach(() => world.useSettings({ LETS_ENCRYPT_ACCOUNT_PRIVATE_KEY_PEM: "" }));
afterAll(() => world.close());

const useBinding = (binding: { keyId: string; hmacKey: string }) =>
  world.useSettings({ LETS_ENCRYPT_EAB_KEY_ID: binding.keyId, LETS_ENCRYPT_EAB_HMAC_KEY: binding.hmacKey });

describe("an authority that binds accounts to its customers", () => {
  it("is not asked without what it gives them", async () => {
    await expect(world.issue({ names: [world.name("unbound")] })).rejects.toMatchObject({
      code: "acme.externalAccountRequired",
      retry: "needs_person",
      advice: expect.stringContaining("LETS_ENCRYPT_EAB_KEY_ID"),
    });
  });

  it("refuses another's, in words with its problem document", async () => {
    useBinding({ ...BINDING, hmacKey: Buffer.from("another key of the same length!!").toString("base64url") });
    const failure = await world.issue({ names: [world.name("wrong")] }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "acme.unauthorized", detail: expect.stringContaining("unauthorized") });
  });

  it("issues with it", async () => {
    useBinding(BINDING);
    const { serial } = await world.issue({ names: [world.name("bound")] });
    expect(serial).toMatch(/^[0-9A-F]+$/);
  });
});

/** Whether the authority knows the account by this key, without the panel's doing. */
async function findByKey(pem: string): Promise<string | undefined> {
  const { LETS_ENCRYPT_DIRECTORY_URL: directoryUrl, LETS_ENCRYPT_CA_FILE: caFile } = config();
  const found = await findAccount(new AcmeClient({ directoryUrl, accountKey: readKey(pem), caFile }));
  return found?.url;
}

const keyName = () => `acme.${new URL(world.pebble.directoryUrl).host}.account_key`;
const storedKey = async () => (await findSecret(db(), keyName()))?.value.toString() ?? "";
const roll = (test: TestContext) => certificatesAccountKey.apply({}, test.ctx);

describe("certificates.account-key", () => {
  it("gives the account another key, with which everything goes on", async () => {
    useBinding(BINDING);
    const { url } = await openAccount(world.attempt().ctx);
    const before = await storedKey();
    await roll(world.attempt());
    const after = await storedKey();
    expect(after).not.toBe(before);
    expect(await findByKey(before)).toBeUndefined();
    expect(await findByKey(after)).toBe(url);
    expect(await findSecret(db(), `${keyName()}.next`)).toBeNull();
    await world.issue({ names: [world.name("rolled")] });
    expect((await openAccount(world.attempt().ctx)).url).toBe(url);
    expect((await db().acmeAccount.findFirstOrThrow()).rolledAt).toBeTruthy();
  });

  it("dies at any moment and still has a key that the authority knows", async () => {
    useBinding(BINDING);
    const { url } = await openAccount(world.attempt().ctx);
    let moments = 0;
    for (let moment = 1, died = true; died; moment++) {
      const before = await storedKey();
      let calls = 0;
      const first = world.attempt({
        onCall: () => {
          if (++calls === moment) throw new Error("killed");
        },
      });
      died = await roll(first).then(
        () => false,
        () => true,
      );
      // Another process, which remembers nothing, orders a certificate in between.
      forgetAccounts();
      expect((await openAccount(world.attempt().ctx)).url).toBe(url);
      if (died) await roll(first.next());
      expect(await storedKey()).not.toBe(before);
      expect(await findByKey(await storedKey())).toBe(url);
      expect(await findSecret(db(), `${keyName()}.next`)).toBeNull();
      moments = moment;
    }
    expect(moments).toBeGreaterThan(4);
  });

  it("lets somebody go on who still holds the old key", async () => {
    useBinding(BINDING);
    const names = [world.name("holds")];
    const test = world.attempt();
    let rolled = false;
    const { guard } = test.ctx;
    Object.assign(test.ctx, {
      guard: async () => {
        await guard();
        if (rolled) return;
        rolled = true;
        await roll(world.attempt());
      },
    });
    const { serial } = await world.issue({ names }, test);
    expect(serial).toBeTruthy();
  });

  it("leaves a key of the settings alone", async () => {
    world.useSettings({ LETS_ENCRYPT_ACCOUNT_PRIVATE_KEY_PEM: await storedKey() });
    await expect(roll(world.attempt())).rejects.toMatchObject({ code: "certificates.configured_key" });
  });
});
