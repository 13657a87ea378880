import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { AppError } from "#lib/platform/errors.ts";
import { assertStillMay } from "../assert-still-may.ts";
import { getRun } from "../queries/get-run.ts";
import { ringRun } from "../ring.ts";
import {
  compiled,
  openStage,
  readSteps,
  type Stage,
  startRun,
  type TestActor,
  testStep,
  until,
  untilState,
} from "../testing/stage.ts";
import type { RunHook } from "../types.ts";
import { cancelRun } from "./cancel-run.ts";
import { confirmStep } from "./confirm-step.ts";
import { createRun } from "./create-run.ts";
import { retryRun } from "./retry-run.ts";
import { undoRun } from "./undo-run.ts";

let stage: Stage;
let viewer: TestActor;
let broken = true;
const undone: string[] = [];
const outside = new Set<string>();
const told: string[] = [];
const hook: RunHook = async (_tx, run) => void told.push(`${run.id} ${run.mode} ${run.state}`);

const steps = [
  testStep("test.note", async (_input, ctx) => ({ key: ctx.step.key })),
  testStep("test.breaks", async () => {
    if (broken) throw new AppError({ code: "test.broken", message: "It is broken." });
  }),
  testStep("test.guarded", (_input, ctx) => assertStillMay(ctx.run.requestedById, "backups.remove")),
  testStep("test.hang", async (_input, ctx) => {
    for (;;) {
      await ctx.guard();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }),
  testStep(
    "test.make",
    async (_input, ctx) => {
      const id = `${ctx.run.id}-${ctx.step.key}`;
      await ctx.ledger.plan({ kind: "thing", providerId: id, name: id });
      outside.add(id);
      await ctx.ledger.record({ kind: "thing", providerId: id, name: id });
    },
    {
      undo: async (resources, _input, ctx) => {
        for (const { kind, providerId } of resources) {
          undone.push(providerId);
          // The first try forgets to say so: the engine must not believe that it is gone.
          if (ctx.attempt.number === 1 && ctx.step.key === "b") continue;
          outside.delete(providerId);
          await ctx.ledger.gone(kind, providerId);
        }
      },
    },
  ),
];

beforeAll(async () => {
  stage = await openStage("commands");
  viewer = await stage.addActor("viewer", "Vera Viewer");
  await stage.startEngine(steps, { hooks: [hook] });
});
afterAll(() => stage.close());

const one = (name: string) => [compiled("a", name)];

describe("starting", () => {
  it("makes one run of two starts with one key at the same moment", async () => {
    const start = () => startRun(stage.actor, one("test.note"), { startKey: "twice" });
    const started = await Promise.all([start(), start(), start(), start()]);
    expect(new Set(started.map((run) => run.runId)).size).toBe(1);
    expect(started.filter((run) => run.created)).toHaveLength(1);
    await untilState(started[0]?.runId ?? 0, "finished");
    expect((await readSteps(started[0]?.runId ?? 0)).get("a")?.attemptLog).toHaveLength(1);
  });

  it("refuses a second run of a service while one is active, naming it", async () => {
    const first = await startRun(stage.actor, one("manual"), { exclusiveKey: "service:x" });
    await expect(startRun(stage.actor, one("test.note"), { exclusiveKey: "service:x" })).rejects.toMatchObject({
      code: "run.active",
      status: 409,
      message: expect.stringContaining(`Run ${first.runId}`) as string,
    });
    await cancelRun(stage.actor, first.runId, [hook]);
    expect((await startRun(stage.actor, one("test.note"), { exclusiveKey: "service:x" })).created).toBe(true);
  });

  it.each([
    [
      "a circle",
      [compiled("a", "test.note", ["b"]), compiled("b", "test.note", ["a"])],
      /wait for each other: a → b → a/,
    ],
    ["a missing dependency", [compiled("a", "test.note", ["zz"])], /waits for "zz"/],
    ["a key twice", [compiled("a", "test.note"), compiled("a", "test.note")], /two steps with the key "a"/],
    ["an unknown step", [compiled("a", "no.such")], /"no.such"/],
    ["no steps", [], /nothing to do/],
  ])("refuses a checklist with %s and leaves nothing behind", async (_what, checklist, message) => {
    const before = await db().run.count();
    await expect(startRun(stage.actor, checklist)).rejects.toThrow(message);
    expect(await db().run.count()).toBe(before);
  });

  it("leaves nothing behind when the caller's transaction fails", async () => {
    const failing = transaction(async (tx) => {
      await createRun(tx, stage.actor, {
        mode: "apply",
        checklist: { key: "test", version: 1 },
        title: "Never",
        serviceId: null,
        environment: null,
        startKey: "never",
        steps: one("test.note"),
      });
      throw new Error("changed my mind");
    });
    await expect(failing).rejects.toThrow("changed my mind");
    expect(await db().run.findUnique({ where: { startKey: "never" } })).toBeNull();
  });

  it("goes past skipped steps and says why they are", async () => {
    const { runId } = await startRun(stage.actor, [
      compiled("s", "test.breaks", [], { skipReason: "This service has no database." }),
      compiled("a", "test.note", ["s"]),
    ]);
    expect(await untilState(runId, "finished")).toBe("succeeded");
    const view = await getRun(viewer, runId);
    expect(view.steps.map((step) => [step.key, step.state, step.skipReason])).toEqual([
      ["s", "skipped", "This service has no database."],
      ["a", "succeeded", null],
    ]);
    expect([view.stepsDone, view.stepsTotal]).toEqual([2, 2]);
  });
});

describe("retrying", () => {
  it("goes on from the failed step, keeps the old tries, and tells the hooks both times", async () => {
    broken = true;
    const { runId } = await startRun(
      stage.actor,
      [compiled("a", "test.note"), compiled("b", "test.breaks", ["a"]), compiled("c", "test.note", ["b"])],
      { exclusiveKey: "service:retry" },
    );
    expect(await untilState(runId, "finished")).toBe("failed");
    expect((await getRun(stage.actor, runId)).may).toMatchObject({ retry: true, cancel: true });
    expect((await getRun(viewer, runId)).may).toMatchObject({
      retry: false,
      cancel: false,
      undo: false,
      confirm: false,
    });
    broken = false;
    await retryRun(stage.actor, runId, [hook]);
    expect(await untilState(runId, "finished")).toBe("succeeded");
    const done = await readSteps(runId);
    expect(done.get("a")?.attemptLog).toHaveLength(1);
    expect(done.get("b")?.attemptLog.map((attempt) => attempt.state)).toEqual(["failed", "succeeded"]);
    expect(told.filter((line) => line.startsWith(`${runId} `))).toEqual([
      `${runId} apply failed`,
      `${runId} apply running`,
      `${runId} apply succeeded`,
    ]);
    await expect(retryRun(stage.actor, runId, [])).rejects.toMatchObject({ code: "runs.nothing_to_retry" });
  });

  it("is refused to a viewer", async () => {
    await expect(retryRun(viewer, 1, [])).rejects.toMatchObject({ status: 403 });
  });
});

describe("who asked", () => {
  it("is asked again before a step acts: a disabled person's run waits, and goes on in the name of who retries", async () => {
    const leaver = await stage.addActor("staff", "Lee Leaver");
    await db().user.update({ where: { id: leaver.id }, data: { disabledAt: new Date() } });
    const { runId } = await startRun(leaver, one("test.note"));
    expect(await untilState(runId, ["waiting"])).toBe("waiting");
    expect((await readSteps(runId)).get("a")?.error).toMatchObject({ code: "runs.not_allowed" });
    await retryRun(stage.actor, runId, []);
    expect(await untilState(runId, "finished")).toBe("succeeded");
    expect((await getRun(stage.actor, runId)).requestedBy?.id).toBe(stage.actor.id);
  });

  it("is another one after a retry of a step that its requester was refused though the run was theirs", async () => {
    const manager = await stage.addActor("manager", "Max Manager");
    const { runId } = await startRun(stage.actor, one("test.guarded"));
    expect(await untilState(runId, ["waiting"])).toBe("waiting");
    expect((await readSteps(runId)).get("a")?.error).toMatchObject({ code: "runs.not_allowed" });
    await retryRun(manager, runId, []);
    expect(await untilState(runId, ["waiting"])).toBe("waiting");
    const admin = await stage.addActor("admin", "Ada Admin");
    await retryRun(admin, runId, []);
    expect(await untilState(runId, "finished")).toBe("succeeded");
    expect((await getRun(stage.actor, runId)).requestedBy?.id).toBe(admin.id);
  });
});

describe("cancelling", () => {
  it("stops what runs, never begins what waits, and says who did it", async () => {
    const { runId } = await startRun(stage.actor, [compiled("a", "test.hang"), compiled("b", "test.note", ["a"])]);
    await until("the step to run", async () => (await readSteps(runId)).get("a")?.state === "running");
    await cancelRun(stage.actor, runId, [hook]);
    // Before the engine would give up one that does not listen.
    expect(await untilState(runId, "finished", 5_000)).toBe("cancelled");
    const view = await getRun(stage.actor, runId);
    expect(view.steps.map((step) => step.state)).toEqual(["cancelled", "cancelled"]);
    expect(view.cancelledBy?.name).toBe("Olive Owner");
    await expect(retryRun(stage.actor, runId, [])).rejects.toMatchObject({ code: "runs.cancelled" });
  });
});

describe("a manual step", () => {
  it("waits for its role, with a note, and lets the rest go on", async () => {
    const { runId } = await startRun(stage.actor, [
      compiled("tick", "manual", [], { role: "dba" }),
      compiled("after", "test.note", ["tick"]),
    ]);
    const stepId = (await readSteps(runId)).get("tick")?.id ?? 0;
    const dba = await stage.addActor("dba", "Dana Dba");
    await expect(confirmStep(stage.actor, stepId, { note: "done" }, [])).rejects.toMatchObject({ status: 403 });
    await expect(confirmStep(dba, stepId, { note: "  " }, [])).rejects.toMatchObject({ status: 422 });
    await confirmStep(dba, stepId, { note: "I looked, it is right." }, [hook]);
    await expect(confirmStep(dba, stepId, { note: "again" }, [])).rejects.toMatchObject({ code: "runs.confirmed" });
    expect(await untilState(runId, "finished")).toBe("succeeded");
    const tick = (await getRun(viewer, runId)).steps.find((step) => step.key === "tick");
    expect([tick?.confirmedBy?.name, tick?.note]).toEqual(["Dana Dba", "I looked, it is right."]);
  });
});

describe("undoing", () => {
  it("takes away what was made, the last first, and is done only when all of it is gone", async () => {
    const { runId } = await startRun(stage.actor, [
      compiled("a", "test.make"),
      compiled("plain", "test.note", ["a"]),
      compiled("b", "test.make", ["plain"]),
      compiled("c", "test.make", ["b"]),
    ]);
    await untilState(runId, "finished");
    expect((await getRun(stage.actor, runId)).may.undo).toBe(true);
    const [undo, second] = await Promise.all([
      undoRun(stage.actor, runId, [hook]),
      undoRun(stage.actor, runId, [hook]),
    ]);
    expect(second.runId).toBe(undo.runId);
    expect(await untilState(undo.runId, "finished")).toBe("succeeded");
    expect(undone).toEqual([`${runId}-c`, `${runId}-b`, `${runId}-b`, `${runId}-a`]);
    expect(outside.size).toBe(0);
    expect((await readSteps(undo.runId)).get("b")?.attemptLog.map((attempt) => attempt.state)).toEqual([
      "failed",
      "succeeded",
    ]);
    const view = await getRun(stage.actor, runId);
    expect([view.undoneByRunId, view.may.undo]).toEqual([undo.runId, false]);
    await expect(undoRun(stage.actor, runId, [])).rejects.toMatchObject({ code: "runs.nothing_to_undo" });
  });
});

describe("an old run", () => {
  const stepId = async (runId: number, key: string) => (await readSteps(runId)).get(key)?.id ?? 0;

  it("that failed takes its service again before a confirmed item lets it go on, and waits while another run has it", async () => {
    broken = true;
    const key = { exclusiveKey: "service:confirm" };
    const checklist = [
      compiled("b", "test.breaks"),
      compiled("tick", "manual"),
      compiled("after", "manual", ["tick"]),
      compiled("last", "test.hang", ["tick"]),
    ];
    const { runId } = await startRun(stage.actor, checklist, key);
    expect(await untilState(runId, "finished")).toBe("failed");
    const other = await startRun(stage.actor, one("manual"), key);
    const confirm = async () => confirmStep(stage.actor, await stepId(runId, "tick"), { note: "done" }, [hook]);
    await expect(confirm()).rejects.toMatchObject({ code: "run.active", status: 409 });
    await cancelRun(stage.actor, other.runId, [hook]);
    await confirm();
    await expect(startRun(stage.actor, one("test.note"), key)).rejects.toMatchObject({ code: "run.active" });
    await cancelRun(stage.actor, runId, [hook]);
    await untilState(runId, "finished");
  });

  it("never goes on once it was undone: its names may be another's", async () => {
    broken = true;
    const { runId } = await startRun(stage.actor, [
      compiled("m", "test.make"),
      compiled("x", "test.breaks", ["m"]),
      compiled("tick", "manual"),
      compiled("after", "test.note", ["tick"]),
    ]);
    expect(await untilState(runId, "finished")).toBe("failed");
    const undo = await undoRun(stage.actor, runId, [hook]);
    expect(await untilState(undo.runId, "finished")).toBe("succeeded");
    expect((await getRun(stage.actor, runId)).may.retry).toBe(false);
    await expect(retryRun(stage.actor, runId, [hook])).rejects.toMatchObject({ code: "runs.undone", status: 409 });
    await expect(confirmStep(stage.actor, await stepId(runId, "tick"), { note: "done" }, [hook])).rejects.toMatchObject(
      { code: "runs.undone" },
    );
    expect((await readSteps(runId)).get("after")?.state).toBe("blocked");
  });
});

it("a step claimed after its run was cancelled never begins", async () => {
  const { runId } = await transaction(async (tx) => {
    const run = await createRun(tx, stage.actor, {
      mode: "apply",
      checklist: { key: "test", version: 1 },
      title: "Cancelled at once",
      serviceId: null,
      environment: null,
      startKey: "cancelled-at-once",
      steps: one("test.note"),
    });
    await tx.run.update({
      where: { id: run.runId },
      data: { cancelRequestedAt: new Date(), state: "cancelling" },
    });
    return run;
  });
  await ringRun(runId);
  expect(await untilState(runId, "finished")).toBe("cancelled");
  // Had it begun, it would have given an output.
  const a = (await readSteps(runId)).get("a");
  expect([a?.state, a?.output]).toEqual(["cancelled", null]);
});
