import { setTimeout as delay } from "node:timers/promises";
import { RUN_HOOKS } from "#lib/hooks/run-hooks.ts";
import { sql } from "#lib/platform/db/sql.ts";
import { ringRuns } from "#lib/runs/ring.ts";
import { compiled, openStage, startRun, testStep } from "#lib/runs/testing/stage.ts";
import type { CompiledStep } from "#lib/runs/types.ts";
import { type Measure, measurement, perSecond } from "./measure.ts";
import { measureRawBullMq } from "./raw-bullmq.ts";
import { measureRawMySql } from "./raw-mysql.ts";

const RUNS = 400;
const CONCURRENCY = 64;

/** Twenty steps, as a real checklist has: some beside each other, some in a row, one that waits for all. */
function checklist(): CompiledStep[] {
  const steps: CompiledStep[] = [];
  for (let lane = 0; lane < 4; lane++)
    for (let i = 0; i < 4; i++)
      steps.push(compiled(`l${lane}-${i}`, "bench.noop", i === 0 ? [] : [`l${lane}-${i - 1}`]));
  steps.push(compiled("join", "bench.noop", ["l0-3", "l1-3", "l2-3", "l3-3"]));
  for (const [key, after] of [
    ["end-1", "join"],
    ["end-2", "end-1"],
    ["end-3", "end-1"],
  ] as const)
    steps.push(compiled(key, "bench.noop", [after]));
  return steps;
}

async function untilAllFinished(): Promise<void> {
  for (;;) {
    const [row] = await sql.rows<{ open: number }>("SELECT COUNT(*) AS open FROM Run WHERE state <> 'succeeded'");
    if (Number(row?.open) === 0) return;
    await delay(20);
  }
}

/** No-op steps through the whole engine, beside what BullMQ and MySQL do with nothing on top. */
export const engineSteps: Measure = {
  title: "No-op steps through the engine",
  async run() {
    const stage = await openStage("bench");
    try {
      const bullmq = await measureRawBullMq(CONCURRENCY);
      const mysql = await measureRawMySql();
      const noop = testStep("bench.noop", async () => null);
      const runIds: number[] = [];
      for (let i = 0; i < RUNS; i++) runIds.push((await startRun(stage.actor, checklist())).runId);
      const steps = RUNS * checklist().length;
      const rate = await perSecond(steps, async () => {
        await stage.startEngine([noop], {
          concurrency: CONCURRENCY,
          leaseMs: 15_000,
          sweepEveryMs: 2_000,
          relayEveryMs: 500,
          quietMs: 5_000,
          hooks: RUN_HOOKS,
        });
        await ringRuns(runIds);
        await untilAllFinished();
      });
      return [
        measurement("engine steps beside raw BullMQ jobs", rate, "steps/s", bullmq),
        measurement("engine steps beside raw MySQL commits", rate, "steps/s", mysql),
      ];
    } finally {
      await stage.close();
    }
  },
};
