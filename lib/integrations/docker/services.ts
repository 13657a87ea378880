import type Docker from "dockerode";
import { z } from "zod";
import { callDocker, findInDocker } from "./client.ts";
import { readFrames } from "./demux.ts";
import type { RegistryAuth } from "./registry.ts";
import { type DockerService, type DockerTask, serviceSchema, taskSchema } from "./schema.ts";

/** The part of Docker's ServiceSpec that the panel writes. */
export type ServiceSpec = Docker.ServiceSpec & { Name: string; Labels: Record<string, string> };

/** A service by name or id, with its whole present spec; null when there is none. */
export async function findService(name: string, signal: AbortSignal): Promise<DockerService | null> {
  const found = await findInDocker(`look at service ${name}`, signal, (client) => client.getService(name).inspect());
  return found === null ? null : serviceSchema.parse(found);
}

/** Services whose labels match ("key=value"), with the counts of their tasks. No labels: all. */
export async function listServices(labels: string[], signal: AbortSignal): Promise<DockerService[]> {
  const found = await callDocker("list services", signal, (client, abortSignal) =>
    // `status` came with API 1.41 and is not in the types yet.
    client.listServices({ filters: { label: labels }, status: true, abortSignal } as Docker.ServiceListOptions),
  );
  return z.array(serviceSchema).parse(found);
}

/** Its types do not say that a call may go without. */
const toAuth = (auth: RegistryAuth | null) => (auth ?? undefined) as Docker.AuthConfig;
const updateWith = (service: Docker.Service, auth: Docker.AuthConfig, options: object): Promise<unknown> =>
  (service.update as (auth: Docker.AuthConfig, options: object) => Promise<unknown>).call(service, auth, options);

/** `auth`: how its nodes sign in at the image's registry; Swarm keeps it with the service. */
export async function createService(
  spec: ServiceSpec,
  signal: AbortSignal,
  auth: RegistryAuth | null = null,
): Promise<{ id: string }> {
  const made = await callDocker(`create service ${spec.Name}`, signal, (client, abortSignal) =>
    // Given one argument, dockerode takes the whole spec for the sign-in.
    client.createService(toAuth(auth), { ...spec, abortSignal } as Docker.ServiceSpec),
  );
  // Older engines answer ID, dockerode wraps the answer in a Service whose id it is.
  return { id: z.looseObject({ id: z.string() }).parse(made).id };
}

/** Fails with `docker.conflict` when the service is no longer at the version that was looked at. */
export async function updateService(
  present: DockerService,
  spec: ServiceSpec,
  signal: AbortSignal,
  auth: RegistryAuth | null = null,
): Promise<void> {
  await callDocker(`update service ${spec.Name}`, signal, (client, abortSignal) =>
    updateWith(client.getService(present.ID), toAuth(auth), {
      _query: { version: present.Version.Index },
      _body: spec,
      abortSignal,
    }),
  );
}

/** No service of that name is fine too. */
export async function removeService(name: string, signal: AbortSignal): Promise<void> {
  await findInDocker(`remove service ${name}`, signal, (client, abortSignal) =>
    client.getService(name).remove({ abortSignal }),
  );
}

export async function listTasks(
  filters: { service?: string[]; label?: string[]; node?: string[]; "desired-state"?: ["running"] },
  signal: AbortSignal,
): Promise<DockerTask[]> {
  const found = await callDocker("list tasks", signal, (client, abortSignal) =>
    client.listTasks({ filters, abortSignal }),
  );
  return z.array(taskSchema).parse(found);
}

/** What the tasks of a service printed last, whichever node they ran on; "" when it is not there. */
export async function readServiceLog(name: string, tail: number, signal: AbortSignal): Promise<string> {
  const body = await findInDocker(`read the log of service ${name}`, signal, (client) =>
    client.getService(name).logs({ follow: false, stdout: true, stderr: true, tail, details: false }),
  );
  if (!Buffer.isBuffer(body)) return "";
  const texts: string[] = [];
  for await (const frame of readFrames(once(body))) texts.push(frame.data.toString("utf8"));
  return texts.join("");
}

async function* once(body: Buffer): AsyncGenerator<Buffer> {
  yield body;
}
