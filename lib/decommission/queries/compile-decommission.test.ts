import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPeople } from "#lib/access/testing/people.ts";
import type { BackupSource } from "#lib/backups/schema/source.ts";
import { createPolicyRow, createServiceRow } from "#lib/backups/testing.ts";
import { closeDb, db } from "#lib/platform/db/client.ts";
import { namesIn } from "#lib/releases/queries/find-environment.ts";
import { createLiveService, releaseVolume } from "#lib/releases/testing/live-service.ts";
import type { Naming } from "#lib/services/naming.ts";
import { refusalOf } from "#lib/services/testing/actors.ts";
import { findAmong } from "#lib/steps/find-among.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { applyTestEnv, createTestDatabase, type TestDatabase } from "#local/test-world.ts";
import { choicesSchema } from "../schema.ts";
import { createProveGone } from "../steps/prove-gone.ts";
import { compileDecommission } from "./compile-decommission.ts";

let database: TestDatabase;
let service: { id: string; name: string; ownerId: string };
let names: Naming;

async function createMade(stepName: string, kind: string, name = `the ${kind}`): Promise<void> {
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
  const made = { kind, providerId: name, name, state: "present", attributes: {} };
  await db().resource.create({ data: { ...made, id: randomUUID(), serviceId: service.id, stepId, stepName } });
}

beforeAll(async () => {
  database = await createTestDatabase("decommission");
  applyTestEnv({ DATABASE_URL: database.url });
  const { id } = await createServiceRow(`t-${randomUUID().slice(0, 8)}`);
  service = await db().service.findUniqueOrThrow({ where: { id }, select: { id: true, name: true, ownerId: true } });
  names = namesIn(service.name);
  await createMade("swarm.stack", "swarm.volume", names.databaseVolume);
});
afterAll(async () => {
  await closeDb();
  await database?.drop();
});

const compile = (choices: object) => compileDecommission(db(), service, choicesSchema.parse(choices));

const sqlSource = (more: object = {}): BackupSource => ({
  kind: "mariadb",
  ...{ stackName: names.stackName, swarmService: names.databaseService },
  ...{ databaseName: names.databaseName, userName: names.databaseUser },
  ...{ passwordSecret: names.databasePassword, rootPasswordSecret: names.databaseRootPassword },
  ...more,
});
const redisAt = (swarmService: string): BackupSource => ({
  kind: "redis",
  ...{ stackName: names.stackName, swarmService, passwordSecret: null },
});
const unbacked = (name: string) => ({ code: "decommission.no_backup", message: expect.stringContaining(` ${name},`) });
const compiled = { steps: expect.any(Array) };

test("a last backup that nothing would take is refused, unless somebody says why it goes without", async () => {
  const refused = unbacked(names.databaseVolume);
  const unproven = { lastBackup: "unproven", reason: "Its key is in the safe." };
  for (const choices of [{}, unproven]) expect(await refusalOf(compile(choices))).toMatchObject(refused);
  expect(await compile({ lastBackup: "skip", reason: "It was a trial." })).toMatchObject(compiled);
  expect(await compile({ database: "keep", secrets: "keep" })).toMatchObject(compiled);
  const others: BackupSource[] = [
    { kind: "files", path: names.folder, exclude: [] },
    { kind: "volume", volumeName: `${names.stackName}_data`, exclude: [] },
    redisAt(`${names.stackName}_cache`),
    redisAt(names.databaseService),
    sqlSource({ databaseName: "other" }),
    sqlSource({ swarmService: namesIn(service.name, "staging").databaseService }),
  ];
  for (const [index, source] of others.entries()) {
    await createPolicyRow({ service, source, name: `other-${index}` });
    expect(await refusalOf(compile({})), JSON.stringify(source)).toMatchObject(refused);
  }
  for (const source of [sqlSource(), { kind: "volume" as const, volumeName: names.databaseVolume, exclude: [] }]) {
    const id = await createPolicyRow({ service, source, name: "right" });
    expect(await compile({})).toMatchObject(compiled);
    await db().backupPolicy.delete({ where: { id } });
  }
});

test("files that are deleted, and volumes of the app, need a policy of their own", async () => {
  await db().backupPolicy.deleteMany();
  await createPolicyRow({ service, source: sqlSource() });
  await createMade("swarm.stack", "swarm.volume", `${names.stackName}_data`);
  expect(await refusalOf(compile({}))).toMatchObject(unbacked(`${names.stackName}_data`));
  await createPolicyRow({ service, source: redisAt(names.appService), name: "redis" });
  expect(await compile({})).toMatchObject(compiled);
  const folder = `/mnt/disk${names.folder}`;
  await createMade("services.folder", "folder", folder);
  expect(await compile({})).toMatchObject(compiled);
  expect(await refusalOf(compile({ files: "delete" }))).toMatchObject(unbacked(folder));
  await createPolicyRow({ service, source: { kind: "files", path: `${names.folder}-2`, exclude: [] }, name: "near" });
  expect(await refusalOf(compile({ files: "delete" }))).toMatchObject(unbacked(folder));
  await createPolicyRow({ service, source: { kind: "files", path: names.folder, exclude: [] } });
  expect(await compile({ files: "delete" })).toMatchObject(compiled);
  await db().resource.deleteMany({ where: { kind: "folder" } });
});

test("volumes that a release brought need a policy as well, though the ledger never knew them", async () => {
  const { owner } = await createPeople();
  const { id, name } = await createLiveService(owner.actor);
  const live = { id, name, ownerId: owner.actor.id };
  const end = (choices: object) => compileDecommission(db(), live, choicesSchema.parse(choices));
  expect(await end({})).toMatchObject(compiled);
  await releaseVolume(name, "cache");
  const volumeName = `${namesIn(name).stackName}_cache`;
  expect(await refusalOf(end({}))).toMatchObject(unbacked(volumeName));
  for (const kept of [
    { database: "keep", secrets: "keep" },
    { lastBackup: "skip", reason: "It was a trial." },
  ])
    expect(await end(kept)).toMatchObject(compiled);
  await createPolicyRow({ service: live, source: { kind: "volume", volumeName, exclude: [] } });
  expect(await end({})).toMatchObject(compiled);
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
