import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { createPeople, createPerson, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import type { UserActor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { cancelRun } from "#lib/runs/commands/cancel-run.ts";
import { retryRun } from "#lib/runs/commands/retry-run.ts";
import { undoRun } from "#lib/runs/commands/undo-run.ts";
import { mayHandle, type RunVerb } from "#lib/runs/own-run.ts";
import { getRun } from "#lib/runs/queries/get-run.ts";
import { findSecret } from "#lib/secrets/queries.ts";
import { OWN_DISK_TARGET } from "../constants.ts";
import { getRestore } from "../queries/get-restore.ts";
import { listDestinations } from "../queries/list-destinations.ts";
import { identitySecret } from "../restore/names.ts";
import type { RestoreInput } from "../schema/restore.ts";
import { createPolicyRow } from "../testing.ts";
import { followRestoreRun } from "./follow-restore.ts";
import { removeRestore } from "./remove-restore.ts";
import { startRestore } from "./start-restore.ts";
import { startSwap } from "./start-swap.ts";

useTestDatabase("restores");

let people: People;
let service: { id: string; name: string };
let backupId: string;
beforeEach(async () => {
  people = await createPeople();
  service = await addService(people.owner.id);
  backupId = await addPoint({ service });
});

async function addService(ownerId: string) {
  const made = { id: randomUUID(), name: `pad-${randomUUID().slice(0, 8)}` };
  await db().service.create({ data: { ...made, purpose: "A test", ownerId, state: "live" } });
  await addPolicy(made, "production");
  return made;
}

const addPolicy = (of: { id: string; name: string }, environment: string) =>
  createPolicyRow({
    service: of,
    environment,
    name: "database",
    source: {
      kind: "mariadb",
      stackName: `${of.name}-${environment}`,
      swarmService: `${of.name}-${environment}_db`,
      databaseName: "notes",
      userName: "notes",
      passwordSecret: "p",
      rootPasswordSecret: "r",
    },
  });

async function addPoint(options: { service: { id: string; name: string }; recipients?: string[] }): Promise<string> {
  const id = randomUUID();
  const policy = await db().backupPolicy.findFirstOrThrow({
    where: { serviceId: options.service.id, environment: "production" },
  });
  const parts = [{ name: "database", key: `${id}/database.sql.zst`, sizeBytes: 3, sha256: "0" }];
  await db().backup.create({
    data: {
      ...{ id, serviceId: options.service.id, environment: "production", policyId: policy.id, engine: "mariadb" },
      ...{ state: "verified", targetId: OWN_DISK_TARGET, key: id },
      manifest: {
        ...{ version: 2, backupId: id, service: options.service.name, environment: "production", policy: "database" },
        ...{ engine: "mariadb", source: "notes", image: "x", startedAt: "", finishedAt: "", compression: "zstd" },
        ...{ recipients: options.recipients ?? [], parts, counting: "exact", counts: { "`t`": [1, 1] }, checksums: {} },
      },
    },
  });
  return id;
}

const ask = (actor: UserActor, more: Partial<RestoreInput> = {}, id = backupId) =>
  startRestore(actor, id, {
    serviceName: service.name,
    environment: "production",
    mode: "beside",
    only: [],
    mask: false,
    identity: null,
    confirm: null,
    ...more,
  });

const finish = async (runId: number, state: "succeeded" | "failed" | "cancelled") => {
  await db().run.update({ where: { id: runId }, data: { state, exclusiveKey: null } });
  await transaction((tx) =>
    followRestoreRun(tx, {
      ...{ id: runId, mode: "apply", state, checklistKey: "restore", serviceId: service.id },
      ...{ draftId: null, undoesRunId: null },
    }),
  );
};

describe("who may bring data back", () => {
  it("is the service's owner, a database administrator or an administrator", async () => {
    for (const person of [people.teammate, people.outsider, people.manager])
      await expect(ask(person.actor), person.name).rejects.toMatchObject({ status: 403 });
    for (const person of [people.owner, people.dba, people.admin]) {
      const { runId } = await ask(person.actor);
      await finish(runId, "succeeded");
    }
  });

  it("is fewer where living data is replaced", async () => {
    const swap = { mode: "swap", confirm: service.name } as const;
    await expect(ask(people.owner.actor, swap)).rejects.toMatchObject({ status: 403 });
    const { runId } = await ask(people.dba.actor, swap);
    const steps = await db().step.findMany({ where: { runId }, orderBy: { position: "asc" } });
    expect(steps.map((step) => step.name)).toEqual([
      ...["backups.take", "backups.restore"],
      ...["watching.pause", "backups.swap", "watching.resume"],
    ]);
    await finish(runId, "failed");
    const owner = await createPerson({ name: "Mona Moor", roles: ["manager"] });
    await db().service.update({ where: { id: service.id }, data: { ownerId: owner.id } });
    await expect(ask(owner.actor, { ...swap, confirm: "wrong" })).rejects.toMatchObject({ status: 422 });
    await ask(owner.actor, swap);
  });

  it("is nobody who could not also give the data away where it comes from", async () => {
    const own = await addService(people.teammate.id);
    await expect(ask(people.teammate.actor, { serviceName: own.name })).rejects.toMatchObject({ status: 403 });
    expect((await listDestinations(people.teammate.actor, backupId)).destinations).toEqual([]);
    const owners = await listDestinations(people.owner.actor, backupId);
    expect(owners.destinations).toEqual([
      expect.objectContaining({
        service: service.name,
        own: true,
        production: true,
        database: "notes",
        maySwap: false,
      }),
    ]);
    const all = await listDestinations(people.dba.actor, backupId);
    expect(all.destinations[0]).toMatchObject({ service: service.name, own: true, maySwap: true });
    expect(all.destinations.map((one) => one.service)).toContain(own.name);
  });
});

describe("a restore that is asked for", () => {
  it("is a row, a run of the destination and an audit event, one at a time", async () => {
    const { restoreId, runId } = await ask(people.owner.actor);
    expect(await getRestore(people.outsider.actor, restoreId)).toMatchObject({
      ...{ service: service.name, environment: "production", state: "running", runId, mode: "beside" },
      destination: expect.stringMatching(/^notes_restored_\d{8}_\d{6}$/),
      ...{ mayRemove: false, maySwap: false },
    });
    const run = await db().run.findUniqueOrThrow({ where: { id: runId } });
    expect(run).toMatchObject({ serviceId: service.id, checklistKey: "restore" });
    expect(await db().auditEvent.count({ where: { action: "backups.restore.beside", subjectId: backupId } })).toBe(1);
    await expect(ask(people.owner.actor)).rejects.toMatchObject({ code: "run.active" });
  });

  it("says that it failed when its run did, and can be taken away then", async () => {
    const { restoreId, runId } = await ask(people.owner.actor);
    await expect(removeRestore(people.owner.actor, restoreId)).rejects.toMatchObject({
      code: "backups.not_removable",
    });
    await finish(runId, "failed");
    expect(await getRestore(people.owner.actor, restoreId)).toMatchObject({ state: "failed", mayRemove: true });
    await expect(removeRestore(people.teammate.actor, restoreId)).rejects.toMatchObject({ status: 403 });
    const undo = await removeRestore(people.owner.actor, restoreId);
    const run = await db().run.findUniqueOrThrow({ where: { id: undo.runId }, include: { steps: true } });
    expect(run).toMatchObject({ mode: "undo", undoesRunId: runId });
    expect(run.steps.map((step) => step.name)).toEqual(["backups.restore"]);
  });

  it("leaves masked or not at all when production goes elsewhere", async () => {
    await addPolicy(service, "staging");
    await expect(ask(people.owner.actor, { environment: "staging" })).rejects.toMatchObject({
      fields: { mask: expect.any(String) },
    });
    await expect(ask(people.owner.actor, { environment: "staging", mask: true })).rejects.toMatchObject({
      code: "backups.no_masking",
    });
    await db().backupPolicy.updateMany({
      where: { serviceId: service.id, environment: "production" },
      data: { maskingSql: "UPDATE t SET a = 1" },
    });
    await ask(people.owner.actor, { environment: "staging", mask: true });
    expect(await db().restore.count({ where: { serviceId: service.id, environment: "staging", mask: true } })).toBe(1);
  });

  it("keeps a lent identity sealed until its run ends", async () => {
    const encrypted = await addPoint({ service, recipients: ["age1x"] });
    await expect(ask(people.owner.actor, {}, encrypted)).rejects.toMatchObject({
      fields: { identity: expect.any(String) },
    });
    const identity = "AGE-SECRET-KEY-1ABC";
    const { restoreId, runId } = await ask(people.owner.actor, { identity }, encrypted);
    expect((await findSecret(db(), identitySecret(restoreId)))?.value.toString()).toBe(identity);
    const rows = JSON.stringify(await db().step.findMany({ where: { runId } }));
    expect(rows).not.toContain(identity);
    expect(
      JSON.stringify(await db().auditEvent.findMany(), (_key, value) =>
        typeof value === "bigint" ? String(value) : value,
      ),
    ).not.toContain(identity);
    await finish(runId, "cancelled");
    expect(await findSecret(db(), identitySecret(restoreId))).toBeNull();
  });

  it("is refused for what cannot be restored, in words", async () => {
    for (const data of [{ removedAt: new Date() }, { state: "failed" }, { missingAt: new Date() }]) {
      const id = await addPoint({ service });
      await db().backup.update({ where: { id }, data });
      await expect(ask(people.owner.actor, {}, id)).rejects.toMatchObject({ code: "backups.not_restorable" });
    }
    await expect(ask(people.owner.actor, {}, randomUUID())).rejects.toMatchObject({ status: 404 });
    await expect(ask(people.owner.actor, { serviceName: "nobody" })).rejects.toMatchObject({ status: 404 });
  });
});

const VERBS: readonly RunVerb[] = ["retry", "cancel", "undo"];
const handles = (actor: UserActor, run: { checklistKey: string; mode?: string }, verb: RunVerb) =>
  transaction((tx) =>
    mayHandle(tx, actor, verb, { serviceId: service.id, requestedById: people.dba.id, mode: "apply", ...run }),
  );
const whoHandles = async (run: { checklistKey: string; mode?: string }, verb: RunVerb) => {
  const names = [];
  for (const who of ["owner", "teammate", "manager", "dba", "admin"] as const)
    if (await handles(people[who].actor, run, verb)) names.push(who);
  return names;
};

it("undoing what provisioned a service is its owner's, a manager's and an administrator's", async () => {
  for (const checklistKey of ["provision", "add-environment"]) {
    expect(await whoHandles({ checklistKey }, "undo")).toEqual(["owner", "manager", "admin"]);
    expect(await whoHandles({ checklistKey, mode: "undo" }, "retry")).toEqual(["owner", "manager", "admin"]);
    expect(await whoHandles({ checklistKey }, "retry")).toEqual(["owner", "teammate", "manager", "admin"]);
  }
});

it("rotating a secret is gone on with by who may rotate it, and undone by nobody", async () => {
  expect(await whoHandles({ checklistKey: "rotate-secret" }, "retry")).toEqual(["owner", "dba", "admin"]);
  expect(await whoHandles({ checklistKey: "rotate-secret" }, "undo")).toEqual([]);
});

it("what an administrator does to a target, nobody else goes on with in their name", async () => {
  for (const checklistKey of ["backup-orphan", "check-backup-target"])
    for (const verb of VERBS) expect(await whoHandles({ checklistKey }, verb)).toEqual(["admin"]);
});

describe("the run of a restore", () => {
  it("goes on, is stopped and undone only by who could have started it", async () => {
    for (const verb of VERBS) {
      for (const checklistKey of ["restore-swap", "swap"])
        expect(await whoHandles({ checklistKey }, verb)).toEqual(["dba", "admin"]);
      expect(await whoHandles({ checklistKey: "restore" }, verb)).toEqual(["owner", "dba", "admin"]);
    }
  });

  it("is retried, stopped and undone by a database administrator, who is on no staff", async () => {
    const { runId } = await ask(people.owner.actor);
    const step = await db().step.findFirstOrThrow({ where: { runId } });
    await db().step.update({ where: { id: step.id }, data: { state: "failed" } });
    await db().run.update({ where: { id: runId }, data: { state: "failed", exclusiveKey: null } });
    expect((await getRun(people.outsider.actor, runId)).may).toMatchObject({
      retry: false,
      cancel: false,
      undo: false,
    });
    expect((await getRun(people.dba.actor, runId)).may).toMatchObject({ retry: true, cancel: true });
    for (const handle of [retryRun, cancelRun, undoRun])
      await expect(handle(people.outsider.actor, runId, [])).rejects.toMatchObject({ status: 403 });

    await retryRun(people.dba.actor, runId, []);
    const again = await db().run.findUniqueOrThrow({ where: { id: runId } });
    expect(again).toMatchObject({ state: "running", requestedById: people.owner.id });
    await cancelRun(people.dba.actor, runId, []);
    expect(await db().run.findUniqueOrThrow({ where: { id: runId } })).toMatchObject({ state: "cancelled" });
    await db().resource.create({
      data: {
        ...{ id: randomUUID(), stepId: step.id, stepName: step.name, kind: "database", providerId: "x", name: "x" },
        ...{ state: "present", attributes: {} },
      },
    });
    expect((await getRun(people.dba.actor, runId)).may).toMatchObject({ undo: true });
    expect(await undoRun(people.dba.actor, runId, [])).toMatchObject({ created: true });
  });

  it("goes on in the name of who retries once who asked for it may no longer restore", async () => {
    const { runId } = await ask(people.owner.actor);
    await db().step.updateMany({ where: { runId }, data: { state: "failed" } });
    await db().service.update({ where: { id: service.id }, data: { ownerId: people.teammate.id } });
    await retryRun(people.dba.actor, runId, []);
    const run = await db().run.findUniqueOrThrow({ where: { id: runId } });
    expect(run.requestedById).toBe(people.dba.id);
  });
});

describe("the run of a backup", () => {
  it("is handled by who may take, prove or remove one; undoing it takes the right to remove", async () => {
    const everybody = ["owner", "teammate", "manager", "dba", "admin"];
    for (const checklistKey of ["backup", "verify-backup"])
      for (const verb of ["retry", "cancel"] as const)
        expect(await whoHandles({ checklistKey }, verb)).toEqual(everybody);
    for (const verb of VERBS)
      expect(await whoHandles({ checklistKey: "remove-backup" }, verb)).toEqual(["dba", "admin"]);
    expect(await whoHandles({ checklistKey: "backup" }, "undo")).toEqual(["dba", "admin"]);
    expect(await whoHandles({ checklistKey: "backup", mode: "undo" }, "retry")).toEqual(["dba", "admin"]);
  });
});

it("what provisioning began is the staff's to handle, and no database administrator's", async () => {
  for (const verb of ["retry", "cancel"] as const)
    expect(await whoHandles({ checklistKey: "provision" }, verb)).toEqual(["owner", "teammate", "manager", "admin"]);
});

describe("a swap of what was restored", () => {
  it("takes the name, the right, and something whole that is there", async () => {
    const { restoreId, runId } = await ask(people.owner.actor);
    await expect(startSwap(people.dba.actor, restoreId, service.name)).rejects.toMatchObject({
      code: "backups.not_swappable",
    });
    await finish(runId, "succeeded");
    await db().restore.update({ where: { id: restoreId }, data: { state: "restored" } });
    await expect(startSwap(people.owner.actor, restoreId, service.name)).rejects.toMatchObject({ status: 403 });
    await expect(startSwap(people.dba.actor, restoreId, "x")).rejects.toMatchObject({ status: 422 });
    const swap = await startSwap(people.dba.actor, restoreId, service.name);
    expect(await getRestore(people.dba.actor, restoreId)).toMatchObject({ runId: swap.runId, maySwap: true });
    await db().run.update({ where: { id: swap.runId }, data: { state: "succeeded", exclusiveKey: null } });
    await db().restore.update({ where: { id: restoreId }, data: { state: "restored", only: ["`t`"] } });
    await expect(startSwap(people.dba.actor, restoreId, service.name)).rejects.toMatchObject({ status: 409 });
    await db().restore.update({
      where: { id: restoreId },
      data: { state: "swapped", only: [], previous: "notes_before" },
    });
    expect(await getRestore(people.outsider.actor, restoreId)).toMatchObject({ previous: "notes_before" });
    await expect(removeRestore(people.dba.actor, restoreId)).rejects.toMatchObject({ code: "backups.swapped" });
  });
});
