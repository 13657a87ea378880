import { setTimeout as delay } from "node:timers/promises";
import { watchEvents } from "#lib/integrations/docker/events.ts";
import type { DockerService, DockerTask } from "#lib/integrations/docker/schema.ts";
import { listServices, listTasks, type ServiceSpec, updateService } from "#lib/integrations/docker/services.ts";
import { listNodes } from "#lib/integrations/docker/swarm.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { type Assessment, assessService, explainTask, nameTask } from "./assess.ts";
import { examineContainer, readContainerHealth } from "./examine-container.ts";
import { STACK_LABEL } from "./names.ts";

const FIRST_PAUSE_MS = 40;
const LONGEST_PAUSE_MS = 500;
/** A program that dies at once is seen to run for a moment. Where no container's health says otherwise, it has to last. */
const SETTLE_MS = 2_000;
const HOMELESS_MS = 10_000;
/** Swarm now and then forgets to take away tasks it was told are too many; told again, it does. */
const SURPLUS_MS = 15_000;
const MAX_FAILURES = 3;

export interface Rollout {
  stackName: string;
  /** Service name → whether it has a health check. */
  services: ReadonlyMap<string, { hasHealthCheck: boolean }>;
  /** Ids of tasks that were there before anything was changed. */
  before: ReadonlySet<string>;
  timeoutMs: number;
  /** Services that others need first: their failures count from the start, the others' only once these run. */
  first: ReadonlySet<string>;
}

export interface ConvergedService {
  service: DockerService;
  assessment: Assessment;
}

/** Tasks of a stack that have ended: given to `waitUntilConverged`, so that their failures are not counted again. */
export async function readEndedTasks(stackName: string, signal: AbortSignal): Promise<Set<string>> {
  const tasks = await listTasks({ label: [`${STACK_LABEL}=${stackName}`] }, signal);
  return new Set(tasks.filter((task) => task.DesiredState === "shutdown").map((task) => task.ID));
}

/**
 * Waits until every service runs what it should, all tasks, the update completed. Writes each task's way into the log once.
 * Throws a permanent error with the failing task's reason when it will not come to that by itself.
 */
export async function waitUntilConverged(rollout: Rollout, ctx: StepContext): Promise<ConvergedService[]> {
  const watch = new RolloutWatch(rollout, ctx);
  const deadline = Date.now() + rollout.timeoutMs;
  const bell = listenForEvents(rollout.stackName, ctx.signal);
  try {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.3, LONGEST_PAUSE_MS)) {
      const done = await watch.look();
      if (done) return done;
      if (Date.now() > deadline) throw watch.describeTimeout();
      if (await bell.wait(pause)) pause = FIRST_PAUSE_MS;
    }
  } finally {
    bell.stop();
  }
}

class RolloutWatch {
  readonly #rollout: Rollout;
  readonly #ctx: StepContext;
  readonly #seen = new Map<string, string>();
  readonly #ignored = new Set<string>();
  #nodes: Map<string, string> | undefined;
  #homelessSince = new Map<string, number>();
  #surplusSince = new Map<string, number>();
  #calmSince: number | undefined;
  #last: ConvergedService[] = [];

  constructor(rollout: Rollout, ctx: StepContext) {
    this.#rollout = rollout;
    this.#ctx = ctx;
  }

  async look(): Promise<ConvergedService[] | undefined> {
    const { stackName, services, before } = this.#rollout;
    const label = [`${STACK_LABEL}=${stackName}`];
    const signal = this.#ctx.signal;
    const [present, tasks] = await Promise.all([listServices(label, signal), listTasks({ label }, signal)]);
    await this.#logTransitions(present, tasks);
    this.#last = present
      .filter((service) => services.has(service.Spec.Name))
      .map((service) => ({ service, assessment: assessService(service, tasks, before) }));
    this.#reportProgress();
    for (const one of this.#last) {
      await this.#failWhenHopeless(one);
      await this.#remindOfSurplus(one);
    }
    const complete = this.#last.length === services.size && this.#last.every(({ assessment }) => assessment.converged);
    if (!complete) {
      this.#calmSince = undefined;
      return undefined;
    }
    const health = await this.#readHealth(tasks);
    if (health === "sick") {
      this.#calmSince = undefined;
      return undefined;
    }
    this.#calmSince ??= Date.now();
    return health === "proven" || Date.now() - this.#calmSince >= SETTLE_MS ? this.#last : undefined;
  }

  /**
   * Swarm calls a task running as soon as its container "died with exit code 0" before it was ever healthy, which is how a
   * well-behaved program ends that was stopped as unhealthy. So the containers are asked themselves, where this engine has them.
   */
  async #readHealth(tasks: DockerTask[]): Promise<"proven" | "unknown" | "sick"> {
    const checked = this.#last.filter(({ service }) => this.#rollout.services.get(service.Spec.Name)?.hasHealthCheck);
    const ids = new Set(checked.map(({ service }) => service.ID));
    const running = tasks.filter((task) => ids.has(task.ServiceID) && task.DesiredState === "running");
    const found = await Promise.all(running.map((task) => readContainerHealth(task, this.#ctx.signal)));
    if (found.includes("sick")) return "sick";
    const unchecked = this.#last.some((one) => one.assessment.desired > 0 && !checked.includes(one));
    return unchecked || found.includes("unknown") ? "unknown" : "proven";
  }

  /** The same spec again: https://github.com/moby/moby/issues/36527. */
  async #remindOfSurplus({ service, assessment }: ConvergedService): Promise<void> {
    if (assessment.running <= assessment.desired) {
      this.#surplusSince.delete(service.ID);
      return;
    }
    const since = this.#surplusSince.get(service.ID) ?? Date.now();
    this.#surplusSince.set(service.ID, since);
    if (Date.now() - since < SURPLUS_MS) return;
    this.#surplusSince.delete(service.ID);
    this.#ctx.log.warn(
      `Swarm leaves ${assessment.running} tasks of ${service.Spec.Name} running where ${assessment.desired} shall; telling it again`,
    );
    await this.#ctx.guard();
    await updateService(service, service.Spec as ServiceSpec, this.#ctx.signal);
  }

  describeTimeout(): AppError {
    const late = this.#last.filter(({ assessment }) => !assessment.converged);
    const words = late.map(
      ({ service, assessment }) =>
        `${service.Spec.Name} has ${assessment.running} of ${assessment.desired} tasks running`,
    );
    return new AppError({
      code: "stack.not_converged",
      message: `The stack did not converge within ${Math.round(this.#rollout.timeoutMs / 1000)} s: ${words.join("; ") || "its services are not there"}.`,
      advice:
        "The log shows how far each task came. Try again when the cause is mended, or raise SWARM_CONVERGE_TIMEOUT_S.",
      detail: [...this.#seen.values()].slice(-20).join("\n"),
    });
  }

  #reportProgress(): void {
    const running = this.#last.reduce(
      (sum, { assessment }) => sum + Math.min(assessment.running, assessment.desired),
      0,
    );
    const desired = this.#last.reduce((sum, { assessment }) => sum + assessment.desired, 0);
    this.#ctx.progress(`task ${running}/${desired}`, running, desired);
  }

  async #logTransitions(services: DockerService[], tasks: DockerTask[]): Promise<void> {
    const byId = new Map(services.map((service) => [service.ID, service]));
    const sorted = [...tasks].sort((a, b) => a.Status.Timestamp.localeCompare(b.Status.Timestamp));
    for (const task of sorted) {
      const service = byId.get(task.ServiceID);
      if (!service || this.#rollout.before.has(task.ID)) continue;
      const state = `${task.Status.State} ${task.Status.Err}`;
      const text = `${nameTask(service, task)} (${task.ID.slice(0, 8)}) ${task.Status.State}${await this.#place(task)}${task.Status.Err ? `: ${task.Status.Err}` : ""}`;
      if (this.#seen.get(task.ID)?.endsWith(state)) continue;
      this.#seen.set(task.ID, `${text}\t${state}`);
      if (task.Status.Err) this.#ctx.log.warn(text);
      else this.#ctx.log.info(text);
    }
  }

  async #place(task: DockerTask): Promise<string> {
    if (!task.NodeID) return "";
    this.#nodes ??= new Map(
      (await listNodes(this.#ctx.signal)).map((node) => [node.ID, node.Description.Hostname || node.ID]),
    );
    return ` on ${this.#nodes.get(task.NodeID) ?? task.NodeID}`;
  }

  async #failWhenHopeless({ service, assessment }: ConvergedService): Promise<void> {
    const failed = this.#countable(service, assessment);
    const last = assessment.failed.at(-1);
    if (assessment.gaveUp)
      throw await this.#giveUp("stack.rolled_back", service, last, GAVE_UP_WORDS[assessment.gaveUp]);
    if (assessment.homeless) this.#failWhenHomeless(service, assessment.homeless);
    else this.#homelessSince.delete(service.ID);
    // Swarm itself decides, and rolls back.
    if (service.UpdateStatus?.State === "updating" || service.UpdateStatus?.State === "rollback_started") return;
    const limit = failed.some((task) => task.Status.State === "rejected") ? 2 : MAX_FAILURES;
    if (failed.length >= limit)
      throw await this.#giveUp("stack.task_failed", service, last, `failed ${failed.length} times`);
  }

  /** Failures that count: not those of an app that started before its database. */
  #countable(service: DockerService, assessment: Assessment): DockerTask[] {
    const { first } = this.#rollout;
    const waits = !first.has(service.Spec.Name);
    const firstRuns = this.#last.every((one) => !first.has(one.service.Spec.Name) || one.assessment.converged);
    if (waits && !firstRuns) for (const task of assessment.failed) this.#ignored.add(task.ID);
    return assessment.failed.filter((task) => !this.#ignored.has(task.ID));
  }

  #failWhenHomeless(service: DockerService, task: DockerTask): void {
    const since = this.#homelessSince.get(service.ID) ?? Date.now();
    this.#homelessSince.set(service.ID, since);
    if (Date.now() - since < HOMELESS_MS) return;
    throw new AppError({
      code: "stack.no_suitable_node",
      message: `No node of the swarm can take ${nameTask(service, task)}: ${task.Status.Err.replace(/^no suitable node \((.*)\)$/, "$1")}.`,
      advice: "Compare the service's host or node label, its resources and its ports with the nodes.",
      detail: task.Status.Err,
    });
  }

  async #giveUp(
    code: string,
    service: DockerService,
    task: DockerTask | undefined,
    happened = "failed",
  ): Promise<AppError> {
    const who = task ? nameTask(service, task) : service.Spec.Name;
    const { unhealthy, evidence } = task ? await examineContainer(task, this.#ctx) : { unhealthy: false, evidence: "" };
    const reason = task ? explainTask(task, unhealthy) : service.UpdateStatus?.Message || "Swarm gave no reason";
    return new AppError({
      code,
      message: `${code === "stack.rolled_back" ? `${service.Spec.Name} ${happened}` : `${who} ${happened}`}: ${reason}.`,
      advice: "The log holds what the task said last. Mend the cause, then retry this step.",
      detail: [service.UpdateStatus?.Message, task?.Status.Err, evidence].filter(Boolean).join("\n"),
    });
  }
}

const GAVE_UP_WORDS: Record<string, string> = {
  paused: "was only partly updated, Swarm paused the update",
  rollback_paused: "could not even be rolled back",
  rollback_completed: "was rolled back by Swarm to what ran before",
};

/** Docker's events cut the pauses short; without them the polling alone gets there too. */
function listenForEvents(stackName: string, signal: AbortSignal) {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  let ring = () => {};
  const listen = async () => {
    for await (const _event of watchEvents({ label: [`${STACK_LABEL}=${stackName}`] }, either)) ring();
  };
  listen().catch(() => {});
  return {
    stop: () => stop.abort(),
    /** True when an event came before the pause was over. */
    wait: async (pauseMs: number): Promise<boolean> => {
      const rung = new Promise<true>((resolve) => {
        ring = () => resolve(true);
      });
      const timer = new AbortController();
      const pause = delay(pauseMs, false as const, { signal: AbortSignal.any([signal, timer.signal]) });
      try {
        const cut = await Promise.race([rung, pause]);
        // What the event announced reaches the manager's own state a moment later.
        if (cut) await delay(10, undefined, { signal });
        return cut;
      } catch (error) {
        signal.throwIfAborted();
        throw error;
      } finally {
        timer.abort();
        pause.catch(() => {});
      }
    },
  };
}
