import { createPrivateKey, X509Certificate } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type NamesWorld, openNamesWorld } from "#lib/dns/testing/names-world.ts";
import { splitChain } from "#lib/integrations/acme/chain.ts";
import { listOrders, readOrder } from "#lib/integrations/acme/orders.ts";
import { findRecord, findRecordsAt, replaceRecord } from "#lib/integrations/route53/records.ts";
import { db } from "#lib/platform/db/client.ts";
import { findSecretById } from "#lib/secrets/queries.ts";
import { createTestContext, type TestContext, type TestContextOptions } from "#lib/steps/testing/context.ts";
import { forgetAccounts, openAccount } from "../commands/open-account.ts";
import { type OwnPebble, startOwnPebble } from "../testing/own-pebble.ts";
import { certificatesIssue } from "./issue.ts";

let world: NamesWorld;
let pebble: OwnPebble;
let service: { id: string; name: string };
beforeAll(async () => {
  world = await openNamesWorld();
  pebble = await startOwnPebble({ dnsServer: process.env.DNS_AUTHORITATIVE_SERVERS ?? "", nonceReject: 15 });
  world.useSettings({ LETS_ENCRYPT_DIRECTORY_URL: pebble.directoryUrl, LETS_ENCRYPT_CA_FILE: pebble.caFile });
  service = await world.createService();
});
afterEach(() => world.setFaults({}));
afterAll(async () => {
  await pebble.stop();
  await world.close();
});

interface Output {
  certificateId: string;
  serial: string;
  notAfter: string;
  issuer: string;
}
const host = (label: string) => `${label}-${world.suffix}.${world.rootDomain}`;
const attempt = (more: TestContextOptions = {}) => createTestContext({ service, ...more });
const apply = (names: string[], test: TestContext) => certificatesIssue.apply({ names }, test.ctx) as Promise<Output>;
const challengesAt = (domain: string) => findRecord(world.zoneId, `_acme-challenge.${domain}`, "TXT");

/** Orders the authority has for these names. */
async function countOrders(names: string[]): Promise<number> {
  const { client, ordersUrl } = await openAccount(attempt().ctx);
  let count = 0;
  for (const url of await listOrders(client, ordersUrl)) {
    const found = await readOrder(client, url);
    const identifiers = found?.order.identifiers.map(({ value }) => value) ?? [];
    if ([...identifiers].sort().join() === [...names].sort().join()) count++;
  }
  return count;
}

describe("certificates.issue", () => {
  it("gets a certificate for a name and its wildcard that verifies against the authority's root", async () => {
    const names = [host("first"), `*.${host("first")}`];
    const test = attempt();
    expect((await certificatesIssue.plan({ names }, test.ctx)).changes).toMatchObject([{ action: "create" }]);
    const output = await apply(names, test);

    const row = await db().certificate.findUniqueOrThrow({ where: { id: output.certificateId } });
    expect(row).toMatchObject({ state: "issued", serviceId: service.id, serial: output.serial, error: null });
    const chain = splitChain(row.chainPem ?? "");
    expect(chain.length).toBeGreaterThan(1);
    const root = new X509Certificate(await pebble.ask("/roots/0"));
    expect(chain.at(-1)?.verify(root.publicKey)).toBe(true);
    for (const name of [host("first"), `x.${host("first")}`]) expect(chain[0]?.checkHost(name)).toBeTruthy();
    const key = await findSecretById(db(), row.keySecretId ?? "");
    if (!key) throw new Error("The key is not stored");
    expect(createPrivateKey(key.value).asymmetricKeyDetails).toMatchObject({ namedCurve: "prime256v1" });
    expect(chain[0]?.checkPrivateKey(createPrivateKey(key.value))).toBe(true);

    expect(await challengesAt(host("first"))).toBeUndefined();
    expect([...test.ledger.values()]).toMatchObject([{ kind: "certificate", state: "present", providerId: row.id }]);
    for (const line of key.value.toString().split("\n").slice(1, -2)) expect(test.lines.join("\n")).not.toContain(line);
    expect(test.lines.join("\n")).toMatch(/Ordered .*Published .*Asked .*satisfied .*Handing in .*Downloaded/s);

    const again = test.next();
    expect((await certificatesIssue.plan({ names }, again.ctx)).changes).toMatchObject([{ action: "keep" }]);
    expect(await apply([...names].reverse(), again)).toEqual(output);
    expect(await db().acmeOrder.count({ where: { certificateId: row.id } })).toBe(1);
    expect(await certificatesIssue.verify({ names }, again.ctx)).toMatchObject({ ok: true });
  });

  it("revokes on undo, empties the key and leaves nothing behind", async () => {
    const names = [host("undo")];
    const test = attempt();
    const { certificateId, serial } = await apply(names, test);
    await certificatesIssue.undo([...test.ledger.values()], { names }, test.next().ctx);
    expect(test.ledger.size).toBe(0);
    expect(await pebble.ask(`/cert-status-by-serial/${serial}`)).toContain("Revoked");
    const row = await db().certificate.findUniqueOrThrow({ where: { id: certificateId } });
    expect(row).toMatchObject({ state: "revoked", chainPem: null });
    const [secret] = await db().secret.findMany({ where: { name: { startsWith: `certificates.${certificateId}.` } } });
    expect(secret?.deletedAt).toBeTruthy();
    expect(secret?.ciphertext).toHaveLength(0);
    expect(await certificatesIssue.verify({ names }, test.next().ctx)).toMatchObject({ ok: false });
    await certificatesIssue.undo([], { names }, test.next().ctx);
  });

  it("leaves another's value at the challenge name where it is", async () => {
    const domain = host("shared");
    const name = `_acme-challenge.${domain}`;
    const after = { ttl: 60, values: ["somebody else's"] };
    await replaceRecord({ zoneId: world.zoneId, name, type: "TXT", before: undefined, after });
    await apply([domain, `*.${domain}`], attempt());
    expect((await challengesAt(domain))?.values).toEqual(["somebody else's"]);
  });

  it("merges the challenges of two orders that run at once", async () => {
    const domain = host("twins");
    const other = await world.createService(`twin-${world.suffix}`);
    const both = await Promise.all([
      apply([domain], attempt()),
      certificatesIssue.apply({ names: [domain, `*.${domain}`] }, createTestContext({ service: other }).ctx),
    ]);
    expect(both).toHaveLength(2);
    expect(await challengesAt(domain)).toBeUndefined();
  });

  it("survives dying at any moment: one order, one certificate, no leftovers", async () => {
    let moments = 0;
    for (let moment = 1, died = true; died; moment++) {
      const names = [host(`kill-${moment}`)];
      let calls = 0;
      const first = attempt({
        onCall: () => {
          if (++calls === moment) throw new Error("killed");
        },
      });
      // A killed process cleans nothing up.
      Object.assign(first.ctx.ledger, {
        list: async () => {
          if (calls >= moment) throw new Error("killed");
          return [...first.ledger.values()];
        },
      });
      died = await apply(names, first).then(
        () => false,
        () => true,
      );
      const second = first.next();
      const { certificateId } = await apply(names, second);
      expect(await db().certificate.count({ where: { names: names.join() } })).toBe(1);
      expect(await db().acmeOrder.count({ where: { certificateId } })).toBe(1);
      expect(await countOrders(names)).toBe(1);
      expect(await findRecordsAt(world.zoneId, `_acme-challenge.${names[0]}`)).toEqual([]);
      expect([...second.ledger.values()]).toMatchObject([{ kind: "certificate", state: "present" }]);
      moments = moment;
    }
    expect(moments).toBeGreaterThan(12);
  });

  it("begins again when the authority has forgotten account and order", async () => {
    const names = [host("amnesia")];
    let ledgerPlans = 0;
    const first = attempt({
      onCall: (call, detail) => {
        if (call === "ledger.plan" && detail === "dns.challenge" && ++ledgerPlans === 1) throw new Error("killed");
      },
    });
    await expect(apply(names, first)).rejects.toThrow("killed");
    await pebble.restart();
    const { certificateId } = await apply(names, first.next());
    const orders = await db().acmeOrder.findMany({ where: { certificateId }, orderBy: { createdAt: "asc" } });
    expect(orders.map(({ state }) => state)).toEqual(["invalid", "valid"]);
  });

  it("gets through Route 53's throttling", async () => {
    await world.setFaults({ throttle: 0.3, priorRequestNotComplete: 0.2, insyncMs: 300 });
    let test = attempt();
    for (let left = 10; left > 0; left--, test = test.next()) {
      const done = await apply([host("storm")], test).catch((error: unknown) => {
        expect(error).toMatchObject({ retry: "retry" });
      });
      if (done) break;
    }
    expect(await countOrders([host("storm")])).toBe(1);
  });

  it("makes one account key when two workers need the first", async () => {
    const { client } = await openAccount(attempt().ctx);
    expect(client.accountUrl).toBeTruthy();
    // Pebble has trouble of its own when a key comes twice at once; the engine then tries again.
    const open = () =>
      openAccount(attempt().ctx).catch((error: unknown) => {
        expect(error).toMatchObject({ code: "acme.serverInternal", retry: "retry" });
        return openAccount(attempt().ctx);
      });
    for (let again = 0; again < 10; again++) {
      await db().secret.deleteMany({ where: { name: { startsWith: "acme." } } });
      await db().acmeAccount.deleteMany();
      forgetAccounts();
      const accounts = await Promise.all([open(), open()]);
      expect(new Set(accounts.map(({ url }) => url)).size).toBe(1);
      expect(await db().secret.count({ where: { name: { startsWith: "acme." } } })).toBe(1);
    }
  });

  it("refuses names outside the zone and names that are none", async () => {
    await expect(certificatesIssue.plan({ names: ["a.example.com"] }, attempt().ctx)).rejects.toMatchObject({
      code: "certificates.outside_zone",
    });
    await expect(certificatesIssue.plan({ names: ["not a name"] }, attempt().ctx)).rejects.toThrow();
  });
});
