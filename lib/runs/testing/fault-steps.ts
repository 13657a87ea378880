import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "#lib/platform/errors.ts";
import type { AnyStep, StepContext } from "#lib/steps/types.ts";
import { testStep } from "./stage.ts";

/** The outside world of the fault tests is a file: one line for each thing that was done to it. */
export const readWorld = (path: string): string[] =>
  existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean) : [];

const nameOf = (ctx: StepContext) => `${ctx.run.id}:${ctx.step.key}`;

/** Steps that run in a worker process of their own, which the tests kill, stop and starve. */
export const FAULT_STEPS: readonly AnyStep[] = [
  /** Observe, act, observe: takes its time before and after, and makes its thing once. */
  testStep("fault.make", async (input, ctx) => {
    const world = String(input.world);
    const thing = `made ${nameOf(ctx)}`;
    ctx.log.info(`begin ${ctx.attempt.number} in ${process.pid}`);
    await ctx.ledger.plan({ kind: "thing", providerId: thing, name: thing });
    await delay(Number(input.ms ?? 50));
    await ctx.guard();
    if (!readWorld(world).includes(thing)) appendFileSync(world, `${thing}\n`);
    await delay(Number(input.ms ?? 50));
    await ctx.ledger.record({ kind: "thing", providerId: thing, name: thing });
    return { attempt: ctx.attempt.number };
  }),
  /** Changes the world a little, again and again, asking each time whether it still may. */
  testStep("fault.tick", async (input, ctx) => {
    const world = String(input.world);
    for (let i = 0; i < Number(input.ticks); i++) {
      await ctx.guard();
      appendFileSync(world, `tick ${nameOf(ctx)} ${ctx.attempt.number} ${process.pid}\n`);
      await delay(20);
    }
    await ctx.checkpoint.set({ by: ctx.attempt.number });
    return { attempt: ctx.attempt.number };
  }),
  testStep("fault.resume", async (_input, ctx) => {
    const seen = ctx.checkpoint.get<{ parts: number }>()?.parts ?? 0;
    for (let part = seen; part < 200; part++) {
      if (ctx.signal.aborted) break;
      await delay(20);
      if (part % 5 === 0) await ctx.checkpoint.set({ parts: part });
    }
    ctx.signal.throwIfAborted();
    return { resumedFrom: seen };
  }),
  testStep("fault.flaky", async (input, ctx) => {
    await delay(Number(input.ms ?? 20));
    if (ctx.attempt.number === 1) throw new AppError({ code: "x", message: "Not at the first try.", retry: "retry" });
  }),
];
