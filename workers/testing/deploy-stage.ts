import { readContainerLog } from "#lib/integrations/docker/containers.ts";
import { runExec } from "#lib/integrations/docker/exec.ts";
import { pinImage } from "#lib/integrations/docker/images.ts";
import { createService, listTasks, removeService, type ServiceSpec } from "#lib/integrations/docker/services.ts";
import { findNetwork } from "#lib/integrations/docker/swarm.ts";
import { db } from "#lib/platform/db/client.ts";
import { createRelease } from "#lib/releases/commands/create-release.ts";
import { decideDeployment } from "#lib/releases/commands/decide.ts";
import { proposeDeployment } from "#lib/releases/commands/propose.ts";
import { startByHand } from "#lib/releases/commands/start-deployment.ts";
import { compareRelease } from "#lib/releases/queries/compare-release.ts";
import { newReleaseSchema } from "#lib/releases/schema/release.ts";
import { createLiveService } from "#lib/releases/testing/live-service.ts";
import { isFinished } from "#lib/runs/run-state.ts";
import { type TestActor, until } from "#lib/runs/testing/stage.ts";
import type { RunState } from "#lib/runs/types.ts";
import type { DraftAnswers } from "#lib/services/schema/answers.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { storeObservation } from "#lib/swarm/commands/store-observation.ts";
import { observeSwarm } from "#lib/swarm/observation.ts";
import { type StackInput, stackInputSchema } from "#lib/swarm/schema.ts";
import { swarmSecret } from "#lib/swarm/steps/secret.ts";
import { swarmStack } from "#lib/swarm/steps/stack.ts";
import { provideMysqlImage } from "#local/images/mysql.ts";
import { testWorld } from "#local/test-world.ts";
import { clearDocker } from "./outside.ts";

const signal = () => AbortSignal.timeout(300_000);
export const webImages = (): Record<string, string> => testWorld().images?.web ?? {};

/** A check that fails is judged within a few seconds; one that is slow to be run, on a machine that is busy, is waited for. */
export const HEALTHY = {
  healthKind: "http",
  healthPath: "/healthz",
  healthPort: 8080,
  healthIntervalS: 1,
  healthTimeoutS: 10,
  healthRetries: 3,
  healthStartPeriodS: 1,
} as const;
/** Nothing that two tasks at once would fight over: its updates start the new task first. */
export const INSIDE = { container: 8080, protocol: "tcp", publish: "internal", published: null, purpose: "Web pages" };

export interface Running {
  id: string;
  name: string;
  app: string;
  remove(): Promise<void>;
}

/** A live service whose stack is really on the swarm, with release 1; `app`: another image than the sample's. */
export async function createRunning(
  owner: TestActor,
  answers: DraftAnswers = {},
  app?: string,
  named?: string,
): Promise<Running> {
  const image = await pinImage(app ?? webImages()["1.0"] ?? "", signal());
  const { id, name, runId } = await createLiveService(owner, {
    ...(named ? { name: named } : {}),
    image,
    answers: {
      ...answers,
      placement: { memoryMb: 64, ...HEALTHY, ports: [INSIDE], ...answers.placement },
      data: { database: "none", filesFolder: false, ...answers.data },
      exposure: { audience: "internal", ...answers.exposure },
    },
  });
  await db().environment.update({ where: { id }, data: { soakS: 2 } });
  const step = await db().step.findFirstOrThrow({ where: { runId, name: "swarm.stack" } });
  const t = createTestContext({ service: { id, name }, environment: "production" });
  const input = await withRealDatabase(stackInputSchema.parse(step.input));
  const { database } = input;
  const secrets = new Set(input.app.secrets.map(({ swarmName }) => swarmName));
  if (database) secrets.add(database.passwordSecret).add(database.rootPasswordSecret);
  for (const swarmName of secrets)
    await swarmSecret.apply({ swarmName, secretName: swarmName, source: "stored" }, t.ctx);
  await swarmStack.apply(input, t.ctx);
  await lookAtSwarm();
  return { id, name, app: `${name}-production_app`, remove: () => clearDocker(name) };
}

async function withRealDatabase(input: StackInput): Promise<StackInput> {
  if (!input.database) return input;
  const { engine } = input.database;
  const { images } = testWorld();
  const image =
    engine === "mysql"
      ? await provideMysqlImage(testWorld())
      : images?.[engine === "postgresql" ? "postgres" : "mariadb"];
  return { ...input, databaseImagePinned: await pinImage(image ?? "", signal()) };
}

/** Asks a service's own MariaDB as its administrator. */
export async function askDatabase({ name }: Running, sql: string): Promise<string> {
  const [task] = (await listTasks({ service: [`${name}-production_db`] }, signal())).filter(
    ({ Status }) => Status.State === "running",
  );
  const argv = ["mariadb", "--user=root", "--batch", "--skip-column-names", name.replaceAll("-", "_"), "-e", sql];
  const env = { MYSQL_PWD: "value-of-db_root_pass" };
  const { stdout, stderr, exitCode } = await runExec(
    task?.Status.ContainerStatus?.ContainerID ?? "",
    { argv, env },
    signal(),
  );
  if (exitCode !== 0) throw new Error(stderr);
  return stdout.trim();
}

/** What a worker does all the time, done now: proposals are made over what it saw. */
export async function lookAtSwarm(): Promise<void> {
  await storeObservation(await observeSwarm(signal()));
}

type NewRelease = Parameters<typeof newReleaseSchema.parse>[0];

export interface Approved {
  id: string;
  releaseId: string;
  seal: string;
}

/** A release of the service, resolved by a worker, proposed by one person and approved by as many others as it takes. */
export async function approveRelease(
  proposer: TestActor,
  approvers: readonly TestActor[],
  serviceName: string,
  release: NewRelease,
): Promise<Approved> {
  const made = await createRelease(proposer, serviceName, newReleaseSchema.parse(release));
  await until("the release to be resolved", async () => {
    const row = await db().release.findUniqueOrThrow({ where: { id: made.id } });
    if (row.state === "failed") throw new Error(row.error ?? "it failed");
    return row.state === "ready";
  });
  await lookAtSwarm();
  const compared = await compareRelease(proposer, { releaseId: made.id, environment: "production" });
  const proposed = await proposeDeployment(proposer, {
    ...{ releaseId: made.id, environment: "production", startAt: null },
    ...{ answers: compared.prefilled, seal: compared.seal },
  });
  for (const approver of approvers) {
    const decision = {
      decision: "approve",
      seal: proposed.seal,
      comment: "Looked at it.",
      onBehalfOfId: null,
    } as const;
    const { state } = await decideDeployment(approver, proposed.id, decision);
    if (state !== "proposed") break;
  }
  return { id: proposed.id, releaseId: made.id, seal: proposed.seal };
}

/** Starts it, unless the worker was faster, and gives its run. */
export async function start(actor: TestActor, id: string): Promise<number> {
  await startByHand(actor, id).catch(async (error: unknown) => {
    const { runId } = await db().deployment.findUniqueOrThrow({ where: { id } });
    if (runId === null) throw error;
  });
  const { runId } = await db().deployment.findUniqueOrThrow({ where: { id } });
  return runId ?? 0;
}

export async function untilRunEnds(runId: number): Promise<RunState> {
  return until(`run ${runId} to end`, async () => {
    const run = await db().run.findUniqueOrThrow({ where: { id: runId }, select: { state: true } });
    return isFinished(run.state as RunState) ? (run.state as RunState) : undefined;
  });
}

/** Images of the app's tasks that run, asked of Docker. */
export async function runningImages(app: string): Promise<(string | undefined)[]> {
  const tasks = await listTasks({ service: [app] }, signal());
  return tasks.filter((task) => task.Status.State === "running").map((task) => task.Spec.ContainerSpec?.Image);
}

/** Every task Docker remembers of an image: one for each replica of one rollout. */
export async function countTasks(app: string, image: string): Promise<number> {
  const tasks = await listTasks({ service: [app] }, signal());
  return tasks.filter((task) => task.Spec.ContainerSpec?.Image === image).length;
}

/** Asks "app" again and again, each time with a new name lookup and connection, and says of each whether it was answered. */
const POLLER = `
while :; do
  line=""
  if exec 3<>/dev/tcp/app/8080; then
    printf 'GET / HTTP/1.0\\r\\nHost: app\\r\\n\\r\\n' >&3
    IFS= read -r -t 5 line <&3
    exec 3<&- 3>&-
  fi 2>/dev/null
  case "$line" in
    *" 200 "*) echo good ;;
    *) echo "bad $line" ;;
  esac
  sleep 0.05
done`;

export interface Poller {
  /** How many requests were answered and how many were not, since it began. */
  count(): Promise<{ good: number; bad: number }>;
  stop(): Promise<void>;
}

/** A client on the service's own overlay network. Its first answers are waited for. */
export async function startPoller(serviceName: string): Promise<Poller> {
  const network = await findNetwork(`${serviceName}-production_default`, signal());
  const name = `poll-${serviceName}`;
  const spec = {
    Name: name,
    Labels: {},
    TaskTemplate: {
      ContainerSpec: { Image: testWorld().images?.tools ?? "", Command: ["bash", "-c", POLLER] },
      RestartPolicy: { Condition: "none" },
      Networks: [{ Target: network?.Id ?? "" }],
    },
    Mode: { Replicated: { Replicas: 1 } },
    EndpointSpec: { Mode: "dnsrr" },
  };
  await createService(spec as unknown as ServiceSpec, signal());
  const container = await until("the client to run", async () => {
    const [task] = await listTasks({ service: [name] }, signal());
    const id = task?.Status.ContainerStatus?.ContainerID;
    return task?.Status.State === "running" && id ? id : undefined;
  });
  const count = async () => {
    const frames = await readContainerLog(container, 100_000, signal());
    const lines = frames
      .map(({ data }) => Buffer.from(data).toString("utf8"))
      .join("")
      .split("\n");
    return {
      good: lines.filter((line) => line === "good").length,
      bad: lines.filter((line) => line.startsWith("bad")).length,
    };
  };
  await until("the client's first answers", async () => ((await count()).good >= 5 ? true : undefined));
  return { count, stop: () => removeService(name, signal()) };
}
