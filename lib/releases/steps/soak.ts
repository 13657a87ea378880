import { setTimeout as delay } from "node:timers/promises";
import { findService, listTasks, type ServiceSpec } from "#lib/integrations/docker/services.ts";
import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { PlanResult, StepContext } from "#lib/steps/types.ts";
import { assessService } from "#lib/swarm/assess.ts";
import { readEndedTasks } from "#lib/swarm/converge.ts";
import { redactServiceSecrets } from "#lib/swarm/steps/redact-secrets.ts";
import { assertMoving, endInStep, noteSoaking } from "../commands/end-deployment.ts";
import { type DeployJob, readDeployJob } from "../queries/read-deploy-job.ts";
import { type Failure, findFailure } from "../rollout/find-failure.ts";
import { askProbe, chooseProbe, type Probe } from "../rollout/probe.ts";
import { putBack } from "../rollout/put-back.ts";
import { WatchedTime } from "../rollout/watched-time.ts";
import { type DeployStepInput, deployStepInputSchema } from "../schema/steps.ts";
import { type Begun, releasesRollout } from "./rollout.ts";

/** One bad answer may be chance; as many after each other are not. */
const BAD_PROBES = 3;
/** How long a task may be on its way back without the release being blamed, as when a node is emptied. */
const MOVING_MS = 60_000;
const LOOK_MS = 2_000;
const NOTE_MS = 15_000;
const DAY_MS = 86_400_000;

interface SoakOutput {
  soakS: number;
  /** Null: nothing was asked, and why. */
  probe: { url: string; status: number; asked: number; bad: number } | null;
  notProbed: string | null;
}

interface Soaking {
  /** So long it has been watched, noted now and then: time in which no worker looked is none. */
  watchedMs: number;
  before: string[];
  failure?: Failure;
  /** It was good to the end. */
  output?: SoakOutput;
}

/** The new tasks are watched, and their page is asked, for as long as the environment says. */
export const releasesSoak = defineStep({
  name: "releases.soak",
  queue: "releases",
  input: deployStepInputSchema,
  timeoutMs: DAY_MS + 3 * 60 * 60_000,
  plan: planSoak,
  apply: applySoak,
  verify: async () => ({ ok: true, reason: "It was watched when it was deployed." }),
  undo: async () => {},
});

async function planSoak({ deploymentId }: DeployStepInput): Promise<PlanResult> {
  const { names, soakS } = await readDeployJob(deploymentId);
  return { changes: [{ action: "check", kind: "service", name: names.appService, detail: `for ${soakS} s` }] };
}

async function applySoak({ deploymentId }: DeployStepInput, ctx: StepContext): Promise<SoakOutput> {
  const job = await readDeployJob(deploymentId);
  // A worker may die after it was said to be done and before its step was.
  const over = ctx.checkpoint.get<Soaking>()?.output;
  if (over && job.state === "done" && job.row.runId === ctx.run.id) return over;
  assertMoving(job, ctx);
  await redactServiceSecrets(ctx);
  await noteSoaking(job, ctx);
  const soaking = ctx.checkpoint.get<Soaking>() ?? (await begin(job, ctx));
  const spec = await readSpecBefore(ctx.run.id);
  if (soaking.failure) return putBack(job, soaking.failure, spec, ctx);
  const watch = new SoakWatch(job, soaking, ctx);
  try {
    await watch.untilOver();
  } catch (error) {
    ctx.signal.throwIfAborted();
    if (!(error instanceof SoakFailed)) throw error;
    const rollout = { image: job.next.content.images.app ?? "", before: new Set(soaking.before) };
    const found = await findFailure(job.names.appService, rollout, error, ctx);
    const failure =
      found.message === error.message ? found : { ...found, message: `${error.message} ${found.message}` };
    await ctx.checkpoint.set({ ...soaking, watchedMs: watch.watchedMs, failure } satisfies Soaking);
    return putBack(job, failure, spec, ctx);
  }
  const outcome = `Runs, and was good for ${job.soakS} s${watch.describe()}.`;
  const output = watch.output();
  await ctx.checkpoint.set({ ...soaking, watchedMs: watch.watchedMs, output } satisfies Soaking);
  await endInStep(job, { state: "done", outcome }, ctx);
  ctx.log.info(outcome);
  return output;
}

async function begin({ names }: DeployJob, ctx: StepContext): Promise<Soaking> {
  const before = await readEndedTasks(names.stackName, ctx.signal);
  const soaking: Soaking = { watchedMs: 0, before: [...before] };
  await ctx.checkpoint.set(soaking);
  return soaking;
}

/** What the rollout of this run noted before it began. */
async function readSpecBefore(runId: number): Promise<ServiceSpec | undefined> {
  const step = await db().step.findFirst({
    where: { runId, name: releasesRollout.name },
    select: { checkpoint: true },
  });
  return (step?.checkpoint as Begun | null | undefined)?.spec;
}

class SoakFailed extends AppError {}
const failed = (message: string, detail = "") =>
  new SoakFailed({ code: "releases.soak_failed", message, ...(detail ? { detail } : {}) });

class SoakWatch {
  readonly #job: DeployJob;
  readonly #soaking: Soaking;
  readonly #ctx: StepContext;
  readonly #probe: Probe | string;
  readonly #watched: WatchedTime;
  #notedMs: number;
  #asked = 0;
  #bad = 0;
  #badInARow = 0;
  #lastWords = "";
  #movingSince: number | undefined;

  constructor(job: DeployJob, soaking: Soaking, ctx: StepContext) {
    this.#job = job;
    this.#soaking = soaking;
    this.#ctx = ctx;
    this.#probe = chooseProbe(job);
    this.#watched = new WatchedTime(soaking.watchedMs);
    this.#notedMs = soaking.watchedMs;
  }

  async untilOver(): Promise<void> {
    const { soakS } = this.#job;
    const { signal, log, progress } = this.#ctx;
    if (typeof this.#probe === "string") log.info(`No page is asked: ${this.#probe}. Only the swarm is.`);
    for (;;) {
      const isGood = (await this.#lookAtTasks()) && (await this.#askPage());
      const watchedMs = this.#watched.look(Date.now());
      const left = soakS * 1000 - watchedMs;
      progress(`watched for ${Math.min(soakS, Math.round(watchedMs / 1000))} of ${soakS} s`);
      if (left <= 0 && isGood) return;
      await this.#note();
      await delay(left > 0 ? Math.min(LOOK_MS, left) : LOOK_MS, undefined, { signal });
    }
  }

  get watchedMs(): number {
    return this.#watched.ms;
  }

  /** So that a worker after this one need not begin anew, and does not count the time between. */
  async #note(): Promise<void> {
    if (this.watchedMs - this.#notedMs < NOTE_MS) return;
    this.#notedMs = this.watchedMs;
    await this.#ctx.checkpoint.set({ ...this.#soaking, watchedMs: this.watchedMs } satisfies Soaking);
  }

  /** True when every task runs. A task that ended since the rollout is the release's fault. */
  async #lookAtTasks(): Promise<boolean> {
    const { appService } = this.#job.names;
    const service = await findService(appService, this.#ctx.signal);
    if (!service) throw failed(`${appService} is no longer in the swarm.`);
    const image = this.#job.next.content.images.app;
    if (service.Spec.TaskTemplate.ContainerSpec?.Image !== image)
      throw failed(`Somebody changed ${appService} while it was watched: it is no longer ${image}.`);
    const tasks = await listTasks({ service: [service.ID] }, this.#ctx.signal);
    const {
      failed: ended,
      converged,
      gaveUp,
      running,
      desired,
    } = assessService(service, tasks, new Set(this.#soaking.before));
    if (ended.length > 0 || gaveUp) throw failed(`It did not stay up while it was watched.`);
    if (converged) {
      this.#movingSince = undefined;
      return true;
    }
    this.#movingSince ??= Date.now();
    if (Date.now() - this.#movingSince > MOVING_MS)
      throw failed(`While it was watched, ${appService} came to have ${running} of ${desired} tasks running.`);
    return false;
  }

  async #askPage(): Promise<boolean> {
    if (typeof this.#probe === "string") return true;
    const { log, signal } = this.#ctx;
    const { ok, words } = await askProbe(this.#probe, signal);
    signal.throwIfAborted();
    this.#asked += 1;
    const short = words.replace(/ in \d+ ms$/, "");
    if (short !== this.#lastWords) log[ok ? "info" : "warn"](`${this.#url()} answered ${words}`);
    this.#lastWords = short;
    if (ok) {
      this.#badInARow = 0;
      return true;
    }
    this.#bad += 1;
    this.#badInARow += 1;
    if (this.#badInARow >= BAD_PROBES)
      throw failed(`${this.#url()} answered ${short} ${BAD_PROBES} times after each other, not ${this.#probe.status}.`);
    return false;
  }

  #url(): string {
    return typeof this.#probe === "string" ? "" : `http://${this.#probe.host}:${this.#probe.port}${this.#probe.path}`;
  }

  describe(): string {
    if (typeof this.#probe === "string") return `; no page was asked, for ${this.#probe}`;
    return `; ${this.#url()} answered ${this.#asked - this.#bad} of ${this.#asked} times as it should`;
  }

  output(): SoakOutput {
    const { soakS } = this.#job;
    if (typeof this.#probe === "string") return { soakS, probe: null, notProbed: this.#probe };
    const { status } = this.#probe;
    return { soakS, probe: { url: this.#url(), status, asked: this.#asked, bad: this.#bad }, notProbed: null };
  }
}
