import { describe, expect, it } from "vitest";
import { checkTargets } from "#lib/backups/commands/check-targets.ts";
import { fillInPolicies } from "#lib/backups/commands/fill-in-policies.ts";
import { startDue, startVerifications } from "#lib/backups/commands/start-due.ts";
import { watchOverdue, watchWaiting } from "#lib/backups/commands/watch-overdue.ts";
import { OWN_DISK_TARGET } from "#lib/backups/constants.ts";
import { findPolicyById } from "#lib/backups/queries/find-policy.ts";
import { readOverdue } from "#lib/backups/queries/read-overdue.ts";
import { sourceKey } from "#lib/backups/sources/source-key.ts";
import { findHindrance } from "#lib/decommission/queries/find-hindrance.ts";
import { RUN_HOOKS } from "#lib/hooks/run-hooks.ts";
import { sha256 } from "#lib/platform/crypto.ts";
import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { AppError } from "#lib/platform/errors.ts";
import { cancelRun } from "#lib/runs/commands/cancel-run.ts";
import { retryRun } from "#lib/runs/commands/retry-run.ts";
import { startRun, untilState } from "#lib/runs/testing/stage.ts";
import { fillAnswers } from "#lib/services/schema/answers.ts";
import { createPoint, createServiceRow, sourceOf } from "./testing/backup-rows.ts";
import { makeDue, policyRow, useBackupStage } from "./testing/backup-stage.ts";

const HOUR_MS = 3_600_000;

const on = useBackupStage("backuploops");

const backupsOf = (policyId: string) => db().backup.findMany({ where: { policyId }, orderBy: { startedAt: "asc" } });
const runsOf = (policyId: string) => db().run.findMany({ where: { startKey: { startsWith: `backup:${policyId}` } } });

describe("the loop of backups", () => {
  it("starts each backup once, however many workers look at the same moment", async () => {
    const policyId = await on.createPolicy();
    await makeDue(policyId);
    const started = (await Promise.all([startDue(), startDue(), startDue(), startDue()])).flat();
    expect(started).toHaveLength(1);
    expect(await runsOf(policyId)).toMatchObject([{ id: started[0], requestedById: null, serviceId: on.service.id }]);
    await untilState(started[0] ?? 0, "finished");
    expect((await policyRow(policyId)).nextAt?.getTime()).toBeGreaterThan(Date.now());
    expect(await startDue()).toEqual([]);
  });

  it("makes up once for the times that nobody was there for, and has a row for each of them", async () => {
    const policyId = await on.createPolicy({ cron: "0 * * * *", jitterMinutes: 0 });
    const hour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
    await db().backupPolicy.update({ where: { id: policyId }, data: { nextAt: new Date(hour - 3 * HOUR_MS) } });
    const [both = [], more = []] = await Promise.all([startDue(), startDue()]);
    for (const runId of [...both, ...more]) await untilState(runId, "finished");
    expect(await runsOf(policyId)).toHaveLength(1);
    const rows = await backupsOf(policyId);
    expect(rows.filter((row) => row.state === "missed").map((row) => row.dueAt?.getTime())).toEqual([
      hour - 3 * HOUR_MS,
      hour - 2 * HOUR_MS,
      hour - HOUR_MS,
    ]);
    expect(rows.filter((row) => row.state === "stored")).toHaveLength(1);
    expect(rows[0]?.error).toContain("Nobody was there");
    expect(await on.mails("backup-missed")).toHaveLength(2);
  });

  it("waits while another run reads or replaces the same data, and does not pile up", async () => {
    const policyId = await on.createPolicy({ cron: "0 * * * *", jitterMinutes: 0 });
    const hour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
    await db().backupPolicy.update({ where: { id: policyId }, data: { nextAt: new Date(hour - 2 * HOUR_MS) } });
    const exclusiveKey = sourceKey(sourceOf(on.service.name));
    const steps = [{ key: "x", name: "manual", title: "x", input: {}, dependsOn: [], role: "staff" as const }];
    const { runId } = await startRun(on.stage.actor, steps, { exclusiveKey });
    expect(await startDue()).toHaveLength(2);
    expect(await startDue()).toEqual([]);
    expect(await runsOf(policyId)).toEqual([]);
    expect(await on.mails("backup-missed")).toHaveLength(2);
    const missed = await backupsOf(policyId);
    expect(missed.map((row) => row.state)).toEqual(["missed", "missed"]);
    expect(missed[0]?.error).toContain(`Run ${runId} (Test run) was still at work`);
    await db().run.update({ where: { id: runId }, data: { exclusiveKey: null, state: "cancelled" } });
    const [started = 0] = await startDue();
    await untilState(started, "finished");
    expect((await backupsOf(policyId)).map((row) => row.state)).toEqual(["missed", "missed", "stored"]);
  });

  it("goes on past a backup that waits for a person", async () => {
    const policyId = await on.createPolicy();
    on.played.take = async () => {
      throw new AppError({ code: "secrets.missing", message: "no password", retry: "needs_person" });
    };
    await makeDue(policyId);
    const [waiting = 0] = await startDue();
    await untilState(waiting, ["waiting"]);
    on.played.take = async () => ({});
    expect((await on.goRound(policyId)).state).toBe("succeeded");
    expect(await db().run.findUniqueOrThrow({ where: { id: waiting } })).toMatchObject({ state: "cancelled" });
  });

  it("leaves one run that waits for a person, however many nights are refused; it is mailed once, and each night has its row", async () => {
    const policyId = await on.createPolicy();
    on.played.take = async () => {
      throw new AppError({ code: "backups.on_another_host", message: "It runs elsewhere.", retry: "needs_person" });
    };
    const nights: number[] = [];
    for (let night = 0; night < 3; night++) {
      await makeDue(policyId);
      const [runId = 0] = await startDue(new Date(), RUN_HOOKS);
      await untilState(runId, ["waiting"]);
      nights.push(runId);
    }
    await watchWaiting();
    const runs = await db().run.findMany({ where: { id: { in: nights } }, orderBy: { id: "asc" } });
    expect(runs.map(({ state }) => state)).toEqual(["cancelled", "cancelled", "waiting"]);
    expect(await backupsOf(policyId)).toMatchObject(
      nights.map(() => ({ state: "failed", error: "It runs elsewhere." })),
    );
    expect(await on.mails("backup-failed")).toHaveLength(2);
    const audit = await db().auditEvent.findFirstOrThrow({
      where: { action: "runs.cancel", subjectId: String(nights[0]) },
    });
    expect(audit).toMatchObject({ actorKind: "system", actorName: "backup schedule" });
    expect(audit.detail).toMatchObject({ because: expect.stringContaining("waited for a person") });
    expect(await transaction((tx) => findHindrance(tx, { ...on.service, state: "live" }))).toMatchObject({
      runId: nights[2],
      words: expect.stringMatching(new RegExp(`^Run ${nights[2]} \\(.+\\) waits for a person\\.`)),
    });
    await cancelRun(on.stage.actor, nights[2] ?? 0, RUN_HOOKS);
  });

  it("leaves what a person started or has retried waiting for them", async () => {
    const policyId = await on.createPolicy();
    on.played.take = async () => {
      throw new AppError({ code: "disk.full", message: "There is no room left.", retry: "needs_person" });
    };
    await makeDue(policyId);
    const [retried = 0] = await startDue();
    await untilState(retried, ["waiting"]);
    await retryRun(on.stage.actor, retried, RUN_HOOKS);
    await untilState(retried, ["waiting"]);
    await makeDue(policyId);
    const [newest = 0] = await startDue(new Date(), RUN_HOOKS);
    await untilState(newest, ["waiting"]);
    expect(await db().run.findUniqueOrThrow({ where: { id: retried } })).toMatchObject({ state: "waiting" });
    for (const runId of [retried, newest]) await cancelRun(on.stage.actor, runId, RUN_HOOKS);
  });

  it("leaves alone what is switched off, removed, only asked for, or of a service that is gone", async () => {
    const off = await on.createPolicy({ enabled: false });
    expect((await policyRow(off)).nextAt).toBeNull();
    await makeDue(off);
    const removed = await on.createPolicy();
    await db().backupPolicy.update({ where: { id: removed }, data: { removedAt: new Date() } });
    await makeDue(removed);
    const gone = await on.createPolicy();
    await db().service.update({ where: { id: on.service.id }, data: { state: "retired" } });
    await makeDue(gone);
    const asked = await on.createPolicy({ cron: null });
    expect(await policyRow(asked)).toMatchObject({ nextAt: null, overdueAt: null });
    expect(await startDue()).toEqual([]);
  });

  it("one policy that cannot be read keeps no other from its backup", async () => {
    const broken = await on.createPolicy();
    await db().backupPolicy.update({ where: { id: broken }, data: { retention: {} } });
    await makeDue(broken, 10_000);
    const policyId = await on.createPolicy();
    expect((await on.goRound(policyId)).state).toBe("succeeded");
  });
});

describe("proofs on a schedule", () => {
  const verification = { restoreEach: false, cron: "30 2 * * *", randomOlder: true, smoke: null };
  const makeVerifyDue = (id: string) =>
    db().backupPolicy.update({ where: { id }, data: { nextVerifyAt: new Date(Date.now() - 1) } });

  it("are of the newest point and a random older one, once", async () => {
    const policyId = await on.createPolicy({ verification });
    await createPoint(policyId, { state: "stored" });
    await createPoint(policyId, { state: "stored" });
    await makeVerifyDue(policyId);
    const started = (await Promise.all([startVerifications(), startVerifications()])).flat();
    expect(started).toHaveLength(1);
    await untilState(started[0] ?? 0, "finished");
    const steps = await db().step.findMany({ where: { runId: started[0] ?? 0 }, orderBy: { position: "asc" } });
    expect(steps.map((step) => step.input)).toEqual([
      { policy: "database", which: "newest" },
      { policy: "database", which: "random-older" },
    ]);
    expect((await policyRow(policyId)).nextVerifyAt?.getTime()).toBeGreaterThan(Date.now());
  });

  it("are none while there is nothing to prove", async () => {
    const policyId = await on.createPolicy({ verification });
    await makeVerifyDue(policyId);
    expect(await startVerifications()).toEqual([]);
    expect((await policyRow(policyId)).nextVerifyAt?.getTime()).toBeGreaterThan(Date.now());
  });
});

it("looks through every target that is used once a day", async () => {
  await on.createPolicy();
  await db().backupTarget.update({ where: { id: OWN_DISK_TARGET }, data: { nextCheckAt: new Date(Date.now() - 1) } });
  const started = (await Promise.all([checkTargets(), checkTargets()])).flat();
  expect(started).toHaveLength(1);
  await untilState(started[0] ?? 0, "finished");
  expect(await checkTargets()).toEqual([]);
});

describe("the clock of overdue backups", () => {
  const makeOverdue = (id: string) => {
    const overdueAt = new Date(Date.now() - HOUR_MS);
    return db().backupPolicy.update({ where: { id }, data: { overdueAt } });
  };

  it("tells the owner and every database administrator once for each lapse, with any number of clocks", async () => {
    const policyId = await on.createPolicy();
    await makeOverdue(policyId);
    const runs = (await Promise.all([watchOverdue(), watchOverdue(), watchOverdue()])).flat();
    expect(runs).toHaveLength(2);
    expect(await watchOverdue()).toEqual([]);
    const steps = await db().step.findMany({ where: { runId: { in: runs } } });
    const readers = steps.map((step) => (step.input as { toUserId: string }).toUserId);
    expect(readers.toSorted()).toEqual([on.stage.actor.id, on.dba.id].toSorted());
    expect(await readOverdue(on.stage.actor)).toMatchObject([{ service: on.service.name, policy: "database" }]);
  });

  it("tells of the next lapse again", async () => {
    const policyId = await on.createPolicy();
    await makeOverdue(policyId);
    await watchOverdue();
    expect((await on.goRound(policyId)).state).toBe("succeeded");
    expect((await policyRow(policyId)).overdueAt?.getTime()).toBeGreaterThan(Date.now());
    expect(await readOverdue(on.stage.actor)).toEqual([]);
    expect(await watchOverdue()).toEqual([]);
    await makeOverdue(policyId);
    await db().backup.updateMany({ where: { policyId }, data: { state: "failed" } });
    expect(await watchOverdue()).toHaveLength(2);
  });

  it("a good backup moves it on, a failed one does not", async () => {
    const policyId = await on.createPolicy();
    const overdueAt = new Date(Date.now() + 1_000);
    await db().backupPolicy.update({ where: { id: policyId }, data: { overdueAt } });
    on.played.take = async () => ({ state: "failed", error: "the disk is full" });
    expect((await on.goRound(policyId)).state).toBe("failed");
    expect((await policyRow(policyId)).overdueAt).toEqual(overdueAt);
    on.played.take = async () => ({});
    await on.goRound(policyId);
    expect((await policyRow(policyId)).overdueAt?.getTime()).toBeGreaterThan(overdueAt.getTime());
  });
});

describe("services of before", () => {
  const giveAnswers = async (data: Record<string, unknown>) => {
    on.service = await createServiceRow(on.stage.actor.id);
    const identity = { name: on.service.name, purpose: "x", ownerId: on.stage.actor.id };
    const answers = fillAnswers({ identity, placement: { image: "demo/web:1" }, data });
    const kept = JSON.parse(JSON.stringify(answers));
    await db().answers.create({
      data: {
        serviceId: on.service.id,
        version: 1,
        answers: kept,
        hash: sha256(on.service.id),
        byId: on.stage.actor.id,
      },
    });
  };
  const policies = () => db().backupPolicy.findMany({ where: { serviceId: on.service.id }, orderBy: { name: "asc" } });

  it("get the policies that their answers mean, once, however many workers look", async () => {
    await giveAnswers({ database: "mariadb", filesFolder: true });
    await Promise.all([fillInPolicies(), fillInPolicies()]);
    const made = await policies();
    expect(made.map((row) => [row.name, row.kind, row.cron, row.targetId])).toEqual([
      ["database", "mariadb", "0 2 * * *", OWN_DISK_TARGET],
      ["files", "files", "0 2 * * *", OWN_DISK_TARGET],
    ]);
    expect(await findPolicyById(made[0]?.id ?? "")).toMatchObject({ source: sourceOf(on.service.name) });
    await db().backupPolicy.updateMany({
      where: { serviceId: on.service.id },
      data: { removedAt: new Date(), scope: null },
    });
    expect(await fillInPolicies()).toBe(0);
  });

  it("that keep nothing get none", async () => {
    await giveAnswers({ database: "none" });
    await fillInPolicies();
    expect(await policies()).toEqual([]);
  });
});
