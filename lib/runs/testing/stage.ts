import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { Actor } from "#lib/access/types.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { closeDb, db } from "#lib/platform/db/client.ts";
import { closeSql } from "#lib/platform/db/sql.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { closeRedis } from "#lib/platform/redis.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import { findAmong } from "#lib/steps/find-among.ts";
import { addStepNames } from "#lib/steps/names.ts";
import type { AnyStep, StepContext } from "#lib/steps/types.ts";
import { applyTestEnv, createRedisPrefix, createTestDatabase } from "#local/test-world.ts";
import { closeBells } from "../bells.ts";
import { type CreateRunInput, createRun } from "../commands/create-run.ts";
import { createEngine, type Engine, type EngineOptions } from "../engine.ts";
import { ringRun } from "../ring.ts";
import { isFinished } from "../run-state.ts";
import type { CompiledStep, RunState } from "../types.ts";

export type TestActor = Extract<Actor, { kind: "user" }>;

/** A database, a Redis prefix and a member of staff of one test file's own; or on servers the file started itself. */
export async function openStage(name: string, own?: { DATABASE_URL: string; REDIS_URL: string }) {
  const redisPrefix = createRedisPrefix(name);
  applyTestEnv({ LOG_LEVEL: process.env.LOG_LEVEL ?? "error" });
  const database = own ? { url: own.DATABASE_URL, drop: async () => {} } : await createTestDatabase(name);
  // A child process of a test reads the same from its environment.
  Object.assign(process.env, own, { DATABASE_URL: database.url, REDIS_PREFIX: redisPrefix });
  overrideConfig({});
  const engines: Engine[] = [];

  async function addActor(roles = "staff", label = "Olive Owner"): Promise<TestActor> {
    const id = randomUUID();
    const username = `u${id.slice(0, 8)}`;
    await db().user.create({
      data: { id, issuer: "test", nameId: id, email: `${username}@example.org`, displayName: label, username, roles },
    });
    return {
      kind: "user",
      id,
      name: label,
      email: `${username}@example.org`,
      roles: roles.split(",") as TestActor["roles"],
      via: "session",
      sessionId: "test",
      requestId: "test",
    };
  }

  return {
    redisPrefix,
    actor: await addActor(),
    addActor,
    /** A small quick engine, stopped with the stage. */
    async startEngine(steps: readonly AnyStep[], options: Partial<EngineOptions> = {}): Promise<Engine> {
      const engine = createEngine({
        findStep: findAmong(steps),
        queues: ["provisioning"],
        workerId: `test-${randomUUID()}`,
        leaseMs: 2_000,
        sweepEveryMs: 200,
        relayEveryMs: 100,
        quietMs: 500,
        ...options,
      });
      engines.push(engine);
      await engine.start();
      return engine;
    },
    async close(): Promise<void> {
      await Promise.all(engines.map((engine) => engine.stop({ graceMs: 0, abortMs: 500 })));
      await closeBells();
      await closeRedis();
      await closeSql();
      await closeDb();
      await database.drop();
    },
  };
}

export type Stage = Awaited<ReturnType<typeof openStage>>;

/** A step of a test: `apply` is given, the other verbs do nothing. */
export function testStep(
  name: string,
  apply: (input: Record<string, unknown>, ctx: StepContext) => Promise<unknown>,
  more: Partial<Pick<AnyStep, "maxAttempts" | "timeoutMs" | "plan" | "verify" | "undo">> = {},
): AnyStep {
  const step = defineStep({
    name,
    queue: "provisioning",
    input: z.record(z.string(), z.unknown()),
    plan: async () => ({ changes: [] }),
    apply,
    verify: async () => ({ ok: true, reason: "nothing to see" }),
    undo: async () => {},
    ...more,
  });
  addStepNames([step]);
  return step;
}

/** A compiled step: `key` runs the step `name` after `dependsOn`. */
export const compiled = (
  key: string,
  name: string,
  dependsOn: string[] = [],
  more: Partial<CompiledStep> = {},
): CompiledStep => ({ key, name, title: key, input: {}, dependsOn, ...more });

export async function startRun(actor: Actor, steps: CompiledStep[], more: Partial<CreateRunInput> = {}) {
  const created = await transaction((tx) =>
    createRun(tx, actor, {
      mode: "apply",
      checklist: { key: "test", version: 1 },
      title: "Test run",
      serviceId: null,
      environment: null,
      startKey: randomUUID(),
      steps,
      ...more,
    }),
  );
  await ringRun(created.runId);
  return created;
}

/** Longer than anything takes where all else runs beside it; shorter than the time a test has, so that it says what was missing. */
export const PATIENCE_MS = 400_000;

/** Waits until the condition gives something; fails with what it was waiting for. Looks less often the longer it waits. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false | null>,
  ms = PATIENCE_MS,
): Promise<T> {
  const began = performance.now();
  for (let waited = 0; waited < ms; waited = performance.now() - began) {
    const found = await look();
    if (found) return found;
    await delay(Math.min(Math.max(waited / 50, 15), 60));
  }
  throw new Error(`waited ${ms} ms in vain for: ${what}`);
}

export async function untilState(runId: number, states: RunState[] | "finished", ms?: number): Promise<RunState> {
  let last = "";
  try {
    return await until(
      `run ${runId} to be ${states}`,
      async () => {
        const run = await db().run.findUniqueOrThrow({ where: { id: runId } });
        const state = run.state as RunState;
        last = state;
        return (states === "finished" ? isFinished(state) : states.includes(state)) ? state : undefined;
      },
      ms,
    );
  } catch (error) {
    const steps = await db().step.findMany({ where: { runId }, include: { attemptLog: true } });
    throw new Error(
      `${String(error)} (it is ${last}): ${JSON.stringify(steps.map((s) => [s.key, s.state, s.attempts, s.pendingDeps, s.error]))}`,
    );
  }
}

export async function readSteps(runId: number) {
  const steps = await db().step.findMany({
    where: { runId },
    orderBy: { position: "asc" },
    include: { attemptLog: true },
  });
  return new Map(steps.map((step) => [step.key, step]));
}
