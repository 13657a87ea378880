import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { type NamedSource, sourcesOf } from "#lib/checklists/backup-sources.ts";
import { config } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import { releaseContentSchema } from "#lib/releases/schema/content.ts";
import { ENVIRONMENT, type Naming, nameEverything } from "#lib/services/naming.ts";
import { answersSchema } from "#lib/services/schema/answers.ts";

/** A service's names in an environment, as the panel made them. */
export function namesOf(serviceName: string, environment: string = ENVIRONMENT): Naming {
  const { ROOT_DOMAIN: rootDomain, SERVICES_ROOT: servicesRoot } = config();
  return nameEverything(serviceName, { rootDomain, servicesRoot }, environment);
}

/** A service's environments, production first: every service has that one. */
export const listEnvironments = (rows: readonly { name: string }[]): string[] => [
  ...new Set([ENVIRONMENT, ...rows.map((one) => one.name).sort()]),
];

export interface SuggestedSources {
  environment: string;
  sources: NamedSource[];
}

/**
 * What of a service can be backed up in each of its environments: what provisioning makes policies for, as its answers say, and
 * the volumes that what runs there has besides.
 */
export async function suggestSources(actor: Actor, serviceName: string): Promise<SuggestedSources[]> {
  authorize(actor, "backups.read");
  const service = await db().service.findUnique({
    where: { name: serviceName },
    select: {
      state: true,
      answers: { orderBy: { version: "desc" }, take: 1 },
      environments: { select: { name: true, currentId: true } },
    },
  });
  if (!service || service.state === "retired") throw notFound("service");
  const answers = answersSchema.safeParse(service.answers[0]?.answers).data;
  const running = await db().deployment.findMany({
    where: { id: { in: service.environments.flatMap(({ currentId }) => currentId ?? []) } },
    select: { content: true, environment: { select: { name: true } } },
  });
  const mounted = new Map(
    running.map((one) => [one.environment.name, releaseContentSchema.parse(one.content).mounts] as const),
  );
  return listEnvironments(service.environments).map((environment) => {
    const names = namesOf(serviceName, environment);
    return {
      environment,
      sources: answers ? sourcesOf({ answers, names, mounts: mounted.get(environment) }) : [],
    };
  });
}
