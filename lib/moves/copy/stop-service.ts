import { setTimeout as delay } from "node:timers/promises";
import { isConflict } from "#lib/integrations/docker/errors.ts";
import { findService, listTasks, type ServiceSpec, updateService } from "#lib/integrations/docker/services.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";

const MAX_TRIES = 6;
/** Longer than a database is given to write its pages. */
const STOP_MS = 150_000;
const STILL = new Set(["complete", "failed", "shutdown", "rejected", "orphaned", "remove"]);

/**
 * Sets a service to no tasks and waits until its nodes say that they have ended. Removing it at once would not do: the swarm
 * forgets the tasks of a removed service before another node has stopped them, and what comes next may want their volume.
 */
export async function stopService(name: string, ctx: StepContext): Promise<void> {
  const id = await setToNone(name, ctx);
  if (id === null) return;
  const deadline = Date.now() + STOP_MS;
  for (let pause = 50; ; pause = Math.min(pause * 1.4, 1_000)) {
    const tasks = await listTasks({ service: [id] }, ctx.signal);
    const running = tasks.filter(({ Status }) => !STILL.has(Status.State));
    if (running.length === 0) return ctx.log.info(`${name} is stopped`);
    ctx.progress(`${name} is stopping`);
    if (Date.now() > deadline)
      throw new AppError({
        code: "moves.not_stopped",
        message: `${name} did not stop within ${STOP_MS / 1000} s.`,
        advice: "Look at what it waits for, and whether its node is up.",
        retry: "retry",
      });
    await delay(pause, undefined, { signal: ctx.signal });
  }
}

async function setToNone(name: string, ctx: StepContext): Promise<string | null> {
  for (let attempt = 1; ; attempt++) {
    const present = await findService(name, ctx.signal);
    if (!present) return null;
    if (!present.Spec.Mode.Replicated || present.Spec.Mode.Replicated.Replicas === 0) return present.ID;
    await ctx.guard();
    try {
      const spec = { ...present.Spec, Mode: { ...present.Spec.Mode, Replicated: { Replicas: 0 } } };
      await updateService(present, spec as ServiceSpec, ctx.signal);
    } catch (error) {
      if (!isConflict(error) || attempt >= MAX_TRIES) throw error;
    }
  }
}
