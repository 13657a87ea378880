import { config } from "#lib/platform/config/config.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import { ENVIRONMENT, type Naming, nameEverything } from "#lib/services/naming.ts";
import { releaseContentSchema } from "../schema/content.ts";
import { type EnvironmentConfigContent, environmentConfigSchema } from "../schema/release.ts";

/** A service's names in one environment, as the settings say. */
export function namesIn(serviceName: string, environment: string = ENVIRONMENT): Naming {
  const { ROOT_DOMAIN: rootDomain, SERVICES_ROOT: servicesRoot } = config();
  return nameEverything(serviceName, { rootDomain, servicesRoot }, environment);
}

const SERVICE = { select: { id: true, name: true, ownerId: true, state: true } } as const;

/** A service that is still there, for commands. */
export async function findService(serviceName: string, tx: Tx = db()) {
  const service = await tx.service.findUnique({ where: { name: serviceName }, ...SERVICE });
  if (!service || service.state === "retired") throw notFound("service");
  return service;
}
export type FoundService = Awaited<ReturnType<typeof findService>>;

/** What the policy is asked about a service. */
export const subjectOf = (service: { id: string; ownerId: string }) => ({
  ownerId: service.ownerId,
  serviceId: service.id,
});

export async function findEnvironment(serviceName: string, name: string, tx: Tx = db()) {
  const service = await tx.service.findUnique({ where: { name: serviceName }, select: { id: true } });
  const found = service
    ? await tx.environment.findUnique({
        where: { serviceId_name: { serviceId: service.id, name } },
        include: { service: SERVICE },
      })
    : null;
  if (!found) throw notFound("environment");
  return found;
}

/** One version of an environment's settings, the newest when none is named; null when it has none. */
export async function readConfig(
  tx: Tx,
  environmentId: string,
  version?: number,
): Promise<{ version: number; content: EnvironmentConfigContent } | null> {
  const row = await tx.environmentConfig.findFirst({
    where: { environmentId, ...(version === undefined ? {} : { version }) },
    orderBy: { version: "desc" },
  });
  return row && { version: row.version, content: environmentConfigSchema.parse(row.content) };
}

/** What runs in an environment, as it was frozen when it came there; null when the panel knows of nothing. */
export async function readRunning(tx: Tx, environment: { currentId: string | null }) {
  if (!environment.currentId) return null;
  const row = await tx.deployment.findUnique({
    where: { id: environment.currentId },
    include: { release: { select: { id: true, number: true, commitId: true } } },
  });
  return row && { ...row, content: releaseContentSchema.parse(row.content) };
}
