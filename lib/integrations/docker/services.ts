import type Docker from "dockerode";
import { z } from "zod";
import { callDocker, findInDocker } from "./client.ts";
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

export async function createService(spec: ServiceSpec, signal: AbortSignal): Promise<{ id: string }> {
  const made = await callDocker(`create service ${spec.Name}`, signal, (client, abortSignal) =>
    client.createService({ ...spec, abortSignal } as Docker.CreateServiceOptions),
  );
  // Older engines answer ID, dockerode wraps the answer in a Service whose id it is.
  return { id: z.looseObject({ id: z.string() }).parse(made).id };
}

/** Fails with `docker.conflict` when the service is no longer at the version that was looked at. */
export async function updateService(present: DockerService, spec: ServiceSpec, signal: AbortSignal): Promise<void> {
  await callDocker(`update service ${spec.Name}`, signal, (client, abortSignal) =>
    client.getService(present.ID).update({ _query: { version: present.Version.Index }, _body: spec, abortSignal }),
  );
}

/** No service of that name is fine too. */
export async function removeService(name: string, signal: AbortSignal): Promise<void> {
  await findInDocker(`remove service ${name}`, signal, (client, abortSignal) =>
    client.getService(name).remove({ abortSignal }),
  );
}

export async function listTasks(
  filters: { service?: string[]; label?: string[]; node?: string[] },
  signal: AbortSignal,
): Promise<DockerTask[]> {
  const found = await callDocker("list tasks", signal, (client, abortSignal) =>
    client.listTasks({ filters, abortSignal }),
  );
  return z.array(taskSchema).parse(found);
}
