import type { DockerNode, DockerService, DockerTask } from "#lib/integrations/docker/schema.ts";
import { listServices, listTasks } from "#lib/integrations/docker/services.ts";
import { listNodes } from "#lib/integrations/docker/swarm.ts";
import { LABELS } from "./names.ts";

/** The swarm at one moment. */
export interface Observation {
  at: Date;
  nodes: DockerNode[];
  services: DockerService[];
  /** Of the panel's own services only: nobody asks for the others'. */
  tasks: DockerTask[];
}

export async function observeSwarm(signal: AbortSignal): Promise<Observation> {
  const at = new Date();
  const [nodes, services, tasks] = await Promise.all([
    listNodes(signal),
    listServices([], signal),
    listTasks({ label: [LABELS.service] }, signal).catch(() => listTasks({}, signal)),
  ]);
  const own = new Set(services.filter((service) => LABELS.service in service.Spec.Labels).map((service) => service.ID));
  return { at, nodes, services, tasks: tasks.filter((task) => own.has(task.ServiceID)) };
}

/** Whether something is still on its way, so that a look again soon is worth it. */
export const isMoving = ({ services }: Observation) =>
  services.some(
    ({ ServiceStatus: status, UpdateStatus }) =>
      (status && status.RunningTasks !== status.DesiredTasks) ||
      /^(updating|rollback_started)$/.test(UpdateStatus?.State ?? ""),
  );
