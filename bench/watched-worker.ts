import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { BUILT_WORKER, WORKER_NODE_FLAGS } from "#workers/process-settings.ts";
import { killWorkers, startWorker } from "#workers/testing/worker-process.ts";
import { type Measurement, measurement } from "./measure.ts";
import { openMemoryCgroup } from "./memory-cgroup.ts";

/** The goal: a worker takes no more, however large the database is. */
const MEMORY_GOAL_MB = 150;

export interface WatchedWorker {
  /** Waits for work of the worker's. If it dies of the limit meanwhile, another one without a limit does it, to see what it needs. */
  during(work: Promise<void>): Promise<void>;
  /** Peaks until now. */
  measure(when: string): Measurement[];
  stop(): Promise<void>;
}

/** The worker as the image starts it, where possible in a cgroup whose limit is the goal, as an operator's container would be. */
export async function startWatchedWorker(): Promise<WatchedWorker> {
  execFileSync("npm", ["run", "--silent", "build:worker"], {
    stdio: ["ignore", "ignore", "inherit"],
    timeout: 120_000,
  });
  const cgroup = openMemoryCgroup(MEMORY_GOAL_MB);
  if (!cgroup) console.error("  no memory cgroup can be made here: RSS alone counts pages of files too");
  // A session of its own, as a container is: Linux shares the processor among sessions first.
  const start = () =>
    startWorker([...(cgroup?.enter ?? []), "setsid", process.execPath, ...WORKER_NODE_FLAGS, BUILT_WORKER]);
  const startUnbound = (error: unknown) => {
    if (!cgroup || cgroup.kills() === 0) throw error;
    console.error(`  the worker was killed: it needs more than ${MEMORY_GOAL_MB} MB`);
    cgroup.lift();
    return start();
  };
  let worker = await start().catch(startUnbound);
  return {
    async during(work) {
      const died = worker.ended.then(() => true);
      if (await Promise.race([work.then(() => false), died]))
        worker = await startUnbound(new Error("the worker died, and not of its memory"));
      await work;
    },
    measure(when) {
      const rss = measurement(
        `worker ${when}: RSS, files included, beside the goal`,
        rssMb(worker.pid),
        "MB",
        MEMORY_GOAL_MB,
      );
      if (!cgroup) return [rss];
      const killed = cgroup.kills() > 0 ? "killed at the goal" : "not killed";
      const name = `worker ${when}: memory that cannot be given back (${killed}), beside the goal`;
      return [measurement(name, cgroup.heldMb(), "MB", MEMORY_GOAL_MB), rss];
    },
    async stop() {
      await killWorkers();
      cgroup?.close();
    },
  };
}

/** The most memory a process ever had, MB. */
const rssMb = (pid: number) =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1_024;
