import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { startDue, startVerifications } from "#lib/backups/commands/start-due.ts";
import { watchWaiting } from "#lib/backups/commands/watch-overdue.ts";
import { watchTargets } from "#lib/backups/commands/watch-targets.ts";
import { OWN_DISK_TARGET } from "#lib/backups/constants.ts";
import { pingSecretName } from "#lib/backups/queries/find-policy.ts";
import { listBoard } from "#lib/backups/queries/list-board.ts";
import { RUN_HOOKS } from "#lib/hooks/run-hooks.ts";
import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { AppError } from "#lib/platform/errors.ts";
import { retryRun } from "#lib/runs/commands/retry-run.ts";
import { until, untilState } from "#lib/runs/testing/stage.ts";
import { storeSecret } from "#lib/secrets/commands.ts";
import { createPoint } from "./testing/backup-rows.ts";
import { makeDue, policyRow, useBackupStage } from "./testing/backup-stage.ts";

const HOUR_MS = 3_600_000;

const on = useBackupStage("backupnews");

const backupsOf = (policyId: string) => db().backup.findMany({ where: { policyId }, orderBy: { startedAt: "asc" } });

describe("who hears of it", () => {
  it("of the first failure in a row, once each, and of the next row's first", async () => {
    const policyId = await on.createPolicy();
    on.played.take = async () => ({ state: "failed", error: "the disk is full" });
    await on.goRound(policyId);
    await on.goRound(policyId);
    expect(await on.mails("backup-failed")).toHaveLength(2);
    on.played.take = async () => ({});
    await on.goRound(policyId);
    on.played.take = async () => ({ state: "failed", error: "again" });
    await on.goRound(policyId);
    expect(await on.mails("backup-failed")).toHaveLength(4);
  });

  it("of a backup that waits for a person, too, and only once", async () => {
    const policyId = await on.createPolicy();
    on.played.take = async (ctx) => {
      await createPoint(policyId, { state: "failed", error: "There is no room left.", stepId: ctx.step.id });
      throw new AppError({ code: "disk.full", message: "There is no room left.", retry: "needs_person" });
    };
    await makeDue(policyId);
    const [runId = 0] = await startDue();
    await untilState(runId, ["waiting"]);
    expect(await on.mails("backup-failed")).toHaveLength(0);
    await Promise.all([watchWaiting(), watchWaiting()]);
    await watchWaiting();
    expect(await on.mails("backup-failed")).toHaveLength(2);
    await db().run.update({ where: { id: runId }, data: { state: "cancelled", exclusiveKey: null } });
  });

  it("of one that failed before it could write its row, which then has one: the board and the watcher hear of it too", async () => {
    const policyId = await on.createPolicy();
    const secret = { name: pingSecretName(policyId), value: "https://hc.example.org/ping/x", serviceId: null };
    await transaction((tx) => storeSecret(tx, secret));
    on.played.take = async () => {
      throw new AppError({ code: "backups.policy_unreadable", message: "It cannot be read.", retry: "permanent" });
    };
    await on.goRound(policyId);
    const [row] = await backupsOf(policyId);
    expect(row).toMatchObject({
      state: "failed",
      error: "It cannot be read.",
      trigger: "schedule",
      stepId: expect.any(Number),
    });
    expect(row?.dueAt).toBeInstanceOf(Date);
    expect(await on.mails("backup-failed")).toHaveLength(2);
    await until("the watcher to be told", async () => on.told.length === 2);
    expect(on.told.toSorted()).toEqual(["fail", "start"]);
    const board = await listBoard(on.stage.actor, { service: on.service.name });
    expect(board.rows).toMatchObject([{ lastBackup: { state: "failed", error: "It cannot be read." } }]);
  });

  it("of the same while it waits for a person, once; when it goes on and is taken, that is what counts", async () => {
    const policyId = await on.createPolicy();
    on.played.take = async () => {
      throw new AppError({ code: "backups.policy_unreadable", message: "It cannot be read.", retry: "needs_person" });
    };
    await makeDue(policyId);
    const [runId = 0] = await startDue();
    await untilState(runId, ["waiting"]);
    await Promise.all([watchWaiting(), watchWaiting(), watchWaiting()]);
    expect(await backupsOf(policyId)).toMatchObject([{ state: "failed", error: "It cannot be read." }]);
    expect(await on.mails("backup-failed")).toHaveLength(2);
    on.played.take = async () => ({});
    on.played.verify = async () => {
      throw new AppError({ code: "backups.scratch_died", message: "It was killed.", retry: "permanent" });
    };
    await retryRun(on.stage.actor, runId, RUN_HOOKS);
    expect(await untilState(runId, "finished")).toBe("failed");
    expect((await backupsOf(policyId)).map((row) => row.state)).toEqual(["failed", "stored"]);
    expect(await on.mails("backup-failed")).toHaveLength(2);
    expect(await on.mails("proofs-stopped")).toHaveLength(2);
  });

  it("of a stopped database as missed, not as failed", async () => {
    const policyId = await on.createPolicy();
    on.played.take = async () => ({ state: "missed", error: "The database is stopped." });
    await on.goRound(policyId);
    expect(await on.mails("backup-missed")).toHaveLength(2);
    expect(await on.mails("backup-failed")).toHaveLength(0);
  });

  it("of a point that was looked at and is not good, once for each look", async () => {
    const policyId = await on.createPolicy();
    on.played.verify = async (ctx) => {
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
    await on.goRound(policyId);
    expect(await on.mails("backup-disproved")).toHaveLength(2);
    expect(await on.mails("backup-failed")).toHaveLength(0);
  });

  it("of a size or a number of rows far from the usual, in words", async () => {
    const policyId = await on.createPolicy();
    const usual = { sizeBytes: 10_000_000, totalRows: 5_000 };
    for (let day = 10; day > 0; day--)
      await createPoint(policyId, { ...usual, startedAt: new Date(Date.now() - day * 24 * HOUR_MS) });
    on.played.take = async () => ({ sizeBytes: 11_000_000, totalRows: 5_100 });
    await on.goRound(policyId);
    expect((await backupsOf(policyId)).at(-1)?.anomaly).toBeNull();
    on.played.take = async () => ({ sizeBytes: 4_000_000, totalRows: 100 });
    await on.goRound(policyId);
    const last = (await backupsOf(policyId)).at(-1);
    expect(last?.anomaly).toContain("less than half of the usual 10");
    expect(last?.anomaly).toContain("rows: 100, less than half of the usual 5\u202f000");
    expect(await on.mails("backup-anomaly")).toHaveLength(2);
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
    await on.createPolicy();
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
    const policyId = await on.createPolicy();
    await watch(policyId);
    const before = (await policyRow(policyId)).overdueAt?.getTime() ?? 0;
    on.played.verify = async () => {
      throw noMemory();
    };
    await on.goRound(policyId);
    await on.goRound(policyId);
    expect((await policyRow(policyId)).overdueAt?.getTime()).toBeGreaterThanOrEqual(before);
    expect(await policyRow(policyId)).toMatchObject({
      unprovenSince: expect.any(Date),
      unprovenWhy: "It was killed. Raise it.",
    });
    expect(await on.mails("proofs-stopped")).toHaveLength(2);
    on.played.verify = answer(policyId, "counts", null);
    await on.goRound(policyId);
    expect(await policyRow(policyId)).toMatchObject({ unprovenSince: null, unprovenWhy: null });
    on.played.verify = async () => {
      throw noMemory();
    };
    await on.goRound(policyId);
    expect(await on.mails("proofs-stopped")).toHaveLength(4);
    expect(await on.mails("backup-failed")).toHaveLength(0);
  });

  it("short of it are told, and no success to the watcher, where earlier points were proven", async () => {
    const policyId = await on.createPolicy();
    await watch(policyId);
    on.played.verify = answer(policyId, "decode", "The panel has no identity that opens it.");
    expect((await on.goRound(policyId)).state).toBe("succeeded");
    await until("the watcher to be told", async () => on.told.length === 2);
    expect(on.told.toSorted()).toEqual(["start", "success"]);
    expect(await on.mails("proofs-stopped")).toHaveLength(0);
    await createPoint(policyId, { startedAt: new Date(Date.now() - HOUR_MS) });
    expect((await on.goRound(policyId)).state).toBe("succeeded");
    await until("the watcher to be told", async () => on.told.length === 4);
    expect(on.told.toSorted()).toEqual(["fail", "start", "start", "success"]);
    expect(await on.mails("proofs-stopped")).toHaveLength(2);
    expect((await policyRow(policyId)).unprovenWhy).toBe("The panel has no identity that opens it.");
  });

  it("on a schedule are told, to the watcher too", async () => {
    const policyId = await on.createPolicy({ verification });
    await watch(policyId);
    await createPoint(policyId, { startedAt: new Date(Date.now() - HOUR_MS) });
    on.played.verify = async () => {
      throw noMemory();
    };
    await goProve(policyId);
    await goProve(policyId);
    await until("the watcher to be told", async () => on.told.length === 2);
    expect(on.told).toEqual(["fail", "fail"]);
    expect(await on.mails("proofs-stopped")).toHaveLength(2);
    on.played.verify = answer(policyId, "counts", null);
    await goProve(policyId);
    expect((await policyRow(policyId)).unprovenSince).toBeNull();
  });

  it("for a person are told while they wait, and not any more once a later one has succeeded", async () => {
    const policyId = await on.createPolicy({ verification });
    await createPoint(policyId, { startedAt: new Date(Date.now() - HOUR_MS) });
    on.played.verify = async () => {
      throw new AppError({ code: "secrets.missing", message: "no key", retry: "needs_person" });
    };
    const waiting = await goProve(policyId, ["waiting"]);
    await Promise.all([watchWaiting(), watchWaiting()]);
    expect(await on.mails("proofs-stopped")).toHaveLength(2);
    on.played.verify = async (ctx) => {
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
    const policyId = await on.createPolicy();
    const secret = { name: pingSecretName(policyId), value: "https://hc.example.org/ping/x", serviceId: null };
    await transaction((tx) => storeSecret(tx, secret));
    await on.goRound(policyId);
    await until("the watcher to be told", async () => on.told.length === 2);
    expect(on.told.toSorted()).toEqual(["start", "success"]);
    on.played.take = async () => ({ state: "failed", error: "no" });
    await on.goRound(policyId);
    await until("the watcher to be told", async () => on.told.length === 4);
    expect(on.told.toSorted()).toEqual(["fail", "start", "start", "success"]);
  });

  it("is not told where there is none", async () => {
    const policyId = await on.createPolicy();
    await on.goRound(policyId);
    expect(await db().run.count({ where: { serviceId: on.service.id, checklistKey: "backup-ping" } })).toBe(0);
  });
});
