import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createServiceRow } from "#lib/backups/testing.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { closeDb, db } from "#lib/platform/db/client.ts";
import { storeSecret } from "#lib/secrets/commands.ts";
import { refusalOf } from "#lib/services/testing/actors.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { type BitwardenStandIn, startBitwarden } from "#local/bitwarden/server.ts";
import { applyTestEnv, createTestDatabase, type TestDatabase } from "#local/test-world.ts";
import { openBitwarden } from "../stores/open-stores.ts";
import { secretsStore } from "./store.ts";

let database: TestDatabase;
let bitwarden: BitwardenStandIn;
let service: { id: string; name: string };
let secretName: string;
const signal = () => AbortSignal.timeout(20_000);

beforeAll(async () => {
  database = await createTestDatabase("bitwarden");
  applyTestEnv({ DATABASE_URL: database.url });
  bitwarden = await startBitwarden();
  overrideConfig(bitwarden.env);
  service = await createServiceRow(`t-${randomUUID().slice(0, 8)}`);
  secretName = `services.${service.name}.db_pass`;
  await storeSecret(db(), { name: secretName, value: "first-value", serviceId: service.id });
});
afterAll(async () => {
  await bitwarden?.close();
  overrideConfig(undefined);
  await closeDb();
  await database?.drop();
});

test("a secret is kept under its own name, found again, replaced and taken away; its value goes nowhere else", async () => {
  const t = createTestContext({ service });
  const input = { secretName };
  const first = await secretsStore.apply(input, t.ctx);
  expect(bitwarden.readSecrets()).toEqual([
    { key: secretName, value: "first-value", note: "Kept by Seaworthy, version 1" },
  ]);
  expect(await secretsStore.apply(input, t.next().ctx)).toEqual(first);
  expect(await secretsStore.verify(input, t.ctx)).toMatchObject({ ok: true });
  await storeSecret(db(), { name: secretName, value: "second-value", serviceId: service.id });
  expect(await secretsStore.verify(input, t.ctx)).toMatchObject({
    ok: false,
    reason: expect.stringContaining("another value"),
  });
  expect(await secretsStore.apply(input, t.next().ctx)).toEqual(first);
  expect(bitwarden.readSecrets()).toEqual([
    { key: secretName, value: "second-value", note: "Kept by Seaworthy, version 2" },
  ]);
  expect(await openBitwarden().list(service.name, signal())).toMatchObject([{ name: secretName, version: 2 }]);
  expect(await db().secret.findFirst({ where: { name: secretName, version: 2 } })).toMatchObject({
    store: "bitwarden",
  });
  expect(bitwarden.countSignIns()).toBe(1);
  expect(JSON.stringify([t.lines, [...t.ledger.values()]])).not.toMatch(/first-value|second-value/);
  const made = [...t.ledger.values()];
  const askLeft = () => Promise.all(made.map((one) => secretsStore.findLeft?.(one, input, t.ctx)));
  expect(await askLeft()).toEqual([`Bitwarden still has ${secretName}.`]);
  for (let i = 0; i < 2; i++) await secretsStore.undo([...t.ledger.values()], input, t.next().ctx);
  expect(await askLeft()).toEqual([null]);
  expect(bitwarden.readSecrets()).toEqual([]);
  expect(t.ledger.size).toBe(0);
  expect(await secretsStore.verify(input, t.ctx)).toEqual({
    ok: false,
    reason: `Bitwarden has no secret ${secretName}.`,
  });
});

test("two workers at the same moment leave one secret", async () => {
  const tries = [createTestContext({ service }), createTestContext({ service })];
  await Promise.all(tries.map((t) => secretsStore.apply({ secretName }, t.ctx)));
  // Each may have seen the other's too late; whoever looks next puts it right.
  await secretsStore.apply({ secretName }, createTestContext({ service }).ctx);
  expect(bitwarden.readSecrets().map(({ key }) => key)).toEqual([secretName]);
});

test("away is tried again, refused is for a person, and neither shows a token", async () => {
  const t = createTestContext({ service });
  bitwarden.setFault(503);
  expect(await refusalOf(secretsStore.apply({ secretName }, t.ctx))).toMatchObject({
    ...{ code: "bitwarden.unreachable", retry: "retry" },
  });
  await expect(secretsStore.verify({ secretName }, t.ctx)).rejects.toMatchObject({ code: "bitwarden.unreachable" });
  bitwarden.setFault(undefined);
  const [, id = "", rest = ""] = (bitwarden.env.BITWARDEN_ACCESS_TOKEN ?? "").split(".");
  overrideConfig({ ...bitwarden.env, BITWARDEN_ACCESS_TOKEN: `0.${id}.wrong${rest.slice(5)}` });
  const refused = await refusalOf(secretsStore.apply({ secretName }, t.ctx));
  expect(refused).toMatchObject({ code: "bitwarden.refused", retry: "needs_person" });
  expect(JSON.stringify({ ...refused, message: refused.message })).not.toContain(rest.slice(5));
  overrideConfig(bitwarden.env);
  expect(await secretsStore.apply({ secretName }, t.next().ctx)).toMatchObject({ externalId: expect.any(String) });
});
