import { readdirSync } from "node:fs";
import { request } from "node:http";
import { json } from "node:stream/consumers";
import pRetry from "p-retry";
import { z } from "zod";
import { removeContainer } from "#lib/integrations/docker/containers.ts";
import { removeService } from "#lib/integrations/docker/services.ts";
import { removeNetwork, removeSecret, removeVolume } from "#lib/integrations/docker/swarm.ts";
import { askCaddy } from "#lib/integrations/ingress/admin-api.ts";
import { findRecordsAt } from "#lib/integrations/route53/records.ts";
import { config } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { testWorld } from "#local/test-world.ts";

/** Asks the Docker Engine by itself, not through the panel. */
async function askDocker(path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath: testWorld().world.dockerSocket, path: `/v1.41${path}` }, (response) =>
      json(response).then(resolve, reject),
    );
    call.on("error", reject);
    call.end();
  });
}

const serviceShape = z.object({
  ID: z.string(),
  Spec: z.object({
    Name: z.string(),
    TaskTemplate: z.object({
      ContainerSpec: z.object({
        Image: z.string(),
        Secrets: z.array(z.object({ SecretName: z.string() })).default([]),
      }),
    }),
  }),
  ServiceStatus: z.object({ RunningTasks: z.number().default(0), DesiredTasks: z.number().default(0) }),
});

/** All that Docker has with the label of a service, stopped containers too. */
export async function readDocker(serviceName: string) {
  const labelled = (more = "") =>
    `filters=${encodeURIComponent(JSON.stringify({ label: [`seaworthy.service=${serviceName}`] }))}${more}`;
  const [services, networks, volumes, secrets, containers] = await Promise.all([
    askDocker(`/services?${labelled("&status=true")}`),
    askDocker(`/networks?${labelled()}`),
    askDocker(`/volumes?${labelled()}`),
    askDocker(`/secrets?${labelled()}`),
    askDocker(`/containers/json?all=1&${labelled()}`),
  ]);
  const named = z.array(z.object({ Name: z.string() }));
  return {
    services: z
      .array(serviceShape)
      .parse(services)
      .map(({ Spec, ServiceStatus }) => ({
        name: Spec.Name,
        image: Spec.TaskTemplate.ContainerSpec.Image,
        secrets: Spec.TaskTemplate.ContainerSpec.Secrets.map((secret) => secret.SecretName).sort(),
        running: ServiceStatus.RunningTasks,
        desired: ServiceStatus.DesiredTasks,
      }))
      .sort((a, b) => a.name.localeCompare(b.name)),
    networks: named.parse(networks).map(({ Name }) => Name),
    volumes: named.parse(z.object({ Volumes: named.nullish() }).parse(volumes).Volumes ?? []).map(({ Name }) => Name),
    secrets: z
      .array(z.object({ Spec: z.object({ Name: z.string() }) }))
      .parse(secrets)
      .map(({ Spec }) => Spec.Name)
      .sort(),
    /** Throw-away databases that proved a backup; a task's own container has no such name. */
    scratch: z
      .array(z.object({ Names: z.array(z.string()) }))
      .parse(containers)
      .flatMap(({ Names }) => Names)
      .filter((name) => name.includes("scratch")),
  };
}

export const NOTHING = { services: [], networks: [], volumes: [], secrets: [], scratch: [] };

/** Takes away what a failed test left of this one service, by its exact name: others may be running the same tests. */
export async function clearDocker(serviceName: string): Promise<void> {
  const left = await readDocker(serviceName);
  const signal = AbortSignal.timeout(300_000);
  for (const { name } of left.services) await removeService(name, signal);
  for (const name of left.scratch) await removeContainer(name.replace(/^\//, ""), signal);
  for (const name of left.secrets) await removeSecret(name, signal);
  const removals = [
    ...left.networks.map((name) => () => removeNetwork(name, signal)),
    ...left.volumes.map((name) => () => removeVolume(name, signal)),
  ];
  // Both are in use until the last container is gone.
  for (const remove of removals) await pRetry(remove, { retries: 20, factor: 1.2, minTimeout: 250 });
}

/** What Caddy has that names a service: routes, certificates and the rules that select them. */
export async function readIngress(serviceName: string): Promise<string[]> {
  const answer = await askCaddy(config().CADDY_ADMIN_URL, {
    method: "GET",
    path: "/config/",
    signal: AbortSignal.timeout(10_000),
  });
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const id = "@id" in value ? String(value["@id"]) : "";
    const text = JSON.stringify("match" in value ? value.match : "");
    if (id && text.includes(serviceName)) found.push(id.replace(/-[0-9a-f]{8}-.*$/, ""));
    for (const part of Object.values(value)) visit(part);
  };
  visit(JSON.parse(answer.body));
  return found.sort();
}

/** The digest the registry gives for a tag. */
export async function readDigest(image: string): Promise<string> {
  const found = await askDocker(`/distribution/${image}/json`);
  return z.object({ Descriptor: z.object({ digest: z.string() }) }).parse(found).Descriptor.digest;
}

/** Every record set at these names and at their challenges' names. */
export async function readRecords(names: readonly string[]) {
  const asked = names.flatMap((name) => [name, `_acme-challenge.${name}`]);
  const sets = await Promise.all(asked.map((name) => findRecordsAt(config().AWS_ROUTE53_HOSTED_ZONE_ID, name)));
  return sets.flat().map(({ name, type }) => `${type} ${name}`);
}

/** Message-IDs of the caught mails to somebody about a service; the same mail delivered twice is one. */
export async function readMessageIds(mailUrl: string, recipient: string, serviceName: string): Promise<string[]> {
  const response = await fetch(`${mailUrl}/email`);
  const address = z.object({ address: z.string() });
  const shape = z.array(z.object({ messageId: z.string(), subject: z.string(), to: z.array(address) }));
  const mails = shape.parse(await response.json()).filter(({ subject }) => subject.includes(serviceName));
  const mine = mails.filter(({ to }) => to.some((one) => one.address === recipient));
  return [...new Set(mine.map(({ messageId }) => stripBrackets(messageId)))];
}

export const stripBrackets = (messageId: string): string => messageId.replace(/^<|>$/g, "");

/** The files of a service's backups, also half-written ones. */
export function readBackupFiles(root: string, serviceName: string): string[] {
  try {
    return readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && `${entry.parentPath}/`.includes(`/${serviceName}/`))
      .map((entry) => entry.name)
      .sort();
  } catch {
    return [];
  }
}

/** What is outside and not in the ledger: must be nothing, at any time. */
export async function findUnledgered(serviceName: string): Promise<string[]> {
  const docker = await readDocker(serviceName);
  const service = await db().service.findUniqueOrThrow({ where: { name: serviceName } });
  const entries = await db().resource.findMany({ where: { serviceId: service.id, state: { not: "gone" } } });
  const known = new Set(entries.flatMap((entry) => [entry.providerId, entry.name]));
  const outside = [
    ...docker.services.map(({ name }) => name),
    ...docker.networks,
    ...docker.volumes,
    ...docker.secrets,
    ...docker.scratch.map((name) => name.replace(/^\//, "")),
  ];
  return outside.filter((name) => !known.has(name));
}

export const countLedger = async (serviceName: string): Promise<number> =>
  db().resource.count({ where: { service: { name: serviceName }, state: { not: "gone" } } });
