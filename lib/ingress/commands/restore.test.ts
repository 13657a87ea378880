import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { keepIssued } from "#lib/certificates/testing/issued.ts";
import { type NamesWorld, openNamesWorld } from "#lib/dns/testing/names-world.ts";
import { askCaddy } from "#lib/integrations/ingress/admin-api.ts";
import { openIngress } from "#lib/integrations/ingress/open.ts";
import { ask, type OwnCaddy, startOwnCaddy } from "#lib/integrations/ingress/testing/own-caddy.ts";
import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { createLedger } from "#lib/runs/ledger.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { type Authority, createAuthority } from "#local/authority.ts";
import { ingressRoute } from "../steps/route.ts";
import { restoreIngress } from "./restore.ts";

const HOST = "restored.example.org";
let world: NamesWorld;
let caddy: OwnCaddy;
let authority: Authority;
const upstream = createServer((_request, response) => response.end("here"));
const signal = AbortSignal.timeout(60_000);

beforeAll(async () => {
  world = await openNamesWorld();
  [caddy, authority] = await Promise.all([startOwnCaddy(), createAuthority()]);
  world.useSettings({ INGRESS_KIND: "caddy", CADDY_ADMIN_URL: caddy.adminUrl });
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  upstream.close();
  await caddy?.close();
  await world?.close();
});

/** As an operator does who starts Caddy with an empty configuration. */
async function loseEverything(): Promise<void> {
  const { body } = await askCaddy(caddy.adminUrl, { method: "GET", path: "/config/", signal });
  const { admin, apps } = JSON.parse(body);
  const http = { ...apps.http, servers: {} };
  await askCaddy(caddy.adminUrl, {
    method: "POST",
    path: "/load",
    body: JSON.stringify({ admin, apps: { http } }),
    signal,
  });
}

it("brings back route and certificate that Caddy has lost, and nothing that was undone", async () => {
  const service = await world.createService();
  const made = await authority.issue([HOST]);
  await keepIssued(made, { names: [HOST], serviceId: service.id });
  const input = {
    kind: "caddy" as const,
    routeId: `${service.id}-production`,
    hostnames: [HOST],
    upstreamHost: "127.0.0.1",
    upstreamPort: (upstream.address() as AddressInfo).port,
    certificateNames: [HOST],
  };
  const system = { kind: "system" as const, name: "test", requestId: "test" };
  const { runId } = await transaction((tx) =>
    createRun(tx, system, {
      ...{ mode: "apply", checklist: { key: "test", version: 1 }, title: "Test", serviceId: service.id },
      ...{ environment: "production", startKey: randomUUID() },
      steps: [{ key: "route", name: "ingress.route", title: "Route", input, dependsOn: [] }],
    }),
  );
  const step = await db().step.findFirstOrThrow({ where: { runId } });
  const { ctx } = createTestContext({ service, environment: "production" });
  const ledger = createLedger({ stepId: step.id, stepName: step.name, serviceId: service.id }, transaction);
  await ingressRoute.apply(input, { ...ctx, ledger });

  const at = { port: caddy.https, ca: authority.rootPem };
  await loseEverything();
  await expect(ask(`https://${HOST}/`, at)).rejects.toThrow();
  await restoreIngress(signal);
  expect(await ask(`https://${HOST}/`, at)).toMatchObject({ body: "here", serial: made.serial });

  const { etag } = await askCaddy(caddy.adminUrl, { method: "GET", path: "/config/", signal });
  await restoreIngress(signal);
  expect((await askCaddy(caddy.adminUrl, { method: "GET", path: "/config/", signal })).etag).toBe(etag);

  await ingressRoute.undo(await ledger.list(), input, { ...ctx, ledger });
  await restoreIngress(signal);
  expect(await openIngress("caddy").listIds(signal)).toEqual({ routes: new Set(), certificates: new Set() });
});
