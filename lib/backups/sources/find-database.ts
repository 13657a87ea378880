import { findService, listTasks } from "#lib/integrations/docker/services.ts";
import { readOwnNodeId } from "#lib/integrations/docker/swarm.ts";
import { AppError } from "#lib/platform/errors.ts";

export interface DatabaseTask {
  containerId: string;
  /** With its digest: the proof runs the same. */
  image: string;
}

/** The container of the database's running task, on the node whose engine the panel talks to. */
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
  const tasks = await listTasks({ service: [service.ID] }, signal);
  const running = tasks.filter((task) => task.DesiredState === "running" && task.Status.State === "running");
  const [task] = running;
  const containerId = task?.Status.ContainerStatus?.ContainerID;
  if (!task || !containerId)
    throw new AppError({
      code: "backups.database_down",
      message: `${swarmService} has no running task to back up.`,
      advice: "The panel tries again by itself.",
      retry: "retry",
    });
  if (task.NodeID !== (await readOwnNodeId(signal)))
    throw new AppError({
      code: "backups.remote_node",
      message: `The database runs on another node (${task.NodeID}) than the engine at DOCKER_HOST; programs can be run only there.`,
      advice: "Bind the service to the manager's node, or run a worker whose DOCKER_HOST is that node's engine.",
      retry: "needs_person",
    });
  return { containerId, image: task.Spec.ContainerSpec?.Image ?? "" };
}
