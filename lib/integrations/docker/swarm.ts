import { z } from "zod";
import { callDocker, findInDocker } from "./client.ts";
import {
  type DockerNetwork,
  type DockerNode,
  type DockerSecret,
  type DockerVolume,
  networkSchema,
  nodeSchema,
  secretSchema,
  volumeSchema,
} from "./schema.ts";

export async function listNodes(signal: AbortSignal): Promise<DockerNode[]> {
  const found = await callDocker("list nodes", signal, (client, abortSignal) => client.listNodes({ abortSignal }));
  return z.array(nodeSchema).parse(found);
}

/** The node whose engine DOCKER_HOST is: programs can be run only in its containers. */
export async function readOwnNodeId(signal: AbortSignal): Promise<string> {
  const info = await callDocker("describe itself", signal, (client) => client.info());
  return z.looseObject({ Swarm: z.looseObject({ NodeID: z.string() }) }).parse(info).Swarm.NodeID;
}

/** Secrets whose labels match ("key" or "key=value"). Their content cannot be read back. */
export async function listSecrets(labels: string[], signal: AbortSignal): Promise<DockerSecret[]> {
  const found = await callDocker("list secrets", signal, (client, abortSignal) =>
    client.listSecrets({ filters: { label: labels }, abortSignal }),
  );
  return z.array(secretSchema).parse(found);
}

export async function findSecret(name: string, signal: AbortSignal): Promise<DockerSecret | null> {
  const found = await findInDocker(`look at secret ${name}`, signal, (client) => client.getSecret(name).inspect());
  return found === null ? null : secretSchema.parse(found);
}

export async function createSecret(
  secret: { name: string; value: Uint8Array; labels: Record<string, string> },
  signal: AbortSignal,
): Promise<{ id: string }> {
  const made = await callDocker(`create secret ${secret.name}`, signal, (client, abortSignal) =>
    client.createSecret({
      Name: secret.name,
      Labels: secret.labels,
      Data: Buffer.from(secret.value).toString("base64"),
      abortSignal,
    }),
  );
  return { id: z.looseObject({ id: z.string() }).parse(made).id };
}

export async function removeSecret(name: string, signal: AbortSignal): Promise<void> {
  await findInDocker(`remove secret ${name}`, signal, (client) => client.getSecret(name).remove());
}

export async function findNetwork(name: string, signal: AbortSignal): Promise<DockerNetwork | null> {
  const found = await findInDocker(`look at network ${name}`, signal, (client) => client.getNetwork(name).inspect());
  return found === null ? null : networkSchema.parse(found);
}

/** Names of the networks whose labels match. */
export async function listNetworkNames(labels: string[], signal: AbortSignal): Promise<string[]> {
  const found = await callDocker("list networks", signal, (client, abortSignal) =>
    client.listNetworks({ filters: { label: labels }, abortSignal }),
  );
  return found.map((network) => network.Name);
}

/** An overlay network that only services join. */
export async function createOverlayNetwork(
  network: { name: string; labels: Record<string, string> },
  signal: AbortSignal,
): Promise<{ id: string }> {
  const made = await callDocker(`create network ${network.name}`, signal, (client, abortSignal) =>
    client.createNetwork({
      Name: network.name,
      Driver: "overlay",
      Attachable: false,
      CheckDuplicate: true,
      Labels: network.labels,
      abortSignal,
    }),
  );
  return { id: z.looseObject({ id: z.string() }).parse(made).id };
}

/** Fails with `docker.in_use` while a task is still joined. */
export async function removeNetwork(name: string, signal: AbortSignal): Promise<void> {
  await findInDocker(`remove network ${name}`, signal, (client) => client.getNetwork(name).remove());
}

/** A volume on the engine's own node. */
export async function findVolume(name: string, signal: AbortSignal): Promise<DockerVolume | null> {
  const found = await findInDocker(`look at volume ${name}`, signal, (client) => client.getVolume(name).inspect());
  return found === null ? null : volumeSchema.parse(found);
}

/** Fails with `docker.in_use` while a container has it. */
export async function removeVolume(name: string, signal: AbortSignal): Promise<void> {
  await findInDocker(`remove volume ${name}`, signal, (client) => client.getVolume(name).remove());
}
