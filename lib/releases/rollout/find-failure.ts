import { readContainerLog } from "#lib/integrations/docker/containers.ts";
import type { DockerService, DockerTask } from "#lib/integrations/docker/schema.ts";
import { findService, listTasks } from "#lib/integrations/docker/services.ts";
import type { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { explainTask, nameTask } from "#lib/swarm/assess.ts";
import { examineContainer } from "#lib/swarm/examine-container.ts";

const LAST_LINES = 15;
const LINE_MAX = 300;
const FAILED = new Set(["failed", "rejected", "complete", "orphaned"]);
/** Its container runs and has not been healthy yet. */
const STARTING = "starting";

/** Why a release is not what serves: kept over a worker's death, so that what was begun for it is ended. */
export interface Failure {
  /** One sentence or two, for the release's page: which task, what it said, its exit code. */
  message: string;
  /** The task's last lines and what Docker said. */
  detail: string;
}

const wasStarted = (task: DockerTask) => Boolean(task.Status.ContainerStatus?.ContainerID);
/** One that was started comes first: the next try may still wait for the port or the node that this one has not left yet. */
const mostTelling = (one: DockerTask, other: DockerTask) =>
  Number(wasStarted(other)) - Number(wasStarted(one)) || other.CreatedAt.localeCompare(one.CreatedAt);

/** The task of a rollout that says most about why it failed: the last one that was started; undefined: it failed for another reason. */
export function pickFailed(
  tasks: readonly DockerTask[],
  service: DockerService,
  { image, before }: { image: string; before: ReadonlySet<string> },
): DockerTask | undefined {
  return tasks
    .filter((task) => task.ServiceID === service.ID && !before.has(task.ID))
    .filter((task) => task.Spec.ContainerSpec?.Image === image)
    .filter((task) => FAILED.has(task.Status.State) || task.Status.State === STARTING || task.Status.Err !== "")
    .sort(mostTelling)[0];
}

async function readLastLines(task: DockerTask, ctx: StepContext): Promise<string[]> {
  const id = task.Status.ContainerStatus?.ContainerID;
  if (!id) return [];
  try {
    const frames = await readContainerLog(id, LAST_LINES, ctx.signal);
    const text = frames.map(({ data }) => Buffer.from(data).toString("utf8")).join("");
    return text
      .split(/\r?\n/)
      .filter((line) => line !== "")
      .slice(-LAST_LINES)
      .map((line) => line.slice(0, LINE_MAX));
  } catch {
    ctx.signal.throwIfAborted();
    return []; // On another node, or gone: the reason itself is known.
  }
}

/** Puts into words why a rollout or a soak failed: the task by its name, what Docker says of it, its exit code, its last lines. */
export async function findFailure(
  name: string,
  rollout: { image: string; before: ReadonlySet<string> },
  error: AppError,
  ctx: StepContext,
): Promise<Failure> {
  const service = await findService(name, ctx.signal);
  const task = service && pickFailed(await listTasks({ service: [service.ID] }, ctx.signal), service, rollout);
  if (!service || !task) return { message: error.message, detail: error.detail ?? "" };
  const lines = await readLastLines(task, ctx);
  const { unhealthy, evidence } = await examineContainer(task, ctx);
  const exitCode = task.Status.ContainerStatus?.ExitCode ?? 0;
  const ended = exitCode === 0 ? "" : ` Its exit code was ${exitCode}.`;
  const why = task.Status.State === STARTING ? "its health check did not succeed" : explainTask(task, unhealthy);
  return {
    message: `The task ${nameTask(service, task)} failed: ${why}.${ended}`,
    detail: [
      task.Status.Err,
      evidence,
      error.detail ?? error.message,
      ...(lines.length > 0 ? ["Its last lines:", ...lines] : ["It wrote nothing."]),
    ]
      .filter((part, index, all) => part !== "" && all.indexOf(part) === index)
      .join("\n"),
  };
}
