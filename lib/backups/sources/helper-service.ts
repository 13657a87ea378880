import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import {
  createService,
  findService,
  listServices,
  listTasks,
  removeService,
} from "#lib/integrations/docker/services.ts";
import { readOwnNodeId } from "#lib/integrations/docker/swarm.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { inContainer, type Place } from "../dump/place.ts";
import { helperLimits, SCRATCH_LABEL, scratchLabels } from "../prove/scratch-container.ts";
import { listBusySteps } from "../queries/list-busy-steps.ts";
import type { DatabaseTask } from "./find-database.ts";

const START_MS = 120_000;
const REMOVE_MS = 60_000;
/** It ends by itself after this: longer than any attempt may take. */
const LIFE_S = 13 * 3_600;

const helperName = (ctx: StepContext, part: string) => `seaworthy-helper-${ctx.step.id}${part ? `-${part}` : ""}`;

const networksSchema = z
  .array(z.looseObject({ Target: z.string() }))
  .nullish()
  .transform((list) => list ?? []);

/**
 * For a database whose task is on another node: a service of the same image on the database's network, on the worker's own
 * node, that does nothing but hold the client programs. `host` is where they reach the database. No port is published.
 */
export async function openHelperService(
  task: DatabaseTask,
  ctx: StepContext,
  part = "",
): Promise<Place & { host: string }> {
  const name = helperName(ctx, part);
  await sweepHelperServices(name, ctx);
  const template = task.service.Spec.TaskTemplate;
  const [network] = networksSchema.parse("Networks" in template ? template.Networks : undefined);
  if (!network)
    throw new AppError({
      code: "backups.no_network",
      message: `${task.service.Spec.Name} is on no network of its stack, and it runs on a node whose engine the worker does not talk to.`,
      advice: "Join it to the stack's network, or run a worker on its node.",
      retry: "needs_person",
    });
  const close = () => removeService(name, AbortSignal.timeout(REMOVE_MS));
  await ctx.guard();
  try {
    await createService(
      {
        Name: name,
        Labels: scratchLabels(ctx),
        TaskTemplate: {
          ContainerSpec: {
            Image: task.image,
            Command: ["sleep", String(LIFE_S)],
            Labels: scratchLabels(ctx),
            Init: true,
          },
          Resources: { Limits: toSwarmLimits(helperLimits()) },
          Networks: [{ Target: network.Target }],
          Placement: { Constraints: [`node.id==${await readOwnNodeId(ctx.signal)}`] },
          RestartPolicy: { Condition: "none" },
        },
        Mode: { Replicated: { Replicas: 1 } },
        EndpointSpec: { Mode: "dnsrr" },
      },
      ctx.signal,
    );
    const containerId = await waitForTask(name, ctx.signal);
    ctx.log.info(
      "The database runs on another node; its programs run beside the worker and reach it over the stack's network",
    );
    const host = `tasks.${task.service.Spec.Name}`;
    return { run: inContainer(containerId), containerId, image: task.image, host, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const toSwarmLimits = ({ memoryBytes, cpus, pids }: ReturnType<typeof helperLimits>) => ({
  MemoryBytes: memoryBytes,
  NanoCPUs: cpus * 1e9,
  Pids: pids,
});

/** Takes away what steps left that run no more, and what an earlier try of this one did under that name. */
async function sweepHelperServices(name: string, ctx: StepContext): Promise<void> {
  const { [SCRATCH_LABEL]: _own, ...panel } = scratchLabels(ctx);
  const labels = Object.entries(panel).map(([label, value]) => `${label}=${value}`);
  const found = await listServices(
    labels.filter((label) => label.startsWith(SCRATCH_LABEL)),
    ctx.signal,
  );
  const stepOf = (service: (typeof found)[number]) => Number(service.Spec.Labels[SCRATCH_LABEL]);
  const busy = await listBusySteps(found.map(stepOf));
  for (const service of found)
    if (service.Spec.Name === name || !(busy.has(stepOf(service)) || stepOf(service) === ctx.step.id))
      await removeService(service.ID, ctx.signal);
  // A name is free only once the service is really gone.
  while (await findService(name, ctx.signal)) await delay(100, undefined, { signal: ctx.signal });
}

async function waitForTask(name: string, signal: AbortSignal): Promise<string> {
  for (const deadline = Date.now() + START_MS; ; await delay(150, undefined, { signal })) {
    const [task] = await listTasks({ service: [name] }, signal);
    const id = task?.Status.ContainerStatus?.ContainerID;
    if (task?.Status.State === "running" && id) return id;
    const ended = task && ["failed", "rejected", "complete", "shutdown"].includes(task.Status.State);
    if (ended || Date.now() > deadline)
      throw new AppError({
        code: "backups.helper_failed",
        message: "The helper that reads the database over its network did not start.",
        advice: "Check that the worker's node has room for it and can pull the database's image.",
        detail: task?.Status.Err ?? task?.Status.Message ?? "",
        retry: "retry",
      });
  }
}
