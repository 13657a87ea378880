import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { certificatesIssue } from "#lib/certificates/steps/issue.ts";
import { type OwnPebble, startOwnPebble } from "#lib/certificates/testing/own-pebble.ts";
import { type NamesWorld, openNamesWorld } from "#lib/dns/testing/names-world.ts";
import { openIngress } from "#lib/integrations/ingress/open.ts";
import { ask, type OwnCaddy, startOwnCaddy } from "#lib/integrations/ingress/testing/own-caddy.ts";
import { db } from "#lib/platform/db/client.ts";
import { createTestContext, type TestContextOptions } from "#lib/steps/testing/context.ts";
import { ingressRoute } from "./route.ts";

let world: NamesWorld;
let pebble: OwnPebble;
let caddy: OwnCaddy;
let service: { id: string; name: string };
let names: string[];
let root: string;
const dir = mkdtempSync(join(tmpdir(), "seaworthy-route-"));
const upstream = createServer((request, response) => response.end(`hello ${request.headers.host}`));
const signal = AbortSignal.timeout(120_000);

beforeAll(async () => {
  world = await openNamesWorld();
  [pebble, caddy] = await Promise.all([
    startOwnPebble({ dnsServer: process.env.DNS_AUTHORITATIVE_SERVERS ?? "" }),
    startOwnCaddy(),
  ]);
  mkdirSync(join(dir, "dynamic"));
  world.useSettings({
    LETS_ENCRYPT_DIRECTORY_URL: pebble.directoryUrl,
    LETS_ENCRYPT_CA_FILE: pebble.caFile,
    CADDY_ADMIN_URL: caddy.adminUrl,
    TRAEFIK_DYNAMIC_DIR: join(dir, "dynamic"),
    TRAEFIK_ACME_JSON: join(dir, "acme.json"),
  });
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  root = await pebble.ask("/roots/0");
  service = await world.createService();
  names = ["", "direct."].map((prefix) => `${prefix}routed-${world.suffix}.${world.rootDomain}`);
  await certificatesIssue.apply({ names }, attempt().ctx);
});
afterAll(async () => {
  upstream.close();
  rmSync(dir, { recursive: true, force: true });
  await Promise.all([caddy?.close(), pebble?.stop()]);
  await world?.close();
});

const attempt = (more: TestContextOptions = {}) => createTestContext({ service, environment: "production", ...more });
const inputFor = (kind: "caddy" | "traefik") => ({
  kind,
  routeId: `${service.id}-production`,
  hostnames: names,
  upstreamHost: "127.0.0.1",
  upstreamPort: (upstream.address() as AddressInfo).port,
  certificateNames: names,
});
const deliveries = (kind: string) => db().certificateDelivery.findMany({ where: { kind } });

describe("at Caddy", () => {
  it("answers every name over HTTPS with Pebble's chain, and is gone after the undo", async () => {
    const test = attempt();
    const input = inputFor("caddy");
    const { changes } = await ingressRoute.plan(input, test.ctx);
    expect(changes.map(({ action, kind, name }) => `${action} ${kind} ${name}`)).toEqual([
      `create certificate for ${names.join(", ")}`,
      ...names.map((name) => `create route https://${name}`),
    ]);
    expect((await ingressRoute.verify(input, test.ctx)).ok).toBe(false);

    const output = await ingressRoute.apply(input, test.ctx);
    for (const name of names)
      expect(await ask(`https://${name}/`, { port: caddy.https, ca: root })).toMatchObject({
        status: 200,
        body: `hello ${name}`,
      });
    const [first = ""] = names;
    expect(await ask(`http://${first}/`, { port: caddy.http })).toMatchObject({ location: `https://${first}/` });
    expect(await ingressRoute.verify(input, test.ctx)).toMatchObject({ ok: true });
    expect([...test.ledger.values()].map(({ kind, state }) => `${kind} ${state}`)).toEqual([
      "ingress.certificate present",
      "ingress.route present",
    ]);
    expect(await deliveries("caddy")).toMatchObject([
      { target: "ingress", state: "delivered", serial: (output as { serial: string }).serial },
    ]);
    expect(test.lines.join("\n")).not.toContain("PRIVATE KEY");

    const again = test.next();
    expect(await ingressRoute.apply(input, again.ctx)).toEqual(output);
    expect(again.lines.join("\n")).toContain("(kept)");

    await ingressRoute.undo([...test.ledger.values()], input, test.ctx);
    expect(test.ledger.size).toBe(0);
    expect(await deliveries("caddy")).toEqual([]);
    await expect(ask(`https://${first}/`, { port: caddy.https, ca: root })).rejects.toThrow();
    await ingressRoute.undo([], input, test.ctx);
  });

  it("makes one of each after dying anywhere, and its undo finds all of it", async () => {
    const input = inputFor("caddy");
    for (const moment of ["guard", "ledger.record", "write"] as const) {
      const dying = attempt({
        onCall: (call) => {
          if (call === moment) throw new Error("killed");
        },
      });
      await expect(ingressRoute.apply(input, dying.ctx)).rejects.toThrow("killed");
      const next = dying.next();
      await ingressRoute.apply(input, next.ctx);
      expect(next.ledger.size).toBe(2);
      await ingressRoute.undo([...next.ledger.values()], input, next.ctx);
      expect(await openIngress("caddy").findRoute(input.routeId, signal)).toBeNull();
    }
  });

  it("says that Caddy is away as something to try again", async () => {
    await caddy.stop();
    await expect(ingressRoute.apply(inputFor("caddy"), attempt().ctx)).rejects.toMatchObject({ retry: "retry" });
    await caddy.start();
  });
});

it("at Traefik leaves files while it is there, and takes the service out of acme.json afterwards", async () => {
  const own = { domain: { main: names[0], sans: [names[1]] }, certificate: "QQ==", key: "QQ==", Store: "default" };
  const other = { domain: { main: "other.example.org" }, certificate: "QQ==", key: "QQ==", Store: "default" };
  const acme = join(dir, "acme.json");
  writeFileSync(acme, JSON.stringify({ le: { Account: {}, Certificates: [own, other] } }), { mode: 0o600 });
  const test = attempt();
  const input = inputFor("traefik");
  await ingressRoute.apply(input, test.ctx);
  expect(await ingressRoute.verify(input, test.ctx)).toMatchObject({ ok: true });
  expect(readdirSync(join(dir, "dynamic")).filter((name) => name.endsWith(".yml"))).toHaveLength(2);
  expect(await deliveries("traefik")).toMatchObject([{ state: "delivered" }]);

  await ingressRoute.undo([...test.ledger.values()], input, test.ctx);
  expect(readdirSync(join(dir, "dynamic"))).toEqual(["seaworthy-pem"]);
  expect(JSON.parse(readFileSync(acme, "utf8"))).toEqual({ le: { Account: {}, Certificates: [other] } });
  expect(test.ledger.size).toBe(0);
  expect(test.lines.join("\n")).toContain("a copy is");
});

it("without a certificate is plain HTTP, and waits for none", async () => {
  const input = { ...inputFor("caddy"), certificateNames: null };
  const test = attempt();
  await ingressRoute.apply(input, test.ctx);
  const [first = ""] = names;
  expect((await ask(`http://${first}/`, { port: caddy.http })).body).toBe(`hello ${first}`);
  await ingressRoute.undo([...test.ledger.values()], input, test.ctx);
});
