import { z } from "zod";
import { findInDocker } from "#lib/integrations/docker/client.ts";
import { readContainerLog } from "#lib/integrations/docker/containers.ts";
import type { DockerTask } from "#lib/integrations/docker/schema.ts";
import type { StepContext } from "#lib/steps/types.ts";

const LAST_LINES = 15;

const healthSchema = z.looseObject({
  State: z.looseObject({
    Running: z.boolean().default(false),
    Health: z
      .looseObject({
        Status: z.string().default(""),
        Log: z.array(z.looseObject({ ExitCode: z.number(), Output: z.string() })).nullish(),
      })
      .nullish(),
  }),
});

/**
 * What a failed task's container said last, and its last failed health check: into the log, and the latter returned. Only the
 * engine's own node can be asked; for a task elsewhere there is nothing to show.
 */
export async function examineContainer(
  task: DockerTask,
  ctx: StepContext,
): Promise<{ unhealthy: boolean; evidence: string }> {
  const nothing = { unhealthy: false, evidence: "" };
  const id = task.Status.ContainerStatus?.ContainerID;
  if (!id) return nothing;
  try {
    const [frames, inspected] = await Promise.all([
      readContainerLog(id, LAST_LINES, ctx.signal),
      findInDocker("look at the failed container", ctx.signal, (client) => client.getContainer(id).inspect()),
    ]);
    if (frames.length > 0) ctx.log.info(`The last ${LAST_LINES} lines of the container ${id.slice(0, 12)}:`);
    for (const frame of frames) ctx.log.output(frame.stream, frame.data);
    const health = healthSchema.safeParse(inspected).data?.State.Health;
    const last = health?.Log?.findLast((entry) => entry.ExitCode !== 0);
    if (!last) return nothing;
    const evidence = `Health check ended with ${last.ExitCode}: ${last.Output.trim().slice(0, 500) || "it said nothing"}`;
    ctx.log.warn(evidence);
    // Docker forgets "unhealthy" when the container stops; the run of failures it is made of stays in its log.
    const failures = health?.Log?.slice(-2).every((entry) => entry.ExitCode !== 0) ?? false;
    return { unhealthy: health?.Status === "unhealthy" || failures, evidence };
  } catch {
    ctx.signal.throwIfAborted();
    return nothing; // The reason itself is known; this was only its evidence.
  }
}

/** How the container of a health-checked task is; "unknown" when it is on a node whose engine cannot be asked. */
export async function readContainerHealth(
  task: DockerTask,
  signal: AbortSignal,
): Promise<"proven" | "unknown" | "sick"> {
  const id = task.Status.ContainerStatus?.ContainerID;
  if (!id) return "unknown";
  const inspected = await findInDocker("ask a container's health", signal, (client) =>
    client.getContainer(id).inspect(),
  );
  if (!inspected) return "unknown";
  const state = healthSchema.parse(inspected).State;
  return state.Running && state.Health?.Status === "healthy" ? "proven" : "sick";
}
