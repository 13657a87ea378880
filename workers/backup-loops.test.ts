import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { checkTargets } from "#lib/backups/commands/check-targets.ts";
import { fillInPolicies } from "#lib/backups/commands/fill-in-policies.ts";
import { startDue, startVerifications } from "#lib/backups/commands/start-due.ts";
import { watchOverdue, watchWaiting } from "#lib/backups/commands/watch-overdue.ts";
import { watchTargets } from "#lib/backups/commands/watch-targets.ts";
import { OWN_DISK_TARGET } from "#lib/backups/constants.ts";
import { findPolicyById, pingSecretName } from "#lib/backups/queries/find-policy.ts";
import { readOverdue } from "#lib/backups/queries/read-overdue.ts";
import { sourceKey } from "#lib/backups/sources/source-key.ts";
import { RUN_HOOKS } from "#lib/hooks/run-hooks.ts";
import { sha256 } from "#lib/platform/crypto.ts";
import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { AppError } from "#lib/platform/errors.ts";
import { openStage, type Stage, startRun, testStep, until, untilState } from "#lib/runs/testing/stage.ts";
import { storeSecret } from "#lib/secrets/commands.ts";
import { fillAnswers } from "#lib/services/schema/answers.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { createPoint, createPolicyRow, createServiceRow, sourceOf } from "./testing/backup-rows.ts";

const HOUR_MS = 3_600_000;

let stage: Stage;
let dba: { id: string };
let service: { id: string; name: string };
/** What the next take does besides making its row. */
let take: (ctx: StepContext) => Promise<{ state?: string; sizeBytes?: number; totalRows?: number; error?: string }>;
let verify: (ctx: StepContext) => Promise<unknown>;
const told: string[] = [];

/** Makes the row that a real one would have made, good or bad, in the step's own name. */
async function playTake(input: Record<string, unknown>, ctx: StepContext) {
  const scope = `${ctx.service?.id ?? "panel"}/production/${String(input.policy)}`;
  const { id: policyId } = await db().backupPolicy.findUniqueOrThrow({ where: { scope } });
  const played = await take(ctx);
  const state = played.state ?? "stored";
  const { id } = await createPoint(policyId, { ...played, state, stepId: ctx.step.id });
  if (state === "failed" || state === "missed")
    throw new AppError({ code: "backups.test", message: played.error ?? "no", retry: "permanent" });
  return { backupId: id };
}

beforeAll(async () => {
  stage = await openStage("backuploops");
  const steps = [
    testStep("backups.take", playTake),
    testStep("backups.verify", async (_input, ctx) => verify(ctx)),
    testStep("backups.prune", async () => ({})),
    testStep("backups.reconcile", async () => ({})),
    testStep("backups.ping", async (input) => void told.push(String(input.says))),
    testStep("notifications.mail", async () => ({})),
  ];
  await stage.startEngine(steps, { hooks: RUN_HOOKS });
  dba = await stage.addActor("dba", "Dana Dba");
});
afterAll(() => stage.close());
afterEach(async () => {
  await until("every run to end", async () => {
    const active = await db().run.count({ where: { state: { in: ["pending", "running"] } } });
    return active === 0;
  });
  await db().verification.deleteMany();
  await db().backup.deleteMany();
  await db().backupPolicy.deleteMany();
  told.length = 0;
});

async function createPolicy(settings: Parameters<typeof createPolicyRow>[1] = {}): Promise<string> {
  take = async () => ({});
  verify = async () => {};
  service = await createServiceRow(stage.actor.id);
  return createPolicyRow(service, settings);
}
const policyRow = (id: string) => db().backupPolicy.findUniqueOrThrow({ where: { id } });
const makeDue = (id: string, agoMs = 1) =>
  db().backupPolicy.update({ where: { id }, data: { nextAt: new Date(Date.now() - agoMs) } });
const backupsOf = (policyId: string) => db().backup.findMany({ where: { policyId }, orderBy: { startedAt: "asc" } });
/** Mails of a kind about a service, whoever they are for. */
const mails = (template: string) =>
  db().run.findMany({ where: { serviceId: service.id, startKey: { startsWith: `${template}:` } } });
const runsOf = (policyId: string) => db().run.findMany({ where: { startKey: { startsWith: `backup:${policyId}` } } });

/** One backup from being due to its end. */
async function goRound(policyId: string) {
  await makeDue(policyId);
  const [runId = 0] = await startDue();
  return { runId, state: await untilState(runId, "finished") };
}

describe("the loop of backups", () => {
  it("starts each backup once, however many workers look at the same moment", async () => {
    const policyId = await createPolicy();
    await makeDue(policyId);
    const started = (await Promise.all([startDue(), startDue(), startDue(), startDue()])).flat();
    expect(started).toHaveLength(1);
    expect(await runsOf(policyId)).toMatchObject([{ id: started[0], requestedById: null, serviceId: service.id }]);
    await untilState(started[0] ?? 0, "finished");
    expect((await policyRow(policyId)).nextAt?.getTime()).toBeGreaterThan(Date.now());
    expect(await startDue()).toEqual([]);
  });

  it("makes up once for the times that nobody was there for, and has a row for each of them", async () => {
    const policyId = await createPolicy({ cron: "0 * * * *", jitterMinutes: 0 });
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
    expect(await mails("backup-missed")).toHaveLength(2);
  });

  it("waits while another run reads or replaces the same data, and does not pile up", async () => {
    const policyId = await createPolicy({ cron: "0 * * * *", jitterMinutes: 0 });
    const hour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
    await db().backupPolicy.update({ where: { id: policyId }, data: { nextAt: new Date(hour - 2 * HOUR_MS) } });
    const exclusiveKey = sourceKey(sourceOf(service.name));
    const steps = [{ key: "x", name: "manual", title: "x", input: {}, dependsOn: [], role: "staff" as const }];
    const { runId } = await startRun(stage.actor, steps, { exclusiveKey });
    expect(await startDue()).toEqual([]);
    expect(await startDue()).toEqual([]);
    expect(await runsOf(policyId)).toEqual([]);
    const missed = await backupsOf(policyId);
    expect(missed.map((row) => row.state)).toEqual(["missed", "missed"]);
    expect(missed[0]?.error).toContain(`Run ${runId} (Test run) was still at work`);
    await db().run.update({ where: { id: runId }, data: { exclusiveKey: null, state: "cancelled" } });
    const [started = 0] = await startDue();
    await untilState(started, "finished");
    expect((await backupsOf(policyId)).map((row) => row.state)).toEqual(["missed", "missed", "stored"]);
  });

  it("goes on past a backup that waits for a person", async () => {
    const policyId = await createPolicy();
    take = async () => {
      throw new AppError({ code: "secrets.missing", message: "no password", retry: "needs_person" });
    };
    await makeDue(policyId);
    const [waiting = 0] = await startDue();
    await untilState(waiting, ["waiting"]);
    take = async () => ({});
    expect((await goRound(policyId)).state).toBe("succeeded");
    await db().run.update({ where: { id: waiting }, data: { state: "cancelled" } });
  });

  it("leaves alone what is switched off, removed, only asked for, or of a service that is gone", async () => {
    const off = await createPolicy({ enabled: false });
    expect((await policyRow(off)).nextAt).toBeNull();
    await makeDue(off);
    const removed = await createPolicy();
    await db().backupPolicy.update({ where: { id: removed }, data: { removedAt: new Date() } });
    await makeDue(removed);
    const gone = await createPolicy();
    await db().service.update({ where: { id: service.id }, data: { state: "retired" } });
    await makeDue(gone);
    const asked = await createPolicy({ cron: null });
    expect(await policyRow(asked)).toMatchObject({ nextAt: null, overdueAt: null });
    expect(await startDue()).toEqual([]);
  });

  it("one policy that cannot be read keeps no other from its backup", async () => {
    const broken = await createPolicy();
    await db().backupPolicy.update({ where: { id: broken }, data: { retention: {} } });
    await makeDue(broken, 10_000);
    const policyId = await createPolicy();
    expect((await goRound(policyId)).state).toBe("succeeded");
  });
});

describe("proofs on a schedule", () => {
  const verification = { restoreEach: false, cron: "30 2 * * *", randomOlder: true, smoke: null };
  const makeVerifyDue = (id: string) =>
    db().backupPolicy.update({ where: { id }, data: { nextVerifyAt: new Date(Date.now() - 1) } });

  it("are of the newest point and a random older one, once", async () => {
    const policyId = await createPolicy({ verification });
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
    const policyId = await createPolicy({ verification });
    await makeVerifyDue(policyId);
    expect(await startVerifications()).toEqual([]);
    expect((await policyRow(policyId)).nextVerifyAt?.getTime()).toBeGreaterThan(Date.now());
  });
});

it("looks through every target that is used once a day", async () => {
  await createPolicy();
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
    const policyId = await createPolicy();
    await makeOverdue(policyId);
    const runs = (await Promise.all([watchOverdue(), watchOverdue(), watchOverdue()])).flat();
    expect(runs).toHaveLength(2);
    expect(await watchOverdue()).toEqual([]);
    const steps = await db().step.findMany({ where: { runId: { in: runs } } });
    const readers = steps.map((step) => (step.input as { toUserId: string }).toUserId);
    expect(readers.toSorted()).toEqual([stage.actor.id, dba.id].toSorted());
    expect(await readOverdue(stage.actor)).toMatchObject([{ service: service.name, policy: "database" }]);
  });

  it("tells of the next lapse again", async () => {
    const policyId = await createPolicy();
    await makeOverdue(policyId);
    await watchOverdue();
    expect((await goRound(policyId)).state).toBe("succeeded");
    expect((await policyRow(policyId)).overdueAt?.getTime()).toBeGreaterThan(Date.now());
    expect(await readOverdue(stage.actor)).toEqual([]);
    expect(await watchOverdue()).toEqual([]);
    await makeOverdue(policyId);
    await db().backup.updateMany({ where: { policyId }, data: { state: "failed" } });
    expect(await watchOverdue()).toHaveLength(2);
  });

  it("a good backup moves it on, a failed one does not", async () => {
    const policyId = await createPolicy();
    const overdueAt = new Date(Date.now() + 1_000);
    await db().backupPolicy.update({ where: { id: policyId }, data: { overdueAt } });
    take = async () => ({ state: "failed", error: "the disk is full" });
    expect((await goRound(policyId)).state).toBe("failed");
    expect((await policyRow(policyId)).overdueAt).toEqual(overdueAt);
    take = async () => ({});
    await goRound(policyId);
    expect((await policyRow(policyId)).overdueAt?.getTime()).toBeGreaterThan(overdueAt.getTime());
  });
});

describe("who hears of it", () => {
  it("of the first failure in a row, once each, and of the next row's first", async () => {
    const policyId = await createPolicy();
    take = async () => ({ state: "failed", error: "the disk is full" });
    await goRound(policyId);
    await goRound(policyId);
    expect(await mails("backup-failed")).toHaveLength(2);
    take = async () => ({});
    await goRound(policyId);
    take = async () => ({ state: "failed", error: "again" });
    await goRound(policyId);
    expect(await mails("backup-failed")).toHaveLength(4);
  });

  it("of a backup that waits for a person, too, and only once", async () => {
    const policyId = await createPolicy();
    take = async (ctx) => {
      await createPoint(policyId, { state: "failed", error: "There is no room left.", stepId: ctx.step.id });
      throw new AppError({ code: "disk.full", message: "There is no room left.", retry: "needs_person" });
    };
    await makeDue(policyId);
    const [runId = 0] = await startDue();
    await untilState(runId, ["waiting"]);
    expect(await mails("backup-failed")).toHaveLength(0);
    await Promise.all([watchWaiting(), watchWaiting()]);
    await watchWaiting();
    expect(await mails("backup-failed")).toHaveLength(2);
    await db().run.update({ where: { id: runId }, data: { state: "cancelled", exclusiveKey: null } });
  });

  it("of a stopped database as missed, not as failed", async () => {
    const policyId = await createPolicy();
    take = async () => ({ state: "missed", error: "The database is stopped." });
    await goRound(policyId);
    expect(await mails("backup-missed")).toHaveLength(2);
    expect(await mails("backup-failed")).toHaveLength(0);
  });

  it("of a point that was looked at and is not good, once for each look", async () => {
    const policyId = await createPolicy();
    verify = async (ctx) => {
      const step = await db().step.findUniqueOrThrow({ where: { id: ctx.step.id }, select: { runId: true } });
      const taken = await db().step.findFirstOrThrow({ where: { runId: step.runId, name: "backups.take" } });
      const row = await db().backup.findFirstOrThrow({ where: { stepId: taken.id } });
      await db().backup.update({ where: { id: row.id }, data: { state: "failed", error: "rows differ" } });
      await db().verification.create({
        data: {
          ...{ id: randomUUID(), backupId: row.id, level: "counts", ok: false, durationMs: 1, stepId: ctx.step.id },
          report: { summary: "3 rows of notes are missing" },
        },
      });
      throw new AppError({ code: "backups.disproved", message: "rows differ", retry: "permanent" });
    };
    await goRound(policyId);
    expect(await mails("backup-disproved")).toHaveLength(2);
    expect(await mails("backup-failed")).toHaveLength(0);
  });

  it("of a size or a number of rows far from the usual, in words", async () => {
    const policyId = await createPolicy();
    const usual = { sizeBytes: 10_000_000, totalRows: 5_000 };
    for (let day = 10; day > 0; day--)
      await createPoint(policyId, { ...usual, startedAt: new Date(Date.now() - day * 24 * HOUR_MS) });
    take = async () => ({ sizeBytes: 11_000_000, totalRows: 5_100 });
    await goRound(policyId);
    expect((await backupsOf(policyId)).at(-1)?.anomaly).toBeNull();
    take = async () => ({ sizeBytes: 4_000_000, totalRows: 100 });
    await goRound(policyId);
    const last = (await backupsOf(policyId)).at(-1);
    expect(last?.anomaly).toContain("less than half of the usual 10");
    expect(last?.anomaly).toContain("rows: 100, less than half of the usual 5,000");
    expect(await mails("backup-anomaly")).toHaveLength(2);
  });
});

describe("a target that cannot be used", () => {
  const fail = (minutes: number) =>
    db().backupTarget.update({
      where: { id: OWN_DISK_TARGET },
      data: { state: "failing", error: "no", failingSince: new Date(Date.now() - minutes * 60_000) },
    });
  const targetMails = () => db().run.count({ where: { startKey: { startsWith: "target-failing:" } } });

  it("is told once to who looks after data, when it lasts and something hangs on it, and anew when it fails again", async () => {
    await fail(20);
    expect(await watchTargets()).toEqual([]);
    await createPolicy();
    await fail(1);
    expect(await watchTargets()).toEqual([]);
    await fail(20);
    expect((await Promise.all([watchTargets(), watchTargets()])).flat()).toHaveLength(1);
    expect(await watchTargets()).toEqual([]);
    await db().backupTarget.update({ where: { id: OWN_DISK_TARGET }, data: { state: "ok", failingSince: null } });
    expect(await watchTargets()).toEqual([]);
    await fail(15);
    expect(await watchTargets()).toHaveLength(1);
    expect(await targetMails()).toBe(2);
    await db().backupTarget.update({ where: { id: OWN_DISK_TARGET }, data: { state: "ok", failingSince: null } });
  });
});

describe("proofs that stop", () => {
  const verification = { restoreEach: false, cron: "30 2 * * *", randomOlder: false, smoke: null };
  const noMemory = () =>
    new AppError({ code: "backups.scratch_died", message: "It was killed.", advice: "Raise it.", retry: "permanent" });
  /** What a verify step says of the policy's newest point. */
  const answer = (policyId: string, proven: string | null, stopped: string | null) => async () => {
    const newest = await db().backup.findFirstOrThrow({ where: { policyId }, orderBy: { startedAt: "desc" } });
    if (proven && !stopped)
      await db().backup.update({ where: { id: newest.id }, data: { state: "verified", proven, provenAt: new Date() } });
    return { backupId: newest.id, proven, restoreMs: 1, stopped };
  };
  const watch = (policyId: string) =>
    transaction((tx) =>
      storeSecret(tx, { name: pingSecretName(policyId), value: "https://hc.example.org/ping/x", serviceId: null }),
    );
  /** One proof from being due to its end. */
  async function goProve(policyId: string, end: Parameters<typeof untilState>[1] = "finished") {
    await db().backupPolicy.update({ where: { id: policyId }, data: { nextVerifyAt: new Date(Date.now() - 1) } });
    const [runId = 0] = await startVerifications();
    await untilState(runId, end);
    return runId;
  }

  it("for reasons of their own are told once, though the backup counts, and again once one has succeeded", async () => {
    const policyId = await createPolicy();
    await watch(policyId);
    const before = (await policyRow(policyId)).overdueAt?.getTime() ?? 0;
    verify = async () => {
      throw noMemory();
    };
    await goRound(policyId);
    await goRound(policyId);
    expect((await policyRow(policyId)).overdueAt?.getTime()).toBeGreaterThanOrEqual(before);
    expect(await policyRow(policyId)).toMatchObject({
      unprovenSince: expect.any(Date),
      unprovenWhy: "It was killed. Raise it.",
    });
    expect(await mails("proofs-stopped")).toHaveLength(2);
    verify = answer(policyId, "counts", null);
    await goRound(policyId);
    expect(await policyRow(policyId)).toMatchObject({ unprovenSince: null, unprovenWhy: null });
    verify = async () => {
      throw noMemory();
    };
    await goRound(policyId);
    expect(await mails("proofs-stopped")).toHaveLength(4);
    expect(await mails("backup-failed")).toHaveLength(0);
  });

  it("short of it are told, and no success to the watcher, where earlier points were proven", async () => {
    const policyId = await createPolicy();
    await watch(policyId);
    verify = answer(policyId, "decode", "The panel has no identity that opens it.");
    expect((await goRound(policyId)).state).toBe("succeeded");
    await until("the watcher to be told", async () => told.length === 2);
    expect(told.toSorted()).toEqual(["start", "success"]);
    expect(await mails("proofs-stopped")).toHaveLength(0);
    await createPoint(policyId, { startedAt: new Date(Date.now() - HOUR_MS) });
    expect((await goRound(policyId)).state).toBe("succeeded");
    await until("the watcher to be told", async () => told.length === 4);
    expect(told.toSorted()).toEqual(["fail", "start", "start", "success"]);
    expect(await mails("proofs-stopped")).toHaveLength(2);
    expect((await policyRow(policyId)).unprovenWhy).toBe("The panel has no identity that opens it.");
  });

  it("on a schedule are told, to the watcher too", async () => {
    const policyId = await createPolicy({ verification });
    await watch(policyId);
    await createPoint(policyId, { startedAt: new Date(Date.now() - HOUR_MS) });
    verify = async () => {
      throw noMemory();
    };
    await goProve(policyId);
    await goProve(policyId);
    await until("the watcher to be told", async () => told.length === 2);
    expect(told).toEqual(["fail", "fail"]);
    expect(await mails("proofs-stopped")).toHaveLength(2);
    verify = answer(policyId, "counts", null);
    await goProve(policyId);
    expect((await policyRow(policyId)).unprovenSince).toBeNull();
  });

  it("for a person are told while they wait, and not any more once a later one has succeeded", async () => {
    const policyId = await createPolicy({ verification });
    await createPoint(policyId, { startedAt: new Date(Date.now() - HOUR_MS) });
    verify = async () => {
      throw new AppError({ code: "secrets.missing", message: "no key", retry: "needs_person" });
    };
    const waiting = await goProve(policyId, ["waiting"]);
    await Promise.all([watchWaiting(), watchWaiting()]);
    expect(await mails("proofs-stopped")).toHaveLength(2);
    verify = async (ctx) => {
      const proven = await answer(policyId, "counts", null)();
      const look = { level: "counts", ok: true, durationMs: 1, report: {}, stepId: ctx.step.id };
      await db().verification.create({ data: { ...look, id: randomUUID(), backupId: proven.backupId } });
      return proven;
    };
    await goProve(policyId);
    await watchWaiting();
    expect((await policyRow(policyId)).unprovenSince).toBeNull();
    await db().run.update({ where: { id: waiting }, data: { state: "cancelled", exclusiveKey: null } });
  });
});

describe("a watcher outside", () => {
  it("hears that it begins and how it ended", async () => {
    const policyId = await createPolicy();
    const secret = { name: pingSecretName(policyId), value: "https://hc.example.org/ping/x", serviceId: null };
    await transaction((tx) => storeSecret(tx, secret));
    await goRound(policyId);
    await until("the watcher to be told", async () => told.length === 2);
    expect(told.toSorted()).toEqual(["start", "success"]);
    take = async () => ({ state: "failed", error: "no" });
    await goRound(policyId);
    await until("the watcher to be told", async () => told.length === 4);
    expect(told.toSorted()).toEqual(["fail", "start", "start", "success"]);
  });

  it("is not told where there is none", async () => {
    const policyId = await createPolicy();
    await goRound(policyId);
    expect(await db().run.count({ where: { serviceId: service.id, checklistKey: "backup-ping" } })).toBe(0);
  });
});

describe("services of before", () => {
  const giveAnswers = async (data: Record<string, unknown>) => {
    service = await createServiceRow(stage.actor.id);
    const identity = { name: service.name, purpose: "x", ownerId: stage.actor.id };
    const answers = fillAnswers({ identity, placement: { image: "demo/web:1" }, data });
    const kept = JSON.parse(JSON.stringify(answers));
    await db().answers.create({
      data: { serviceId: service.id, version: 1, answers: kept, hash: sha256(service.id), byId: stage.actor.id },
    });
  };
  const policies = () => db().backupPolicy.findMany({ where: { serviceId: service.id }, orderBy: { name: "asc" } });

  it("get the policies that their answers mean, once, however many workers look", async () => {
    await giveAnswers({ database: "mariadb", filesFolder: true });
    await Promise.all([fillInPolicies(), fillInPolicies()]);
    const made = await policies();
    expect(made.map((row) => [row.name, row.kind, row.cron, row.targetId])).toEqual([
      ["database", "mariadb", "0 2 * * *", OWN_DISK_TARGET],
      ["files", "files", "0 2 * * *", OWN_DISK_TARGET],
    ]);
    expect(await findPolicyById(made[0]?.id ?? "")).toMatchObject({ source: sourceOf(service.name) });
    await db().backupPolicy.updateMany({
      where: { serviceId: service.id },
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
