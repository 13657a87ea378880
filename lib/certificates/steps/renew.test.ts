import { createPrivateKey, randomUUID, X509Certificate } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { splitChain } from "#lib/integrations/acme/chain.ts";
import { createCsrPem, createKeyPem, readKey } from "#lib/integrations/acme/keys.ts";
import { listOrders, readOrder } from "#lib/integrations/acme/orders.ts";
import { db } from "#lib/platform/db/client.ts";
import { findSecretById } from "#lib/secrets/queries.ts";
import { openAccount } from "../commands/open-account.ts";
import { type LineageWorld, openLineageWorld } from "../testing/lineage-world.ts";
import { certificatesRevoke } from "./revoke.ts";

let world: LineageWorld;
beforeAll(async () => {
  world = await openLineageWorld({ reuse: 0 });
});
afterAll(() => world.close());

async function openKey(keySecretId: string | null) {
  const secret = await findSecretById(db(), keySecretId ?? "");
  return secret ? createPrivateKey(secret.value) : undefined;
}

const livingKeys = (certificateId: string) =>
  db().secret.count({ where: { name: { startsWith: `certificates.${certificateId}.` }, deletedAt: null } });

/** Serials of every certificate the authority has issued for these names. */
async function countIssued(names: string[]): Promise<number> {
  const { client, ordersUrl } = await openAccount(world.attempt().ctx);
  let count = 0;
  for (const url of await listOrders(client, ordersUrl)) {
    const order = (await readOrder(client, url))?.order;
    const found = order?.identifiers.map(({ value }) => value).sort();
    if (order?.status === "valid" && found?.join() === [...names].sort().join()) count++;
  }
  return count;
}

/** What is downloaded and served: it must fit together whenever it is looked at. */
async function assertServes(certificateId: string, names: string[]): Promise<string> {
  const row = await world.row(certificateId);
  expect(row.state).toBe("issued");
  const [leaf] = splitChain(row.chainPem ?? "");
  const key = await openKey(row.keySecretId);
  expect(key && leaf?.checkPrivateKey(key)).toBe(true);
  for (const name of names) expect(leaf?.checkHost(name.replace("*", "x"))).toBeTruthy();
  return leaf?.serialNumber ?? "";
}

describe("kinds of keys", () => {
  it.each([
    ["ec-p384", { namedCurve: "secp384r1" }],
    ["rsa-2048", { modulusLength: 2048 }],
    ["rsa-4096", { modulusLength: 4096 }],
  ])("issues with %s and renews with another key of that kind", async (keyType, details) => {
    const asked = await world.request([world.name(keyType)], { keyType });
    await world.issue(asked);
    const before = await openKey((await world.row(asked.certificateId)).keySecretId);
    expect(before?.asymmetricKeyDetails).toMatchObject(details);
    await world.renew(asked.certificateId);
    await assertServes(asked.certificateId, asked.names);
    const after = await openKey((await world.row(asked.certificateId)).keySecretId);
    expect(after?.asymmetricKeyDetails).toMatchObject(details);
    expect(after?.equals(before as typeof after & object)).toBe(false);
  });

  it("takes a request whose key it never sees, again for the renewal, and can revoke it", async () => {
    const names = [world.name("csr")];
    const keyPem = await createKeyPem("rsa-2048");
    const csrPem = await createCsrPem(names, keyPem);
    const asked = await world.request(names, { keyType: "csr", csrPem });
    const { serial } = await world.issue(asked);
    const renewed = await world.renew(asked.certificateId);
    expect(renewed.serial).not.toBe(serial);
    const row = await world.row(asked.certificateId);
    expect(row).toMatchObject({ state: "issued", keySecretId: null, serial: renewed.serial });
    expect(splitChain(row.chainPem ?? "")[0]?.checkPrivateKey(readKey(keyPem))).toBe(true);
    expect(await livingKeys(asked.certificateId)).toBe(0);

    const input = { certificateId: asked.certificateId, reason: "superseded" };
    await certificatesRevoke.apply(input, world.attempt().ctx);
    expect(await world.pebble.ask(`/cert-status-by-serial/${renewed.serial}`)).toMatch(/Revoked/);
    expect(await world.row(asked.certificateId)).toMatchObject({ state: "revoked", revokedReason: "superseded" });
  });
});

describe("a renewal", () => {
  it("leaves what is served as it is until the moment of change, and keeps the key before it for one more time", async () => {
    const names = [world.name("wild"), `*.${world.name("wild")}`];
    const asked = await world.request(names);
    const { serial: first } = await world.issue(asked);
    const id = asked.certificateId;
    const before = await world.row(id);
    expect(before.renewAt?.getTime()).toBeGreaterThan(Date.now() + 50 * 86_400_000);
    const seen: string[] = [];
    const test = world.attempt();
    const { guard } = test.ctx;
    Object.assign(test.ctx, {
      guard: async () => {
        await guard();
        if (test.lines.some((line) => line.includes("Downloaded the chain"))) return;
        // Before each outside change of the renewal somebody downloads.
        seen.push(await assertServes(id, names));
        const { chainPem, keySecretId, currentOrderId } = await world.row(id);
        expect({ chainPem, keySecretId, currentOrderId }).toEqual({
          chainPem: before.chainPem,
          keySecretId: before.keySecretId,
          currentOrderId: before.currentOrderId,
        });
      },
    });
    const { serial: second } = await world.renew(id, test);
    expect(seen.length).toBeGreaterThan(4);
    expect(new Set(seen)).toEqual(new Set([first]));
    expect(await assertServes(id, names)).toBe(second);
    expect(await openKey(before.keySecretId)).toBeDefined();

    await world.renew(id);
    expect(await openKey(before.keySecretId)).toBeUndefined();
    expect(await livingKeys(id)).toBe(2);
    const orders = await world.orders(id);
    expect(orders.map(({ purpose, state, phase }) => `${purpose} ${state} ${phase}`)).toEqual([
      "issue valid cleaned",
      "renew valid cleaned",
      "renew valid cleaned",
    ]);
    expect(orders[0]?.phases).toMatchObject(
      ["order", "challenges", "servers", "validation", "finalise", "stored", "cleaned"].map((phase) => ({
        phase,
        startedAt: expect.any(String),
        finishedAt: expect.any(String),
      })),
    );
    expect(await world.list()).toEqual([]);
  });

  it("does the same once only for each run", async () => {
    const asked = await world.request([world.name("once")]);
    await world.issue(asked);
    const test = world.attempt();
    const renewed = await world.renew(asked.certificateId, test);
    expect(await world.renew(asked.certificateId, test.next())).toEqual(renewed);
    expect(await world.orders(asked.certificateId)).toHaveLength(2);
  });

  it("that fails says why and changes nothing of what is issued", async () => {
    const asked = await world.request([world.name("failing")]);
    const id = asked.certificateId;
    const { serial } = await world.issue(asked);
    const before = await world.row(id);
    await world.setFaults({ throttle: 1 });
    await expect(world.renew(id)).rejects.toMatchObject({ retry: "retry" });
    expect(await assertServes(id, asked.names)).toBe(serial);
    await world.setFaults({});
    // A value somebody put there by hand, as a CNAME, leaves no room for the challenge.
    const name = `_acme-challenge.${asked.names[0]}`;
    await world.put({ name, type: "CNAME", values: ["elsewhere.example.org"] });
    // What needs a person ends the renewal for now: it is tried again by itself later.
    await expect(world.renew(id)).rejects.toMatchObject({ code: "dns.challenge_blocked", retry: "permanent" });
    expect(await assertServes(id, asked.names)).toBe(serial);
    const { renewAt, ...after } = await world.row(id);
    expect({ ...after, renewAt }).toEqual({ ...before, renewalError: after.renewalError });
    await world.take({ name, type: "CNAME" });
    const renewed = await world.renew(id);
    expect(renewed.serial).not.toBe(serial);
    expect(await countIssued(asked.names)).toBe(2);
  });

  it("goes on where it died: at most one certificate for each order", async () => {
    let moments = 0;
    // Names of its own each time it is tried: the authority remembers those of before.
    const suffix = randomUUID().slice(0, 8);
    // Pebble asked for no reuse still takes one proof in a hundred for proven: then a renewal is shorter, and is tried once more.
    for (let moment = 1, tries = 2; tries > 0; ) {
      const asked = await world.request([world.name(`kill-${moment}-${tries}-${suffix}`)]);
      await world.issue(asked);
      let calls = 0;
      const first = world.attempt({
        onCall: () => {
          if (++calls === moment) throw new Error("killed");
        },
      });
      Object.assign(first.ctx.ledger, {
        list: async () => {
          if (calls >= moment) throw new Error("killed");
          return [...first.ledger.values()];
        },
      });
      await world.renew(asked.certificateId, first).catch(() => {});
      await assertServes(asked.certificateId, asked.names);
      const { serial } = await world.renew(asked.certificateId, first.next());
      expect(await assertServes(asked.certificateId, asked.names)).toBe(serial);
      expect(await world.orders(asked.certificateId)).toHaveLength(2);
      expect(await countIssued(asked.names)).toBe(2);
      expect(await livingKeys(asked.certificateId)).toBe(2);
      expect(await world.list()).toEqual([]);
      if (calls >= moment) {
        moments = moment++;
        tries = 2;
      } else tries--;
    }
    expect(moments).toBeGreaterThan(12);
  });

  it("is refused for what was never issued or is revoked", async () => {
    const asked = await world.request([world.name("never")]);
    await expect(world.renew(asked.certificateId)).rejects.toMatchObject({ code: "certificates.not_issued" });
    await db().certificate.update({ where: { id: asked.certificateId }, data: { state: "revoked" } });
    await expect(world.renew(asked.certificateId)).rejects.toMatchObject({ code: "certificates.revoked" });
  });
});

describe("names of several zones", () => {
  it("are proven each in its own", async () => {
    const providerZoneId = "Z0SECONDTEST";
    world.route53.store.createZone({ name: "second.test.", id: providerZoneId, callerReference: "second" }, 0);
    await db().dnsZone.create({
      data: { id: crypto.randomUUID(), name: "second.test", providerZoneId, nameServers: [] },
    });
    const asked = await world.request(["*.second.test", "second.test", world.name("first")]);
    const { serial } = await world.issue(asked);
    expect(await assertServes(asked.certificateId, asked.names)).toBe(serial);
    const leaf = new X509Certificate((await world.row(asked.certificateId)).chainPem ?? "");
    expect(leaf.subjectAltName?.split(", ")).toHaveLength(3);
    expect(await world.list()).toEqual([]);
  });
});

describe("a first issue", () => {
  it("that needs a person ends, so that its owner is told", async () => {
    const asked = await world.request([world.name("blocked")]);
    const name = `_acme-challenge.${asked.names[0]}`;
    await world.put({ name, type: "CNAME", values: ["elsewhere.example.org"] });
    await expect(world.issue(asked)).rejects.toMatchObject({ code: "dns.challenge_blocked", retry: "permanent" });
    await expect(world.issue({ names: asked.names })).rejects.toMatchObject({ retry: "needs_person" });
    await world.take({ name, type: "CNAME" });
    await world.issue(asked);
  });
});

describe("revoking", () => {
  it("destroys every key and keeps the chain for the record", async () => {
    const asked = await world.request([world.name("revoked")]);
    const { serial } = await world.issue(asked);
    const input = { certificateId: asked.certificateId, reason: "keyCompromise" };
    const test = world.attempt();
    await certificatesRevoke.apply(input, test.ctx);
    await certificatesRevoke.apply(input, test.next().ctx);
    expect(await world.pebble.ask(`/cert-status-by-serial/${serial}`)).toMatch(/Revoked/);
    expect(await livingKeys(asked.certificateId)).toBe(0);
    const row = await world.row(asked.certificateId);
    expect(row).toMatchObject({ state: "revoked", revokedReason: "keyCompromise", keySecretId: null, renewAt: null });
    expect(row.chainPem).toContain("BEGIN CERTIFICATE");
    await expect(world.issue(asked)).rejects.toMatchObject({ code: "certificates.revoked" });
  });
});
