import { callDocker, findInDocker } from "./client.ts";

/** A volume that is memory only: what is written to it reaches no disk, and is gone with the last container that has it. */
export async function createMemoryVolume(
  volume: { name: string; sizeBytes: number; labels: Record<string, string> },
  signal: AbortSignal,
): Promise<void> {
  await callDocker(`create volume ${volume.name}`, signal, (client) =>
    client.createVolume({
      Name: volume.name,
      Driver: "local",
      DriverOpts: { type: "tmpfs", device: "tmpfs", o: `size=${volume.sizeBytes},mode=0755` },
      Labels: volume.labels,
    }),
  );
}

/** Names of the volumes whose labels match. */
export async function listVolumeNames(labels: string[], signal: AbortSignal): Promise<string[]> {
  const found = await callDocker("list volumes", signal, (client) =>
    client.listVolumes({ filters: JSON.stringify({ label: labels }) }),
  );
  return (found.Volumes ?? []).map((volume) => volume.Name);
}

/** No volume of that name is fine too. Fails with `docker.in_use` while a container has it. */
export async function removeMemoryVolume(name: string, signal: AbortSignal): Promise<void> {
  await findInDocker(`remove volume ${name}`, signal, (client) => client.getVolume(name).remove());
}
