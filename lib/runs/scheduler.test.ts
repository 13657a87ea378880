import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { db } from "#lib/platform/db/client.ts";
import { sql } from "#lib/platform/db/sql.ts";
import { AppError } from "#lib/platform/errors.ts";
import { connectRedis } from "#lib/platform/redis.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { compiledGraph } from "./testing/graphs.ts";
import { openStage, readSteps, type Stage, startRun, testStep, until, untilState } from "./testing/stage.ts";
import type { CompiledStep } from "./types.ts";

/** What each try of a step does; tries after these succeed. */
const ACTS = ["ok", "retry", "permanent", "vanish", "steal", "flush"] as const;
type Act = (typeof ACTS)[number];

let stage: Stage;
const began = new Set<string>();
/** Effects whose transaction committed, as the worker that wrote them heard it. */
const heard: string[] = [];

/** Lets the lease run out on the database's clock until the sweeper has taken the step away. */
async function loseLease(ctx: StepContext): Promise<void> {
  await until("the lease to be lost", async () => {
    const matched = await sql.run(
      `UPDATE Step SET leaseUntil = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND
       WHERE id = ? AND leaseToken = ? AND state = 'running'`,
      [ctx.step.id, ctx.attempt.number],
    );
    return matched === 0;
  });
}

async function flushBells(): Promise<void> {
  const redis = connectRedis("blocking");
  const keys = await redis.keys(`${stage.redisPrefix}:*`);
  if (keys.length > 0) await redis.del(...keys);
  redis.disconnect();
}

async function act(input: Record<string, unknown>, ctx: StepContext): Promise<void> {
  const id = `${ctx.run.id}:${ctx.step.key}`;
  began.add(id);
  const what = (input.acts as Act[])[ctx.attempt.number - 1] ?? "ok";
  if (what === "retry") throw new AppError({ code: "x", message: "Not now.", retry: "retry" });
  if (what === "permanent") throw new AppError({ code: "x", message: "Never." });
  if (what === "flush") await flushBells();
  if (what === "vanish" || what === "steal") await loseLease(ctx);
  // A worker that hangs for ever; the other one, "steal", wakes up and means to finish.
  if (what === "vanish") await new Promise(() => {});
  const messageId = `${id}:${ctx.attempt.number}`;
  await ctx.write(async (tx) => {
    const data = {
      id: crypto.randomUUID(),
      messageId,
      template: "x",
      recipient: "x",
      subject: "x",
      body: "",
      state: "x",
    };
    await tx.notification.create({ data });
  });
  heard.push(messageId);
}

/** What must become of each step: a permanent failure before the first success fails it, and blocks what waits for it. */
function foresee(steps: readonly CompiledStep[]): Map<string, "succeeded" | "failed" | "blocked"> {
  const fates = new Map<string, "succeeded" | "failed" | "blocked">();
  for (const step of steps) {
    const acts = step.input.acts as Act[];
    const decisive = acts.find((one) => one === "ok" || one === "flush" || one === "permanent") ?? "ok";
    const blocked = step.dependsOn.some((key) => fates.get(key) !== "succeeded");
    fates.set(step.key, blocked ? "blocked" : decisive === "permanent" ? "failed" : "succeeded");
  }
  return fates;
}

const checklists = fc
  .tuple(compiledGraph("test.act", 7), fc.infiniteStream(fc.array(fc.constantFrom(...ACTS), { maxLength: 3 })))
  .map(([steps, acts]) => steps.map((step) => ({ ...step, input: { acts: acts.next().value as Act[] } })));

beforeAll(async () => {
  stage = await openStage("scheduler");
  const step = testStep("test.act", act, { maxAttempts: 6 });
  for (let i = 0; i < 2; i++) await stage.startEngine([step], { leaseMs: 1_500, sweepEveryMs: 100, quietMs: 300 });
});
afterAll(() => stage.close());

async function check(steps: CompiledStep[]): Promise<void> {
  const fates = foresee(steps);
  const { runId } = await startRun(stage.actor, steps);
  const state = await untilState(runId, "finished");
  expect(state).toBe([...fates.values()].every((fate) => fate === "succeeded") ? "succeeded" : "failed");
  const rows = await readSteps(runId);
  for (const { key, dependsOn } of steps) {
    const row = rows.get(key);
    expect([key, row?.state]).toEqual([key, fates.get(key)]);
    const states = row?.attemptLog.map((attempt) => attempt.state) ?? [];
    expect(states.filter((one) => one === "succeeded")).toHaveLength(fates.get(key) === "succeeded" ? 1 : 0);
    expect(states).not.toContain("running");
    expect(began.has(`${runId}:${key}`)).toBe(fates.get(key) !== "blocked");
    for (const before of dependsOn)
      if (row?.startedAt)
        expect(row.startedAt.getTime()).toBeGreaterThanOrEqual(rows.get(before)?.finishedAt?.getTime() ?? Number.NaN);
  }
  // Of every successful step one effect is there, of all other tries none.
  const written = await db().notification.findMany({ where: { messageId: { startsWith: `${runId}:` } } });
  const effects = written.map((row) => row.messageId).sort();
  expect(effects).toEqual(heard.filter((id) => id.startsWith(`${runId}:`)).sort());
  const counted = steps.flatMap(({ key }) => {
    const winner = rows.get(key)?.attemptLog.find((attempt) => attempt.state === "succeeded");
    return winner ? [`${runId}:${key}:${winner.number}`] : [];
  });
  expect(effects).toEqual(counted.sort());
}

it("brings any checklist to its end, whatever fails: each step after its dependencies, each effect once", async () => {
  await fc.assert(fc.asyncProperty(checklists, check), { numRuns: 15, endOnFailure: true });
});
