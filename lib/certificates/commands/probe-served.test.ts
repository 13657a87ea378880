import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RecordType } from "dns-packet";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type NamesWorld, openNamesWorld } from "#lib/dns/testing/names-world.ts";
import { queryAuthoritative } from "#lib/integrations/dns/authoritative.ts";
import { changeRecords } from "#lib/integrations/route53/records.ts";
import { startTlsServer, type TlsServer } from "#lib/integrations/tls/testing/tls-server.ts";
import { db } from "#lib/platform/db/client.ts";
import { type Authority, createAuthority, type MadeCertificate } from "#local/authority.ts";
import { keepIssued } from "../testing/issued.ts";
import { probeServed } from "./probe-served.ts";

let world: NamesWorld;
let authority: Authority;
let service: { id: string; name: string; ownerId: string };
let server: TlsServer;
let good: MadeCertificate;
let host: string;
let certificateId: string;
const dir = mkdtempSync(join(tmpdir(), "seaworthy-served-"));
let count = 0;

/** Until the name server answers them: what leads nowhere yet is not looked at. */
async function setRecords(name: string, type: RecordType, values: string[]): Promise<void> {
  await changeRecords(world.zoneId, [{ action: "CREATE", set: { name, type, ttl: 60, values } }]);
  await expect.poll(() => ask(name, type)).toEqual(values);
}
const ask = async (name: string, type: RecordType) =>
  (await queryAuthoritative(name, type, { zone: world.rootDomain })).flatMap((one) => one.values);
const deliveredAt = (id: string) =>
  db().certificateDelivery.create({
    data: { id: randomUUID(), certificateId: id, kind: "caddy", target: "ingress", options: {}, state: "delivered" },
  });

beforeAll(async () => {
  world = await openNamesWorld();
  authority = await createAuthority();
  writeFileSync(join(dir, "roots.pem"), authority.rootPem);
  service = await world.createService();
  server = await startTlsServer(await authority.issue(["nobody.example.org"]));
  world.useSettings({
    CERTIFICATE_ROOTS_FILE: join(dir, "roots.pem"),
    CERTIFICATE_PROBE_PORT: String(server.port),
    CERTIFICATE_PROBE_S: "60",
  });
});
afterAll(async () => {
  rmSync(dir, { recursive: true, force: true });
  await server?.close();
  await world?.close();
});

/** A name of its own for each test, with a delivered certificate that is served rightly. */
beforeEach(async () => {
  await db().servedCertificate.deleteMany();
  await db().certificateDelivery.deleteMany();
  host = `served-${count++}-${world.suffix}.${world.rootDomain}`;
  good = await authority.issue([host]);
  certificateId = await keepIssued(good, { names: [host], serviceId: service.id });
  await deliveredAt(certificateId);
  await setRecords(host, "A", ["127.0.0.1"]);
  server.show(good);
});

const row = () => db().servedCertificate.findUnique({ where: { hostname: host } });
const titled = () => ({ title: `Tell its owner what ${host} serves` });
const mails = () => db().run.count({ where: titled() });
/** A look when the next one is due. */
async function look(): Promise<void> {
  await db().servedCertificate.updateMany({ data: { checkedAt: new Date(Date.now() - 3_600_000) } });
  await probeServed(AbortSignal.timeout(30_000));
}

describe("what a host name serves", () => {
  it("is right: nobody is told, and it is not looked at again before it is due", async () => {
    await look();
    const seen = await row();
    expect(seen).toMatchObject({ state: "right", serial: good.serial, address: "127.0.0.1", problem: null });
    server.show(await authority.issue([host]));
    await probeServed(AbortSignal.timeout(30_000));
    expect(await row()).toEqual(seen);
    expect(await mails()).toBe(0);
  });

  it("is still looked at where the renewed one could not be brought", async () => {
    const renewed = await authority.issue([host]);
    await keepIssued(renewed, { names: [host], serviceId: service.id, id: certificateId });
    await db().certificateDelivery.updateMany({ where: { certificateId }, data: { state: "error" } });
    await look();
    expect(await row()).toBeNull();
    await db().certificateDelivery.updateMany({ where: { certificateId }, data: { deliveredAt: new Date() } });
    await look();
    expect(await row()).toMatchObject({ state: "other", serial: good.serial });
  });

  it("is another certificate: told when it is seen twice, once, and not when it is right again", async () => {
    await look();
    const other = await authority.issue([host]);
    server.show(other);
    await look();
    const first = await row();
    expect(first).toMatchObject({ state: "other", serial: other.serial, alertedAt: null });
    expect(first?.problem).toContain(`It serves the certificate ${other.serial}`);
    expect(await mails()).toBe(0);
    await look();
    await look();
    expect(await mails()).toBe(1);
    expect((await row())?.since).toEqual(first?.since);
    server.show(good);
    await look();
    expect(await row()).toMatchObject({ state: "right", problem: null, alertedAt: null });
    expect(await mails()).toBe(1);
    const run = await db().run.findFirstOrThrow({ where: titled(), include: { steps: true } });
    expect(run.steps[0]?.input).toMatchObject({
      template: "certificate-served",
      toUserId: service.ownerId,
      hostname: host,
    });
  });

  it("has expired, is not to be believed, or does not answer", async () => {
    const expired = await authority.issue([host], -2);
    await keepIssued(expired, { names: [host], serviceId: service.id, id: certificateId });
    server.show(expired);
    await look();
    expect(await row()).toMatchObject({ state: "expired", serial: expired.serial });

    const strange = await (await createAuthority("Stranger")).issue([host]);
    await keepIssued(strange, { names: [host], serviceId: service.id, id: certificateId });
    server.show(strange);
    await look();
    expect((await row())?.problem).toContain("A browser would refuse it");
    expect(await row()).toMatchObject({ state: "untrusted" });

    const { port } = server;
    await server.close();
    await look();
    expect(await row()).toMatchObject({ state: "unreachable", serial: null });
    server = await startTlsServer(good, port);
  });

  it("follows a name that stands for another, and says when it leads nowhere any more", async () => {
    const alias = `alias-${count}-${world.suffix}.${world.rootDomain}`;
    const made = await authority.issue([alias]);
    const id = await keepIssued(made, { names: [alias], serviceId: service.id });
    await deliveredAt(id);
    await setRecords(alias, "CNAME", [host]);
    server.show(made);
    await look();
    const seen = () => db().servedCertificate.findUnique({ where: { hostname: alias } });
    expect(await seen()).toMatchObject({ state: "right", certificateId: id });
    const raw = { name: alias, type: "CNAME", ttl: 60, values: [host] };
    await changeRecords(world.zoneId, [{ action: "DELETE", set: raw }]);
    await expect.poll(() => ask(alias, "CNAME")).toEqual([]);
    await look();
    expect(await seen()).toMatchObject({ state: "unreachable", problem: "Its name leads to no address any more." });
  });

  it("is of no interest for a wildcard, a name that never led anywhere, or a certificate that is nowhere", async () => {
    const names = [`*.${host}`, `nowhere-${count}-${world.suffix}.${world.rootDomain}`];
    await deliveredAt(await keepIssued(await authority.issue(names), { names, serviceId: service.id }));
    await keepIssued(await authority.issue(["x.example.org"]), { names: ["x.example.org"] });
    await look();
    expect((await db().servedCertificate.findMany()).map(({ hostname }) => hostname)).toEqual([host]);
    await db().certificate.update({ where: { id: certificateId }, data: { state: "revoked" } });
    await look();
    expect(await row()).toBeNull();
  });
});

it("two workers at once tell once", async () => {
  server.show(await authority.issue([host]));
  await look();
  await db().servedCertificate.updateMany({ data: { checkedAt: new Date(Date.now() - 3_600_000) } });
  await Promise.all([1, 2, 3].map(() => probeServed(AbortSignal.timeout(30_000))));
  expect(await mails()).toBe(1);
});
