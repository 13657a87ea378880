import type { DockerService } from "#lib/integrations/docker/schema.ts";
import { findService, listTasks } from "#lib/integrations/docker/services.ts";
import { readOwnNodeId } from "#lib/integrations/docker/swarm.ts";
import { AppError } from "#lib/platform/errors.ts";

export interface DatabaseTask {
  /** null: it runs on a node whose engine the panel does not talk to. */
  containerId: string | null;
  /** With its digest: the proof runs the same. */
  image: string;
  service: DockerService;
}

/** What is due and cannot even begin, because what it reads is not running: missed, not failed. */
export const DOWN = "backups.database_down";

/** The running task of a database's service. */
export async function findDatabaseTask(
  swarmService: string,
  stackName: string,
  signal: AbortSignal,
): Promise<DatabaseTask> {
  const service = await findService(swarmService, signal);
  if (!service)
    throw new AppError({
      code: "backups.no_database",
      message: `The swarm has no service ${swarmService}.`,
      advice: "Retry the step that makes the stack.",
    });
  if (service.Spec.Labels["com.docker.stack.namespace"] !== stackName)
    throw new AppError({ code: "backups.no_database", message: `${swarmService} is not of the stack ${stackName}.` });
  const stopped = service.Spec.Mode.Replicated?.Replicas === 0;
  const tasks = await listTasks({ service: [service.ID] }, signal);
  const task = tasks.find((one) => one.DesiredState === "running" && one.Status.State === "running");
  const containerId = task?.Status.ContainerStatus?.ContainerID;
  if (!task || !containerId)
    throw new AppError({
      code: DOWN,
      message: stopped
        ? `${swarmService} was stopped (0 replicas), so there is nothing to read.`
        : `${swarmService} has no running task to read from.`,
      advice: stopped ? "Start it, then back it up." : "The panel tries again by itself.",
      retry: stopped ? "permanent" : "retry",
    });
  const isOwn = task.NodeID === (await readOwnNodeId(signal));
  return { containerId: isOwn ? containerId : null, image: task.Spec.ContainerSpec?.Image ?? "", service };
}
