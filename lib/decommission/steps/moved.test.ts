import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { backupsCheck } from "#lib/backups/steps/check.ts";
import { backupsTake } from "#lib/backups/steps/take.ts";
import { type BackupWorld, startBackupWorld } from "#lib/backups/testing.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { refusalOf } from "#lib/services/testing/actors.ts";
import { findAmong } from "#lib/steps/find-among.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { servicesArchiveFolder } from "./archive-folder.ts";
import { createTakeAway } from "./take-away.ts";

const REFUSED = { code: "backups.on_another_host", retry: "needs_person" };
let world: BackupWorld;
let root: string;
let makerId: number;

/** A run of the service with one step that has succeeded. */
async function createDone(name: string, input: object): Promise<number> {
  const { id } = await db().run.create({
    data: {
      ...{ mode: "apply", checklistKey: "move", checklistVersion: 1, title: "Move", state: "succeeded" },
      ...{ serviceId: world.service.id, environment: "production", startKey: name },
    },
  });
  const step = await db().step.create({
    data: {
      ...{ runId: id, key: "it", position: 0, name, title: name, queue: "provisioning", input, state: "succeeded" },
    },
  });
  return step.id;
}

beforeAll(async () => {
  world = await startBackupWorld("files");
  root = mkdtempSync(join(realpathSync(tmpdir()), "seaworthy-services-"));
  overrideConfig({ BACKUPS_ROOT: world.root, SERVICES_ROOT: root });
  const { service } = world;
  await db().environment.create({
    data: { id: service.id, serviceId: service.id, name: "production", stackName: `${service.name}-production` },
  });
  mkdirSync(join(root, service.name));
  writeFileSync(join(root, service.name, "old"), "an old copy");
  await createDone("moves.settle", {
    ...{ upstreamHost: "far.example.org", ipv4: null, placement: { hostname: "far" }, foldersShared: false },
  });
  makerId = await createDone("swarm.stack", {});
  const volume = { kind: "swarm.volume", providerId: "v", name: "v", state: "present", attributes: {} };
  await db().resource.create({
    data: { ...volume, id: service.id, serviceId: service.id, stepId: makerId, stepName: "swarm.stack" },
  });
});
afterAll(async () => {
  rmSync(root, { recursive: true, force: true });
  await world?.close();
});

// The end of a service is a run of all its environments.
const contextOf = () => createTestContext({ service: world.service, environment: null, step: { id: 999_999 } });

test("what lies here of a service that was moved is not its last backup", async () => {
  const input = { ...world.input, environment: "production" };
  expect(await refusalOf(backupsTake.apply(input, contextOf().ctx))).toMatchObject(REFUSED);
});

test("and that is said in the plan, and again before anything is stopped", async () => {
  const input = { ...world.input, environment: "production" };
  const last = { ...input, trigger: "retire" as const };
  expect(await refusalOf(backupsTake.plan(last, contextOf().ctx))).toMatchObject(REFUSED);
  expect(await refusalOf(backupsCheck.apply(input, contextOf().ctx))).toMatchObject(REFUSED);
  // No other plan of a backup looks: nothing is stopped for it.
  expect(await backupsTake.plan(input, contextOf().ctx)).toMatchObject({ changes: [{ action: "create" }] });
});

test("neither is it archived or deleted as the service's files", async () => {
  const path = join(root, world.service.name);
  for (const archive of [true, false]) {
    expect(await refusalOf(servicesArchiveFolder.plan({ path, archive }, contextOf().ctx))).toMatchObject(REFUSED);
    expect(await refusalOf(servicesArchiveFolder.apply({ path, archive }, contextOf().ctx))).toMatchObject(REFUSED);
  }
  expect(readdirSync(path)).toEqual(["old"]);
  const other = join(root, "other");
  mkdirSync(other);
  expect(await servicesArchiveFolder.apply({ path: other, archive: true }, contextOf().ctx)).toMatchObject({
    files: 0,
  });
});

test("nor taken away as its volume", async () => {
  const step = createTakeAway(findAmong([]));
  const input = { stepId: makerId, kinds: ["swarm.volume"] };
  expect(await refusalOf(step.apply(input, contextOf().ctx))).toMatchObject(REFUSED);
  const stack = createTakeAway(findAmong([{ ...step, name: "swarm.stack" }]));
  expect(await refusalOf(stack.plan(input, contextOf().ctx))).toMatchObject(REFUSED);
});
