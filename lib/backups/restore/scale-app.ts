import { setTimeout as delay } from "node:timers/promises";
import { isConflict } from "#lib/integrations/docker/errors.ts";
import type { DockerService } from "#lib/integrations/docker/schema.ts";
import {
  findService,
  listServices,
  listTasks,
  type ServiceSpec,
  updateService,
} from "#lib/integrations/docker/services.ts";
import { config } from "#lib/platform/config/config.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { readEndedTasks, waitUntilConverged } from "#lib/swarm/converge.ts";
import { appServiceName, STACK_LABEL } from "#lib/swarm/names.ts";

const MAX_TRIES = 6;
const STOP_MS = 180_000;
const RESCUE_MS = 30_000;
/** A task in one of these writes nothing any more. */
const STILL = new Set(["complete", "failed", "shutdown", "rejected", "orphaned", "remove"]);

/** How many tasks the app of a stack shall have; null: the stack has no app of the panel's making. */
export async function readReplicas(stackName: string, signal: AbortSignal): Promise<number | null> {
  const service = await findService(appServiceName(stackName), signal);
  return service?.Spec.Mode.Replicated?.Replicas ?? null;
}

async function setReplicas(stackName: string, replicas: number, ctx: StepContext): Promise<DockerService | null> {
  const name = appServiceName(stackName);
  for (let attempt = 1; ; attempt++) {
    const present = await findService(name, ctx.signal);
    if (!present?.Spec.Mode.Replicated || present.Spec.Mode.Replicated.Replicas === replicas) return present;
    await ctx.guard();
    try {
      const spec = { ...present.Spec, Mode: { ...present.Spec.Mode, Replicated: { Replicas: replicas } } };
      await updateService(present, spec as ServiceSpec, ctx.signal);
      return await findService(name, ctx.signal);
    } catch (error) {
      if (!isConflict(error) || attempt >= MAX_TRIES) throw error;
    }
  }
}

/** Stops every task of the app and waits until none of them runs: from then on nobody of the stack writes. */
export async function stopApp(stackName: string, ctx: StepContext): Promise<void> {
  const service = await setReplicas(stackName, 0, ctx);
  if (!service) return;
  await warnOfOthers(stackName, service, ctx);
  const deadline = Date.now() + STOP_MS;
  for (let pause = 50; ; pause = Math.min(pause * 1.4, 1_000)) {
    const tasks = await listTasks({ service: [service.ID] }, ctx.signal);
    const running = tasks.filter((task) => !STILL.has(task.Status.State));
    if (running.length === 0) break;
    ctx.progress(`${running.length} tasks of the app still run`);
    if (Date.now() > deadline)
      throw new AppError({
        code: "backups.app_not_stopped",
        message: `The app of ${stackName} did not stop within ${STOP_MS / 1000} s.`,
        advice: "Look at what it waits for, then retry.",
        retry: "retry",
      });
    await delay(pause, undefined, { signal: ctx.signal });
  }
  ctx.log.info(`${service.Spec.Name} is stopped`);
}

async function warnOfOthers(stackName: string, app: DockerService, ctx: StepContext): Promise<void> {
  const all = await listServices([`${STACK_LABEL}=${stackName}`], ctx.signal);
  const others = all.filter((one) => one.ID !== app.ID && !one.Spec.Name.endsWith("_db")).map((one) => one.Spec.Name);
  if (others.length > 0) ctx.log.warn(`These go on running and may write meanwhile: ${others.join(", ")}`);
}

/** The same number as before, not waited for: also when the run was cancelled and nothing else of it may go on. */
export async function rescaleApp(stackName: string, replicas: number | null, ctx: StepContext): Promise<void> {
  if (replicas === null) return;
  const rescue: StepContext = { ...ctx, signal: AbortSignal.timeout(RESCUE_MS), guard: async () => {} };
  await setReplicas(stackName, replicas, rescue);
}

/** Brings the app back to as many tasks as it had, and waits until they all run. */
export async function startApp(stackName: string, replicas: number | null, ctx: StepContext): Promise<void> {
  if (replicas === null) return;
  const before = await readEndedTasks(stackName, ctx.signal);
  const service = await setReplicas(stackName, replicas, ctx);
  if (!service || replicas === 0) return;
  const hasHealthCheck = Boolean(service.Spec.TaskTemplate.ContainerSpec?.Healthcheck);
  await waitUntilConverged(
    {
      stackName,
      services: new Map([[service.Spec.Name, { hasHealthCheck }]]),
      before,
      timeoutMs: config().SWARM_CONVERGE_TIMEOUT_S * 1000,
      first: new Set(),
    },
    ctx,
  );
  ctx.log.info(`${service.Spec.Name} runs again, ${replicas} tasks`);
}
