import type { DockerService, DockerTask } from "#lib/integrations/docker/schema.ts";
import { canonicalJson } from "#lib/platform/crypto.ts";

/** What one look at a service says about where its rollout stands. */
export interface Assessment {
  desired: number;
  /** Tasks that run (and are healthy, where there is a health check) from the present spec. */
  running: number;
  converged: boolean;
  /** Tasks of the present spec that ended since the watch began, oldest first. */
  failed: DockerTask[];
  /** A task no node takes, and why. */
  homeless: DockerTask | undefined;
  /** Swarm gave up: the update was paused or rolled back. */
  gaveUp: string | undefined;
}

const GAVE_UP = new Set(["paused", "rollback_paused", "rollback_completed"]);
const ENDED = new Set(["failed", "rejected", "complete", "orphaned"]);

/** The members of a task template that Docker serialises alike in services and in tasks. */
const COMPARED = ["ContainerSpec", "Resources", "Placement", "Networks", "ForceUpdate"] as const;

/** Whether a task was made from the service's present spec: its own is a copy of the template it came from. */
export function isCurrent(task: DockerTask, service: DockerService): boolean {
  const fingerprint = (template: Record<string, unknown>) =>
    canonicalJson(COMPARED.map((name) => stripEmpty(template[name]) ?? null));
  return fingerprint(task.Spec) === fingerprint(service.Spec.TaskTemplate);
}

/** Go writes a missing value now as nothing, now as zero or {}. */
function stripEmpty(value: unknown): unknown {
  if (value === null || value === 0 || value === "" || value === false) return undefined;
  if (typeof value !== "object") return value;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map((part) => stripEmpty(part) ?? null);
  const kept = Object.entries(value)
    .map(([name, part]) => [name, stripEmpty(part)] as const)
    .filter(([, part]) => part !== undefined);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

/** Pure. `before` holds the tasks that had ended already when the watch began: old failures are not this rollout's. */
export function assessService(
  service: DockerService,
  tasks: readonly DockerTask[],
  before: ReadonlySet<string>,
): Assessment {
  const own = tasks.filter((task) => task.ServiceID === service.ID);
  const wanted = own.filter((task) => task.DesiredState === "running" || task.DesiredState === "ready");
  const current = wanted.filter((task) => isCurrent(task, service));
  const running = current.filter((task) => task.DesiredState === "running" && task.Status.State === "running").length;
  const desired = service.Spec.Mode.Replicated?.Replicas ?? wanted.length;
  const updateState = service.UpdateStatus?.State ?? "";
  const settled = updateState === "" || updateState === "completed";
  return {
    desired,
    running,
    converged: settled && running === desired && wanted.length === running,
    failed: own
      .filter((task) => ENDED.has(task.Status.State) && !before.has(task.ID))
      .sort((a, b) => a.CreatedAt.localeCompare(b.CreatedAt)),
    homeless: current.find((task) => task.Status.State === "pending" && task.Status.Err !== ""),
    gaveUp: GAVE_UP.has(updateState) ? updateState : undefined,
  };
}

/** "pad-notes-production_app.2" */
export const nameTask = (service: DockerService, task: DockerTask) =>
  task.Slot > 0 ? `${service.Spec.Name}.${task.Slot}` : `${service.Spec.Name}.${task.NodeID.slice(0, 12)}`;

/** Why a task failed, in words. `unhealthy` is what its container says of itself: a program that ends well when told to looks like one that ended by itself. */
export function explainTask(task: DockerTask, unhealthy = false): string {
  const said = task.Status.Err || task.Status.Message;
  const code = task.Status.ContainerStatus?.ExitCode ?? 0;
  if (unhealthy || /unhealthy container/.test(said)) return "its health check failed until Docker gave up on it";
  if (/No such image|pull access denied|manifest unknown|not found: manifest/i.test(said))
    return `the node does not have the image and could not get it (${said})`;
  if (/OOM|out of memory/i.test(said) || code === 137)
    return `it was killed (exit code 137), most often for lack of memory: ${said}`;
  if (/executable file not found|no such file or directory/i.test(said))
    return `its program is not in the image (${said})`;
  if (task.Status.State === "complete") return "its program ended with exit code 0 instead of going on";
  if (code !== 0) return `its program ended with exit code ${code}`;
  return said || `it is ${task.Status.State}`;
}
