import { setTimeout as delay } from "node:timers/promises";
import { findService, listTasks } from "#lib/integrations/docker/services.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { assessService } from "#lib/swarm/assess.ts";
import { readContainerHealth } from "#lib/swarm/examine-container.ts";

const LOOK_MS = 500;
/** A program that dies at once is seen to run for a moment. */
const SETTLE_MS = 2_000;
const MOVING = /^(updating|rollback_started)$/;
const NONE: ReadonlySet<string> = new Set();

/**
 * Waits until every task a service shall have runs from its present spec, however it came by that: what Swarm itself has rolled
 * back counts, which a rollout's own wait calls a failure. False when the time is over.
 */
export async function waitUntilServes(name: string, timeoutMs: number, ctx: StepContext): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  let goodSince: number | undefined;
  for (;;) {
    if (await serves(name, ctx)) {
      goodSince ??= Date.now();
      if (Date.now() - goodSince >= SETTLE_MS) return true;
    } else goodSince = undefined;
    if (Date.now() > deadline) return false;
    await delay(LOOK_MS, undefined, { signal: ctx.signal });
  }
}

async function serves(name: string, ctx: StepContext): Promise<boolean> {
  const service = await findService(name, ctx.signal);
  if (!service || MOVING.test(service.UpdateStatus?.State ?? "")) return false;
  const tasks = await listTasks({ service: [service.ID] }, ctx.signal);
  const { running, desired } = assessService(service, tasks, NONE);
  const wanted = tasks.filter((task) => task.DesiredState === "running" || task.DesiredState === "ready");
  ctx.progress(`task ${running}/${desired}`, running, desired);
  if (running !== desired || wanted.length !== running) return false;
  if (!service.Spec.TaskTemplate.ContainerSpec?.Healthcheck) return true;
  const health = await Promise.all(wanted.map((task) => readContainerHealth(task, ctx.signal)));
  return !health.includes("sick");
}
