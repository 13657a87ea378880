import { listContainerNames } from "#lib/integrations/docker/containers.ts";
import { listServices } from "#lib/integrations/docker/services.ts";
import { listNetworkNames, listSecrets } from "#lib/integrations/docker/swarm.ts";
import { listVolumeNames } from "#lib/integrations/docker/volumes.ts";
import { LABELS } from "#lib/swarm/names.ts";

interface Labelled {
  what: "service" | "network" | "secret" | "volume" | "container";
  name: string;
}

/** Everything in the swarm that carries the service's label, whether the ledger knows of it or not. */
export async function findLabelled(serviceName: string, signal: AbortSignal): Promise<Labelled[]> {
  const label = [`${LABELS.service}=${serviceName}`];
  const [services, networks, volumes, secrets, containers] = await Promise.all([
    listServices(label, signal),
    listNetworkNames(label, signal),
    listVolumeNames(label, signal),
    listSecrets(label, signal),
    listContainerNames(label, signal),
  ]);
  return [
    ...services.map((one): Labelled => ({ what: "service", name: one.Spec.Name })),
    ...networks.map((name): Labelled => ({ what: "network", name })),
    ...volumes.map((name): Labelled => ({ what: "volume", name })),
    ...secrets.map((one): Labelled => ({ what: "secret", name: one.Spec.Name })),
    ...containers.map((name): Labelled => ({ what: "container", name })),
  ];
}
