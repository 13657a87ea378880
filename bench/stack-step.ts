import { setTimeout as delay } from "node:timers/promises";
import pRetry from "p-retry";
import { createServiceRow } from "#lib/backups/testing.ts";
import { listContainerNames } from "#lib/integrations/docker/containers.ts";
import { pinImage } from "#lib/integrations/docker/images.ts";
import { listServices } from "#lib/integrations/docker/services.ts";
import { findNetwork, removeSecret, removeVolume } from "#lib/integrations/docker/swarm.ts";
import { db } from "#lib/platform/db/client.ts";
import { compiled, openStage, type Stage, startRun, untilState } from "#lib/runs/testing/stage.ts";
import { STACK_LABEL } from "#lib/swarm/names.ts";
import type { StackInput } from "#lib/swarm/schema.ts";
import { swarmStack } from "#lib/swarm/steps/stack.ts";
import { addDatabase, createStackInput } from "#lib/swarm/testing.ts";
import { testWorld } from "#local/test-world.ts";
import { runDocker, writeComposeFile } from "./docker-stack.ts";
import { type Measure, measurement, median } from "./measure.ts";

const PAIRS = 5;
const PATIENCE_MS = 180_000;
const LOOK_MS = 25;
const soon = () => AbortSignal.timeout(60_000);

/** A web service with a database, both with the health checks they would have. */
async function prepareStack(): Promise<StackInput> {
  const { images } = testWorld();
  const web = images?.web["1.0"] ?? "";
  const input = createStackInput(web, {
    healthCheck: { kind: "http", path: "/healthz", port: 8080, intervalS: 1, timeoutS: 2, retries: 5, startPeriodS: 5 },
  });
  const complete = await addDatabase(input, "mariadb", images?.mariadb ?? "");
  const [appImagePinned, databaseImagePinned] = await Promise.all([
    pinImage(web, soon()),
    pinImage(images?.mariadb ?? "", soon()),
  ]);
  return { ...complete, appImagePinned, databaseImagePinned };
}

/** Through the engine, from the run's creation until the panel says that it succeeded. */
async function timeStep(stage: Stage, input: StackInput, serviceId: string): Promise<number> {
  const begin = performance.now();
  const { runId } = await startRun(stage.actor, [compiled("stack", "swarm.stack", [], { input })], {
    serviceId,
    environment: input.environment,
  });
  const state = await untilState(runId, "finished", PATIENCE_MS);
  if (state !== "succeeded") {
    const step = await db().step.findFirst({ where: { runId } });
    throw new Error(`the stack step ${state}: ${JSON.stringify(step?.error)}`);
  }
  return performance.now() - begin;
}

/** `docker stack deploy`, then as often a look as the engine bears, until all tasks run. */
async function timeClient(input: StackInput, composeFile: string): Promise<number> {
  const begin = performance.now();
  await runDocker(["stack", "deploy", "--resolve-image", "never", "--compose-file", composeFile, input.stackName]);
  for (const end = begin + PATIENCE_MS; performance.now() < end; await delay(LOOK_MS)) {
    const services = await listServices([`${STACK_LABEL}=${input.stackName}`], soon());
    const running = services.filter(
      ({ ServiceStatus: status }) => status && status.RunningTasks === status.DesiredTasks,
    );
    if (services.length === 2 && running.length === 2) return performance.now() - begin;
  }
  throw new Error("the stack of docker stack deploy did not converge");
}

/** Nothing of the one may be there, or warm, when the other begins. */
async function clearStack(input: StackInput): Promise<void> {
  const label = `${STACK_LABEL}=${input.stackName}`;
  // Refused while a task still holds the network: asked again until all is gone.
  const remove = () => runDocker(["stack", "rm", input.stackName]);
  await pRetry(remove, { retries: 40, factor: 1, minTimeout: 500 });
  const isGone = async () => {
    const [services, containers, network] = await Promise.all([
      listServices([label], soon()),
      listContainerNames([label], soon()),
      findNetwork(input.networkName, soon()),
    ]);
    return services.length + containers.length === 0 && network === null;
  };
  while (!(await isGone())) await delay(100);
  await removeVolume(input.database?.volumeName ?? "", soon());
}

/** How long a stack takes until it runs: our step beside Docker's own client, taken in turns. */
export const stackStep: Measure = {
  title: "The stack step beside docker stack deploy",
  async run() {
    const stage = await openStage("bench-stack");
    const input = await prepareStack();
    const composeFile = writeComposeFile(input);
    try {
      const service = await createServiceRow(input.serviceName);
      await stage.startEngine([swarmStack], {
        leaseMs: 15_000,
        sweepEveryMs: 2_000,
        relayEveryMs: 500,
        quietMs: 5_000,
      });
      const ours: number[] = [];
      const theirs: number[] = [];
      // Each goes first in half of the pairs; the pair before the first warms both up.
      for (let pair = 0; pair <= PAIRS; pair++) {
        const turns = [
          async () => ours.push(await timeStep(stage, input, service.id)),
          async () => theirs.push(await timeClient(input, composeFile)),
        ];
        for (const turn of pair % 2 === 0 ? turns : turns.reverse()) {
          await turn();
          await clearStack(input);
        }
      }
      const [a, b] = [ours.slice(1), theirs.slice(1)];
      console.error(`  pairs, ms: ${a.map((one, i) => `${Math.round(one)}/${Math.round(b[i] ?? 0)}`).join("  ")}`);
      console.error(`  the quickest, ms: ${Math.round(Math.min(...a))}/${Math.round(Math.min(...b))}`);
      return [measurement("stack step beside docker stack deploy", median(a), "ms", median(b))];
    } finally {
      await clearStack(input).catch(() => {});
      for (const name of [input.database?.passwordSecret, input.database?.rootPasswordSecret])
        if (name) await removeSecret(name, soon());
      await stage.close();
    }
  },
};
