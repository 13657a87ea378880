import { authorize, may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import { releaseTemplateSchema } from "../schema/content.ts";
import { environmentConfigSchema } from "../schema/release.ts";
import type { EnvironmentConfigView } from "../types.ts";
import { readSecretVersions } from "./build-content.ts";
import { findEnvironment, readRunning, subjectOf } from "./find-environment.ts";
import { readPeople } from "./people.ts";

const VERSIONS_SHOWN = 100;

/** Every secret that the app of some release is given. */
async function readSecrets(
  { name, serviceId, service }: { name: string; serviceId: string; service: { name: string } },
  running: Readonly<Record<string, number>>,
) {
  const newest = await db().release.findFirst({
    where: { serviceId, state: { not: "failed" } },
    orderBy: { number: "desc" },
    select: { template: true },
  });
  const template = releaseTemplateSchema.safeParse(newest?.template).data;
  const files = [...new Set([...Object.keys(running), ...(template?.secrets ?? [])])].sort();
  const present = await readSecretVersions(db(), { serviceName: service.name, environment: name }, files);
  return files.map((file) => ({ name: file, version: present[file] ?? null, running: running[file] ?? null }));
}

/** One version of an environment's settings, the newest when none is named. */
export async function getConfig(
  actor: Actor,
  serviceName: string,
  environmentName: string,
  version?: number,
): Promise<EnvironmentConfigView> {
  authorize(actor, "environments.read");
  const environment = await findEnvironment(serviceName, environmentName);
  const rows = await db().environmentConfig.findMany({
    where: { environmentId: environment.id },
    orderBy: { version: "desc" },
    take: VERSIONS_SHOWN,
  });
  const newest = rows[0];
  const shown = version === undefined ? newest : rows.find((row) => row.version === version);
  if (!newest || !shown) throw notFound("version of these settings");
  const person = await readPeople(
    db(),
    rows.map(({ byId }) => byId),
  );
  const summarize = (row: typeof shown) => ({
    version: row.version,
    by: person(row.byId),
    createdAt: row.createdAt.toISOString(),
  });
  const running = await readRunning(db(), environment);
  return {
    ...summarize(shown),
    environment: environment.name,
    content: environmentConfigSchema.parse(shown.content),
    latest: newest.version,
    running: running?.configVersion ?? null,
    versions: rows.map(summarize),
    secrets: await readSecrets(environment, running?.content.secrets ?? {}),
    soakS: environment.soakS,
    mayEdit: may(actor, "environments.edit", subjectOf(environment.service)).ok,
  };
}
