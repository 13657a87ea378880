import { db } from "#lib/platform/db/client.ts";
import { type ReleaseContent, releaseContentSchema } from "#lib/releases/schema/content.ts";
import { secretFullName } from "#lib/services/naming.ts";

type Input = Record<string, unknown>;
const isObject = (value: unknown): value is Input =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What changed by intent since a step ran: releases, and people's edits in the panel. */
export interface Intent {
  /** By environment: what was last brought there. */
  contents: ReadonlyMap<string, ReleaseContent>;
  /** By `type name`: what the panel wants in DNS. */
  records: ReadonlyMap<string, { ttl: number; values: string[] }>;
  /** By what the swarm calls them: the version that the newest rotation brought. */
  rotated: ReadonlyMap<string, number>;
}

/** What rotations put in a secret's place; the versions of before are taken away. */
async function readRotated(serviceId: string): Promise<Map<string, number>> {
  const steps = await db().step.findMany({
    where: {
      ...{ name: "swarm.secret", state: "succeeded" },
      run: { serviceId, checklistKey: "rotate-secret", mode: "apply", state: "succeeded" },
    },
    select: { input: true },
    orderBy: { id: "asc" },
  });
  return new Map(
    steps.flatMap(({ input }) =>
      isObject(input) && typeof input.swarmName === "string" && typeof input.version === "number"
        ? [[input.swarmName, input.version] as const]
        : [],
    ),
  );
}

export async function readIntent(serviceId: string): Promise<Intent> {
  const environments = await db().environment.findMany({
    where: { serviceId, currentId: { not: null } },
    select: { name: true, currentId: true },
  });
  const deployments = await db().deployment.findMany({
    where: { id: { in: environments.flatMap(({ currentId }) => currentId ?? []) } },
    select: { id: true, content: true },
  });
  const contentOf = new Map(deployments.map(({ id, content }) => [id, releaseContentSchema.safeParse(content).data]));
  const contents = environments.flatMap(({ name, currentId }) => {
    const content = contentOf.get(currentId ?? "");
    return content ? [[name, content] as const] : [];
  });
  const records = await db().dnsRecord.findMany({
    where: { serviceId, removedAt: null },
    select: { name: true, type: true, ttl: true, values: true },
  });
  return {
    rotated: await readRotated(serviceId),
    contents: new Map(contents),
    records: new Map(
      records.map(({ name, type, ttl, values }) => [
        `${type} ${name}`,
        { ttl, values: Array.isArray(values) ? values.map(String) : [] },
      ]),
    ),
  };
}

interface Asked {
  stepName: string;
  input: unknown;
  environment: string;
  serviceName: string;
}

/**
 * What a step's `verify` is to compare with today. What was provisioned is long replaced by releases, and a record may have been
 * edited on its page: a tick is about what is wanted now, not about what was wanted then.
 */
export function toCurrentInput({ stepName, input, environment, serviceName }: Asked, intent: Intent): unknown {
  if (!isObject(input)) return input;
  const content = intent.contents.get(environment);
  if (stepName === "swarm.stack" && content) return toCurrentStack(input, content);
  if (stepName === "swarm.secret") {
    const frozen = Object.entries(content?.secrets ?? {}).find(
      ([name]) => secretFullName(serviceName, name, environment) === input.swarmName,
    );
    // Neither named: the newest there is.
    const version = Math.max(frozen?.[1] ?? 0, intent.rotated.get(String(input.swarmName)) ?? 0);
    return version === 0 ? input : { ...input, version };
  }
  if (stepName === "dns.record") return { ...input, ...intent.records.get(`${input.type} ${input.name}`) };
  return input;
}

function toCurrentStack(input: Input, { images, replicas }: ReleaseContent): Input {
  const { app, database } = input;
  return {
    ...input,
    ...(images.app === undefined ? {} : { appImagePinned: images.app }),
    ...(isObject(database) && images.db !== undefined ? { databaseImagePinned: images.db } : {}),
    ...(isObject(app) ? { app: { ...app, replicas } } : {}),
  };
}
