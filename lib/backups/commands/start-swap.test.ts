import { randomUUID } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { db } from "#lib/platform/db/client.ts";
import { KINDS, OWN_DISK_TARGET } from "../constants.ts";
import type { BackupSource } from "../schema/source.ts";
import { sourceKey } from "../sources/source-key.ts";
import { createPolicyRow } from "../testing.ts";
import { startRestore } from "./start-restore.ts";
import { startSwap } from "./start-swap.ts";

useTestDatabase("swaps");

let people: People;
let service: { id: string; name: string };
let restoreId: string;
let policyId: string;

const sourceOf = (databaseName: string): BackupSource => ({
  kind: "mariadb",
  stackName: `${service.name}-production`,
  swarmService: `${service.name}-production_db`,
  ...{ databaseName, userName: databaseName, passwordSecret: "p", rootPasswordSecret: "r" },
});

/** Something restored beside the database `notes`, ready to be swapped in. */
beforeEach(async () => {
  people = await createPeople();
  service = { id: randomUUID(), name: `pad-${randomUUID().slice(0, 8)}` };
  await db().service.create({
    data: { ...service, purpose: "A test", ownerId: people.owner.id, state: "live" },
  });
  policyId = await createPolicyRow({ service, name: "database", source: sourceOf("notes") });
  const id = randomUUID();
  const parts = [{ name: "database", key: `${id}/database.sql.zst`, sizeBytes: 3, sha256: "0" }];
  await db().backup.create({
    data: {
      ...{ id, serviceId: service.id, environment: "production", policyId, policy: "database", engine: "mariadb" },
      ...{ state: "verified", targetId: OWN_DISK_TARGET, key: id },
      manifest: {
        ...{ version: 2, backupId: id, service: service.name, environment: "production", policy: "database" },
        ...{ engine: "mariadb", source: "notes", image: "x", startedAt: "", finishedAt: "", compression: "zstd" },
        ...{ recipients: [], parts, counting: "exact", counts: { "`t`": [1, 1] }, checksums: {} },
      },
    },
  });
  const started = await startRestore(people.dba.actor, id, {
    ...{ serviceName: service.name, environment: "production", mode: "beside", only: [] },
    ...{ mask: false, identity: null, confirm: null },
  });
  restoreId = started.restoreId;
  await db().run.update({ where: { id: started.runId }, data: { state: "succeeded", exclusiveKey: null } });
  await db().restore.update({ where: { id: restoreId }, data: { state: "restored" } });
});

const swap = () => startSwap(people.dba.actor, restoreId, service.name);

it("takes the place of the very data it was restored beside, also when that policy is gone and another is there", async () => {
  await db().backupPolicy.update({ where: { id: policyId }, data: { removedAt: new Date(), scope: null } });
  await createPolicyRow({ service, name: "another", source: sourceOf("accounts") });
  const { runId } = await swap();
  const run = await db().run.findUniqueOrThrow({
    where: { id: runId },
    include: { steps: { orderBy: { id: "asc" } } },
  });
  expect(run.exclusiveName).toBe(sourceKey(sourceOf("notes")));
  expect(run.title).toMatch(/takes the place of notes$/);
  expect(run.steps.map((step) => step.name)).toEqual(["watching.pause", "backups.swap", "watching.resume"]);
});

it("waits until an older swap of this data that stopped half-way is retried or undone", async () => {
  const { runId } = await swap();
  const [step] = await db().step.findMany({ where: { runId, name: "backups.swap" } });
  await db().run.update({ where: { id: runId }, data: { state: "failed", exclusiveKey: null } });
  const source = sourceOf("notes");
  const exchange = { living: "notes", incoming: "notes_restored", aside: "notes_before", phase: "kept" };
  const entry = {
    ...{ id: randomUUID(), kind: KINDS.database, providerId: "x/notes_before", name: "notes_before", state: "present" },
    ...{ stepId: step?.id ?? 0, stepName: "backups.swap", serviceId: service.id },
  };
  const note = (attributes: object) =>
    db().resource.upsert({
      where: { id: entry.id },
      create: { ...entry, attributes },
      update: { attributes },
    });
  await note({ exchange, back: null, replicas: 1, source });
  await expect(swap()).rejects.toMatchObject({
    code: "backups.half_swapped",
    status: 409,
    advice: expect.stringContaining(`Retry run ${runId}`),
  });
  const { backupId } = await db().restore.findUniqueOrThrow({ where: { id: restoreId } });
  const replace = startRestore(people.dba.actor, backupId, {
    ...{ serviceName: service.name, environment: "production", mode: "swap", only: [] },
    ...{ mask: false, identity: null, confirm: service.name },
  });
  await expect(replace).rejects.toMatchObject({ code: "backups.half_swapped" });
  // The way back, stopped at the same place.
  await note({ exchange: { ...exchange, phase: "placed" }, back: exchange, replicas: 1, source });
  await expect(swap()).rejects.toMatchObject({ code: "backups.half_swapped" });
  await note({ exchange: { ...exchange, phase: "placed" }, back: null, replicas: 1, source });
  await swap();
});

it("is refused, in words, where the restore does not say which data that was", async () => {
  await db().restore.update({ where: { id: restoreId }, data: { report: { tables: 1, compared: "1 row" } } });
  await expect(swap()).rejects.toMatchObject({ code: "backups.no_living", status: 409 });
});
