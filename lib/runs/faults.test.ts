import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "#lib/platform/db/client.ts";
import { readLog } from "./queries/read-log.ts";
import { FAULT_STEPS, readWorld } from "./testing/fault-steps.ts";
import { compiled, openStage, readSteps, type Stage, startRun, until, untilState } from "./testing/stage.ts";
import { killWorkerProcesses, startWorkerProcess } from "./testing/worker-process.ts";

let stage: Stage;
let world: string;
beforeAll(async () => {
  stage = await openStage("faults");
});
afterAll(() => stage.close());
beforeEach(() => {
  world = join(tmpdir(), `seaworthy-${randomUUID()}`);
});
afterEach(killWorkerProcesses);

const make = (key: string, dependsOn: string[] = [], ms = 50) =>
  compiled(key, "fault.make", dependsOn, { input: { world, ms } });
const step = async (runId: number, key: string) => (await readSteps(runId)).get(key);
const lines = (pattern: RegExp) => readWorld(world).filter((line) => pattern.test(line));

it("has steps that its worker processes know", () => {
  expect(FAULT_STEPS.map((one) => one.name)).toContain("fault.make");
});

describe("a worker killed in the middle", () => {
  it("is replaced within the lease, as often as it happens, with nothing done twice and no run failed", async () => {
    const { runId } = await startRun(stage.actor, [make("a", [], 400), make("b", ["a"]), make("c", ["b"], 300)]);
    for (const key of ["a", "a", "c"]) {
      const worker = await startWorkerProcess();
      await until(`${key} to run in it`, async () => {
        const attempts = (await step(runId, key))?.attemptLog ?? [];
        return attempts.at(-1)?.state === "running" && attempts.at(-1)?.workerId.includes(`-${worker.pid}-`);
      });
      await delay(200 + Math.random() * 300);
      worker.kill("SIGKILL");
      await worker.exited;
    }
    await startWorkerProcess();
    expect(await untilState(runId, "finished")).toBe("succeeded");
    expect(readWorld(world).sort()).toEqual(["a", "b", "c"].map((key) => `made ${runId}:${key}`));
    expect((await step(runId, "a"))?.attemptLog.filter((attempt) => attempt.state === "lost").length).toBeGreaterThan(
      0,
    );
    const resources = await db().resource.findMany({ where: { step: { runId } } });
    expect(resources.map((resource) => resource.state)).toEqual(["present", "present", "present"]);
  });

  it("leaves a readable log, and the next try begins its own", async () => {
    const { runId } = await startRun(stage.actor, [make("a", [], 600)]);
    const worker = await startWorkerProcess();
    await until("its first line", async () => ((await step(runId, "a"))?.attemptLog[0]?.lines ?? 0) > 0);
    worker.kill("SIGKILL");
    await startWorkerProcess();
    await untilState(runId, "finished");
    const attempts = (await step(runId, "a"))?.attemptLog ?? [];
    expect(attempts.map((attempt) => attempt.state)).toEqual(["lost", "succeeded"]);
    for (const attempt of attempts) {
      const { lines: stored } = await readLog(stage.actor, { attemptId: attempt.id, from: 1, to: 10 });
      expect(stored[0]).toMatchObject({ seq: 1, text: expect.stringMatching(`begin ${attempt.number} in`) as string });
    }
  });
});

describe("a worker that was away past its lease", () => {
  it("does nothing more when it comes back, and what the other one did stands", async () => {
    const { runId } = await startRun(stage.actor, [compiled("t", "fault.tick", [], { input: { world, ticks: 150 } })]);
    const sleeper = await startWorkerProcess();
    await until("some ticks", async () => lines(/^tick/).length > 5);
    sleeper.kill("SIGSTOP");
    const before = lines(/ 1 \d+$/).length;
    await startWorkerProcess();
    await until("the other one to tick", async () => lines(/ 2 \d+$/).length > 3);
    sleeper.kill("SIGCONT");
    expect(await untilState(runId, "finished")).toBe("succeeded");
    // One tick may have been under way between the question and the act when it was stopped; none comes later.
    expect(lines(/ 1 \d+$/).length).toBeLessThanOrEqual(before + 1);
    const done = await step(runId, "t");
    expect(done?.attemptLog.map((attempt) => attempt.state)).toEqual(["lost", "succeeded"]);
    expect([done?.output, done?.checkpoint]).toEqual([{ attempt: 2 }, { by: 2 }]);
  });
});

describe("a worker that is asked to stop", () => {
  it("gives its steps to others at once, from where they were, and the try does not count", async () => {
    const { runId } = await startRun(stage.actor, [compiled("r", "fault.resume")]);
    const first = await startWorkerProcess();
    await until("a checkpoint", async () => JSON.stringify((await step(runId, "r"))?.checkpoint ?? "").includes("5"));
    await startWorkerProcess();
    const asked = performance.now();
    first.kill("SIGTERM");
    expect(await first.exited).toBe(0);
    expect(performance.now() - asked).toBeLessThan(8_000);
    await until("the other one to take over", async () => (await step(runId, "r"))?.leaseToken === 2, 3_000);
    expect(await untilState(runId, "finished")).toBe("succeeded");
    const done = await step(runId, "r");
    expect(done?.output).toEqual({ resumedFrom: expect.any(Number) as number });
    expect(done?.output).not.toEqual({ resumedFrom: 0 });
    expect(done?.attempts).toBe(1);
  });

  it("does so ten times under load without failing or losing a step", async () => {
    const keys = Array.from({ length: 60 }, (_, i) => `k${i}`);
    const { runId } = await startRun(
      stage.actor,
      keys.map((key, i) => make(key, i < 8 ? [] : [`k${i - 8}`], 60)),
    );
    let worker = await startWorkerProcess();
    for (let i = 0; i < 10; i++) {
      const next = startWorkerProcess();
      worker.kill("SIGTERM");
      expect(await worker.exited).toBe(0);
      worker = await next;
    }
    expect(await untilState(runId, "finished")).toBe("succeeded");
    expect(readWorld(world).sort()).toEqual(keys.map((key) => `made ${runId}:${key}`).sort());
  });
});
