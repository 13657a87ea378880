import { db } from "#lib/platform/db/client.ts";
import { describeDrift } from "../compare/describe-drift.ts";
import { releaseContentSchema } from "../schema/content.ts";
import { type TargetState, targetStateSchema } from "../schema/deployment-views.ts";
import type { EnvironmentView } from "../types.ts";
import { namesIn } from "./find-environment.ts";
import type { ObservedServices } from "./read-target-state.ts";

type Drift = NonNullable<EnvironmentView["drift"]>;

interface Settled {
  stackName: string;
  environment: string;
  /** What was deployed there last. */
  current: { runId: number | null; content: unknown; finishedAt: Date | null; createdAt: Date };
}

/** What the rollout of each run left in the swarm, as Docker said right then. */
async function readLeft(runIds: number[]): Promise<Map<number, ObservedServices>> {
  const steps = await db().step.findMany({
    where: { runId: { in: runIds }, name: "releases.rollout", state: "succeeded" },
    select: { runId: true, output: true },
  });
  const left = new Map<number, ObservedServices>();
  for (const { runId, output } of steps) {
    const services = targetStateSchema.shape.services.safeParse((output as { services?: unknown } | null)?.services);
    if (services.success) left.set(runId, services.data);
  }
  return left;
}

const writtenBy = (label: string | null) => label?.split(".")[0] ?? null;

/** A spec that the panel itself has written since, as when a secret was rotated, is as the panel put it. */
function asPut(left: ObservedServices, seen: ObservedServices): ObservedServices {
  return left.map((one) => {
    const now = seen.find(({ name }) => name === one.name);
    const isRewritten = now?.specLabel && writtenBy(now.specLabel) !== writtenBy(one.specLabel);
    return now && (one.specLabel === null || isRewritten) ? { ...one, specLabel: now.specLabel } : one;
  });
}

const stateOf = (services: ObservedServices): TargetState => ({
  ...{ deploymentId: null, configVersion: null, secretVersions: {}, services, soakS: 0 },
});

/**
 * In which ways what runs in environments is not what the panel put there, as the workers saw it last; by stack, those only in which
 * something is. Of what no rollout of the panel's brought there only the app's image is known.
 */
export async function readDrift(serviceName: string, environments: readonly Settled[]): Promise<Map<string, Drift>> {
  const found = new Map<string, Drift>();
  if (environments.length === 0) return found;
  const [left, rows, looked] = await Promise.all([
    readLeft(environments.flatMap(({ current }) => current.runId ?? [])),
    db().swarmService.findMany({
      where: { stack: { in: environments.map(({ stackName }) => stackName) } },
      select: { name: true, stack: true, image: true, specLabel: true },
    }),
    db().swarmNode.aggregate({ _max: { observedAt: true } }),
  ]);
  const seenAt = looked._max.observedAt;
  for (const { stackName, environment, current } of environments) {
    // What was seen before it came there says nothing.
    if (!seenAt || seenAt <= (current.finishedAt ?? current.createdAt)) continue;
    const seen = rows
      .filter(({ stack }) => stack === stackName)
      .map(({ name, image, specLabel }) => ({ name, image, specLabel }));
    const { appService } = namesIn(serviceName, environment);
    const app = { name: appService, image: releaseContentSchema.parse(current.content).images.app ?? "" };
    const put = (current.runId === null ? null : left.get(current.runId)) ?? [{ ...app, specLabel: null }];
    const isComplete = left.has(current.runId ?? 0);
    const now = isComplete ? seen : seen.filter(({ name }) => name === appService);
    const words = describeDrift(stateOf(asPut(put, now)), stateOf(now));
    if (words.length === 0) continue;
    const runs = seen.find(({ name }) => name === appService);
    const isOtherImage = runs !== undefined && runs.image !== app.image;
    found.set(stackName, { words, seenAt: seenAt.toISOString(), remedy: isOtherImage ? "roll-back" : "propose" });
  }
  return found;
}
