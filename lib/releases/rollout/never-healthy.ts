import { setTimeout as delay } from "node:timers/promises";
import { findService, listTasks } from "#lib/integrations/docker/services.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { nameTask } from "#lib/swarm/assess.ts";

const LOOK_MS = 1_000;

export interface HealthWatch {
  name: string;
  image: string;
  before: ReadonlySet<string>;
  /** Null: how long its health check may take is not known here; the rollout's own limit holds. */
  patienceMs: number | null;
}

/** Fails when a new task has run for longer than its health check may take, and is not healthy. Never ends otherwise. */
export async function failWhenNeverHealthy(watch: HealthWatch, ctx: StepContext): Promise<never> {
  const { name, image, before, patienceMs } = watch;
  const since = new Map<string, number>();
  for (;;) {
    await delay(LOOK_MS, undefined, { signal: ctx.signal });
    const service = patienceMs === null ? null : await findService(name, ctx.signal);
    if (!service || patienceMs === null) continue;
    for (const task of await listTasks({ service: [service.ID] }, ctx.signal)) {
      const isNew = task.Spec.ContainerSpec?.Image === image && !before.has(task.ID);
      if (!isNew || task.Status.State !== "starting" || task.DesiredState === "shutdown") continue;
      const begun = since.get(task.ID) ?? Date.now();
      since.set(task.ID, begun);
      if (Date.now() - begun <= patienceMs) continue;
      throw new AppError({
        code: "stack.task_failed",
        message: `${nameTask(service, task)} was not healthy after ${Math.round(patienceMs / 1000)} s.`,
      });
    }
  }
}

/** Whatever ends first, well or badly; the others are told to stop. */
export async function firstOf<T>(ctx: StepContext, works: readonly ((own: StepContext) => Promise<T>)[]): Promise<T> {
  const stop = new AbortController();
  const own: StepContext = { ...ctx, signal: AbortSignal.any([ctx.signal, stop.signal]) };
  const begun = works.map((work) => work(own));
  try {
    return await Promise.race(begun);
  } finally {
    stop.abort();
    await Promise.allSettled(begun);
  }
}
