import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppError } from "#lib/platform/errors.ts";
import { compiled, openStage, readSteps, type Stage, startRun, testStep, untilState } from "./testing/stage.ts";

let stage: Stage;
const order: string[] = [];
const failures = new Map<string, number>();

const steps = [
  testStep("test.note", async (_input, ctx) => {
    order.push(`${ctx.run.id}:${ctx.step.key}`);
    ctx.log.info(`this is ${ctx.step.key}`);
    return { from: ctx.step.key };
  }),
  testStep("test.read", async (input, ctx) => ({ got: ctx.output(String(input.of)) })),
  testStep("test.fail", async (input) => {
    throw new AppError({ code: "test.failed", message: "It does not work.", retry: input.class as "permanent" });
  }),
  {
    ...testStep("test.unready", async () => {}),
    plan: async () => {
      throw new AppError({ code: "test.unready", message: "Somebody has to mend it.", retry: "needs_person" });
    },
  },
  testStep("test.flaky", async (input, ctx) => {
    const key = `${ctx.run.id}:${ctx.step.key}`;
    const failed = failures.get(key) ?? 0;
    failures.set(key, failed + 1);
    if (failed < Number(input.failures))
      throw new AppError({ code: "test.flaky", message: "Not yet.", retry: "retry" });
  }),
];

beforeAll(async () => {
  stage = await openStage("engine");
  await stage.startEngine(steps);
});
afterAll(() => stage.close());

describe("a run", () => {
  it("runs steps after what they wait for and hands outputs on", async () => {
    const { runId } = await startRun(stage.actor, [
      compiled("c", "test.read", ["a", "b"], { input: { of: "a" } }),
      compiled("a", "test.note"),
      compiled("b", "test.note", ["a"]),
    ]);
    expect(await untilState(runId, "finished")).toBe("succeeded");
    const done = await readSteps(runId);
    expect(done.get("c")?.output).toEqual({ got: { from: "a" } });
    expect(order.filter((entry) => entry.startsWith(`${runId}:`))).toEqual([`${runId}:a`, `${runId}:b`]);
    expect(done.get("a")?.attemptLog.map((attempt) => attempt.state)).toEqual(["succeeded"]);
  });

  it("tries again after a passing failure, and keeps each try", async () => {
    const { runId } = await startRun(stage.actor, [compiled("a", "test.flaky", [], { input: { failures: 2 } })]);
    expect(await untilState(runId, "finished")).toBe("succeeded");
    const tries = (await readSteps(runId)).get("a")?.attemptLog.map((attempt) => attempt.state);
    expect(tries).toEqual(["failed", "failed", "succeeded"]);
  });

  it("goes on with what does not depend on a failed step, then fails", async () => {
    const { runId } = await startRun(stage.actor, [
      compiled("bad", "test.fail", [], { input: { class: "permanent" } }),
      compiled("after", "test.note", ["bad"]),
      compiled("beside", "test.note"),
      compiled("beside-2", "test.note", ["beside"]),
    ]);
    expect(await untilState(runId, "finished")).toBe("failed");
    const states = [...(await readSteps(runId)).values()].map((step) => [step.key, step.state]);
    expect(Object.fromEntries(states)).toEqual({
      bad: "failed",
      after: "blocked",
      beside: "succeeded",
      "beside-2": "succeeded",
    });
  });

  it("waits for a person when only a person can go on", async () => {
    const { runId } = await startRun(stage.actor, [
      compiled("a", "test.note"),
      compiled("tick", "manual", ["a"], { role: "staff" }),
      compiled("mend", "test.fail", [], { input: { class: "needs_person" } }),
    ]);
    expect(await untilState(runId, ["waiting"])).toBe("waiting");
    const done = await readSteps(runId);
    expect(done.get("tick")?.state).toBe("needs_person");
    expect(done.get("mend")?.error).toMatchObject({ code: "test.failed", class: "needs_person" });
  });

  it("ends as a plan where a person has to mend something first: a plan waits for nobody", async () => {
    const steps = [compiled("bad", "test.unready"), compiled("good", "test.note")];
    const { runId } = await startRun(stage.actor, steps, { mode: "plan" });
    expect(await untilState(runId, "finished")).toBe("failed");
    const done = await readSteps(runId);
    expect(done.get("bad")).toMatchObject({ state: "failed", error: { class: "needs_person" } });
    expect(done.get("good")?.state).toBe("succeeded");
  });
});
