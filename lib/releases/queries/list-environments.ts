import { authorize, may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { RUN_LINK, toRunLink } from "#lib/runs/queries/run-link.ts";
import { ENVIRONMENT } from "#lib/services/naming.ts";
import { type DeploymentKind, MOVING_STATES } from "../constants.ts";
import { releaseContentSchema } from "../schema/content.ts";
import { environmentConfigSchema } from "../schema/release.ts";
import type { EnvironmentList, EnvironmentView } from "../types.ts";
import { findService, subjectOf } from "./find-environment.ts";
import { readDrift } from "./read-drift.ts";

const RELEASE = { select: { id: true, number: true, commitId: true } } as const;
const UNDER_WAY = ["pending", "running", "waiting"];

async function readRuns(environmentIds: readonly string[]) {
  const runs = new Map<string, ReturnType<typeof toRunLink>>();
  for (const id of environmentIds) {
    const run = await db().run.findFirst({
      where: { startKey: { startsWith: `environment:${id}:` } },
      orderBy: { id: "desc" },
      select: RUN_LINK,
    });
    if (run) runs.set(id, toRunLink(run));
  }
  return runs;
}

/** A service's environments, production first, each with what runs there. */
export async function listEnvironments(actor: Actor, serviceName: string): Promise<EnvironmentList> {
  authorize(actor, "environments.read");
  const service = await findService(serviceName);
  const rows = await db().environment.findMany({
    where: { serviceId: service.id },
    include: { configs: { orderBy: { version: "desc" }, take: 1 } },
    orderBy: { name: "asc" },
  });
  const ids = rows.map(({ id }) => id);
  const [current, moving, runs] = await Promise.all([
    db().deployment.findMany({
      where: { id: { in: rows.flatMap(({ currentId }) => currentId ?? []) } },
      include: { release: RELEASE },
    }),
    db().deployment.findMany({
      where: { environmentId: { in: ids }, state: { in: [...MOVING_STATES] } },
      select: { id: true, environmentId: true },
    }),
    readRuns(ids),
  ]);
  const drift = await readDrift(
    service.name,
    rows.flatMap(({ id, name, stackName, currentId }) => {
      const deployed = current.find((one) => one.id === currentId);
      const isMoving = moving.some(({ environmentId }) => environmentId === id);
      return deployed && !isMoving ? [{ stackName, environment: name, current: deployed }] : [];
    }),
  );
  const environments = rows.map((row): EnvironmentView => {
    const config = row.configs[0];
    const deployed = current.find(({ id }) => id === row.currentId);
    const run = runs.get(row.id) ?? null;
    const content = deployed && releaseContentSchema.parse(deployed.content);
    return {
      id: row.id,
      name: row.name,
      stackName: row.stackName,
      state: deployed ? "running" : run && UNDER_WAY.includes(run.state) ? "adding" : "empty",
      hostnames: config ? environmentConfigSchema.parse(config.content).hostnames : [],
      soakS: row.soakS,
      createdAt: row.createdAt.toISOString(),
      configVersion: config?.version ?? null,
      current:
        deployed && content
          ? {
              deploymentId: deployed.id,
              kind: deployed.kind as DeploymentKind,
              release: { id: deployed.release.id, number: deployed.release.number },
              image: content.images.app ?? "",
              commitId: deployed.release.commitId,
              configVersion: deployed.configVersion,
              since: (deployed.finishedAt ?? deployed.createdAt).toISOString(),
            }
          : null,
      movingId: moving.find(({ environmentId }) => environmentId === row.id)?.id ?? null,
      drift: drift.get(row.stackName) ?? null,
      run,
    };
  });
  const isProduction = ({ name }: EnvironmentView) => (name === ENVIRONMENT ? 0 : 1);
  return {
    environments: environments.sort((one, other) => isProduction(one) - isProduction(other)),
    mayAdd: may(actor, "environments.add", subjectOf(service)).ok,
  };
}
