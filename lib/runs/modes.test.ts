import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generatePassword } from "#lib/platform/crypto.ts";
import { AppError } from "#lib/platform/errors.ts";
import { getRun } from "./queries/get-run.ts";
import { readLog } from "./queries/read-log.ts";
import { compiled, openStage, readSteps, type Stage, startRun, testStep, untilState } from "./testing/stage.ts";

let stage: Stage;
const applied: string[] = [];
const CANARY = `canary-${randomUUID()}`;
let made = "";

const steps = [
  testStep("test.good", async (_input, ctx) => void applied.push(ctx.step.key), {
    plan: async () => ({
      changes: [{ action: "create", kind: "thing", name: "x" }],
      pinned: { digest: "sha256:1" },
      warnings: ["It is old."],
    }),
  }),
  testStep("test.bad", async (_input, ctx) => void applied.push(ctx.step.key), {
    plan: async () => {
      throw new AppError({ code: "image.not_found", message: "There is no such image." });
    },
    verify: async () => ({ ok: false, reason: "The record answers something else." }),
  }),
  testStep("test.slow", async () => new Promise(() => {}), { timeoutMs: 150, maxAttempts: 1 }),
  testStep("test.leak", async (_input, ctx) => {
    made = generatePassword();
    ctx.redact(CANARY);
    ctx.progress(`using ${CANARY}`);
    ctx.log.info(`made ${made} and was given ${CANARY}`);
    ctx.log.output("stdout", `half ${CANARY.slice(0, 10)}`);
    ctx.log.output("stdout", `${CANARY.slice(10)} whole\n-----BEGIN PRIVATE KEY-----\nMIIBVgIBADANB`);
    ctx.log.output("stdout", "gkq\n-----END PRIVATE KEY-----\nafter\n");
    ctx.log.output("stderr", Buffer.from(`base64 ${Buffer.from(made).toString("base64")}`));
    if (ctx.step.key === "throws")
      throw new AppError({ code: "test.leak", message: `No: ${CANARY}`, detail: `password=${made}`, advice: CANARY });
    return { value: made, deep: [CANARY] };
  }),
];

beforeAll(async () => {
  stage = await openStage("modes");
  await stage.startEngine(steps);
});
afterAll(() => stage.close());

describe("a plan", () => {
  it("asks every step, whatever waits for what, and applies none", async () => {
    const checklist = [
      compiled("bad", "test.bad"),
      compiled("good", "test.good", ["bad"]),
      compiled("tick", "manual", ["good"]),
    ];
    const { runId } = await startRun(stage.actor, checklist, { mode: "plan" });
    expect(await untilState(runId, "finished")).toBe("failed");
    const view = await getRun(stage.actor, runId);
    expect(view.steps.map((step) => [step.key, step.state])).toEqual([
      ["bad", "failed"],
      ["good", "succeeded"],
      ["tick", "succeeded"],
    ]);
    expect(view.steps[0]?.error).toMatchObject({ code: "image.not_found", class: "permanent" });
    expect(view.steps[1]).toMatchObject({
      changes: [{ action: "create", kind: "thing", name: "x" }],
      warnings: ["It is old."],
      output: { pinned: { digest: "sha256:1" } },
    });
    expect(applied).toEqual([]);
  });
});

describe("a verification", () => {
  it("says what is no longer so", async () => {
    const { runId } = await startRun(stage.actor, [compiled("good", "test.good"), compiled("bad", "test.bad")], {
      mode: "verify",
    });
    expect(await untilState(runId, "finished")).toBe("failed");
    const done = await readSteps(runId);
    expect(done.get("good")?.state).toBe("succeeded");
    expect(done.get("bad")?.error).toMatchObject({ message: "The record answers something else." });
  });
});

describe("a step that takes too long", () => {
  it("is stopped, even when it does not listen", async () => {
    const { runId } = await startRun(stage.actor, [compiled("slow", "test.slow")]);
    expect(await untilState(runId, "finished")).toBe("failed");
    expect((await readSteps(runId)).get("slow")?.error).toMatchObject({ code: "step.timeout" });
  });
});

describe("a secret", () => {
  it.each(["throws", "returns"])("never reaches what is stored, when the step %s", async (key) => {
    const { runId } = await startRun(stage.actor, [compiled(key, "test.leak")]);
    await untilState(runId, "finished");
    const step = (await readSteps(runId)).get(key);
    const attemptId = step?.attemptLog[0]?.id ?? 0;
    const { lines } = await readLog(stage.actor, { attemptId, from: 1, to: 100 });
    const stored = JSON.stringify([step, lines]);
    for (const secret of [CANARY, made, Buffer.from(made).toString("base64").replaceAll("=", ""), "MIIBVgIBADANB"])
      expect(stored).not.toContain(secret);
    expect(lines.map((line) => line.text)).toEqual(
      expect.arrayContaining([
        "made [redacted] and was given [redacted]",
        "half [redacted] whole",
        "[redacted private key]",
        "after",
      ]),
    );
  });
});
