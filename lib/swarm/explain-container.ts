import { z } from "zod";
import { findInDocker } from "#lib/integrations/docker/client.ts";
import { readContainerLog } from "#lib/integrations/docker/containers.ts";
import type { DockerTask } from "#lib/integrations/docker/schema.ts";
import type { StepContext } from "#lib/steps/types.ts";

const LAST_LINES = 15;

const healthSchema = z.looseObject({
  State: z.looseObject({
    Health: z
      .looseObject({ Log: z.array(z.looseObject({ ExitCode: z.number(), Output: z.string() })).nullish() })
      .nullish(),
  }),
});

/**
 * What a failed task's container said last, and its last failed health check: into the log, and the latter returned. Only the
 * engine's own node can be asked; for a task elsewhere there is nothing to show.
 */
export async function explainContainer(task: DockerTask, ctx: StepContext): Promise<string> {
  const id = task.Status.ContainerStatus?.ContainerID;
  if (!id) return "";
  try {
    const [frames, inspected] = await Promise.all([
      readContainerLog(id, LAST_LINES, ctx.signal),
      findInDocker("look at the failed container", ctx.signal, (client) => client.getContainer(id).inspect()),
    ]);
    if (frames.length > 0) ctx.log.info(`The last ${LAST_LINES} lines of the container ${id.slice(0, 12)}:`);
    for (const frame of frames) ctx.log.output(frame.stream, frame.data);
    const health = healthSchema.safeParse(inspected).data?.State.Health?.Log?.findLast((entry) => entry.ExitCode !== 0);
    if (!health) return "";
    const text = `Health check ended with ${health.ExitCode}: ${health.Output.trim().slice(0, 500) || "it said nothing"}`;
    ctx.log.warn(text);
    return text;
  } catch {
    ctx.signal.throwIfAborted();
    return ""; // The reason itself is known; this was only its evidence.
  }
}
