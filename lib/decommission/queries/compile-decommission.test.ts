import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPolicyRow, createServiceRow } from "#lib/backups/testing.ts";
import { closeDb, db } from "#lib/platform/db/client.ts";
import { refusalOf } from "#lib/services/testing/actors.ts";
import { findAmong } from "#lib/steps/find-among.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { applyTestEnv, createTestDatabase, type TestDatabase } from "#local/test-world.ts";
import { choicesSchema } from "../schema.ts";
import { createProveGone } from "../steps/prove-gone.ts";
import { compileDecommission } from "./compile-decommission.ts";

let database: TestDatabase;
let service: { id: string; name: string; ownerId: string };

async function createMade(stepName: string, kind: string): Promise<void> {
  const { id: runId } = await db().run.create({
    data: {
      ...{ mode: "apply", checklistKey: "provision", checklistVersion: 1, title: "Provision", state: "succeeded" },
      ...{ serviceId: service.id, environment: "production", startKey: randomUUID() },
    },
  });
  const { id: stepId } = await db().step.create({
    data: {
      ...{ runId, key: "it", position: 0, name: stepName, title: "It", queue: "provisioning" },
      ...{ input: {}, state: "succeeded" },
    },
  });
  const made = { kind, providerId: kind, name: `the ${kind}`, state: "present", attributes: {} };
  await db().resource.create({ data: { ...made, id: randomUUID(), serviceId: service.id, stepId, stepName } });
}

beforeAll(async () => {
  database = await createTestDatabase("decommission");
  applyTestEnv({ DATABASE_URL: database.url });
  const { id } = await createServiceRow(`t-${randomUUID().slice(0, 8)}`);
  service = await db().service.findUniqueOrThrow({ where: { id }, select: { id: true, name: true, ownerId: true } });
  await createMade("swarm.stack", "swarm.volume");
});
afterAll(async () => {
  await closeDb();
  await database?.drop();
});

const compile = (choices: object) => compileDecommission(db(), service, choicesSchema.parse(choices));

test("a last backup that nothing would take is refused, unless somebody says why it goes without", async () => {
  const refused = { code: "decommission.no_backup", message: expect.stringContaining("the swarm.volume") };
  expect(await refusalOf(compile({}))).toMatchObject(refused);
  expect(await compile({ lastBackup: "skip", reason: "It was a trial." })).toMatchObject({ steps: expect.any(Array) });
  expect(await compile({ database: "keep", secrets: "keep" })).toMatchObject({ steps: expect.any(Array) });
  await createPolicyRow({ service, source: { kind: "files", path: "/srv/x", exclude: [] } });
  expect(await refusalOf(compile({}))).toMatchObject(refused);
  const source = { kind: "volume" as const, volumeName: "v", exclude: [] };
  await createPolicyRow({ service, source, environment: "staging", name: "staged" });
  expect(await refusalOf(compile({}))).toMatchObject(refused);
  await createPolicyRow({ service, source, name: "volume" });
  expect(await compile({})).toMatchObject({ steps: expect.any(Array) });
});

test("a database that lies in a volume which is kept is not called left", async () => {
  await db().backupPolicy.updateMany({ data: { removedAt: new Date() } });
  await createMade("backups.swap", "backup.restored-database");
  const prove = (...keep: string[]) =>
    createProveGone(findAmong([])).verify({ serviceName: service.name, keep }, createTestContext({ service }).ctx);
  expect(await prove("volume")).toMatchObject({ ok: true });
  expect(await prove("swarm.volume")).toMatchObject({
    ...{ ok: false, reason: "The ledger still has the backup.restored-database the backup.restored-database." },
  });
});
