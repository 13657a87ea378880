import type Docker from "dockerode";
import { z } from "zod";
import type { OutputFrame } from "#lib/integrations/program/types.ts";
import { callDocker, findInDocker } from "./client.ts";
import { readFrames } from "./demux.ts";
import { alreadyExists, isBeingRemoved } from "./errors.ts";
import { containerSchema, type DockerContainer } from "./schema.ts";

/** A one-shot container: no network of its own, no privileges, nothing of the host's but what `mounts` names. */
export interface ScratchContainer {
  name: string;
  image: string;
  env: Record<string, string>;
  labels: Record<string, string>;
  memoryBytes?: number;
  cpus?: number;
  /** How many processes it may have. */
  pids?: number;
  /** Overrides the image's program. */
  command?: string[];
  /** Overrides the image's entry point; empty: none. */
  entrypoint?: string[];
  user?: string;
  workingDir?: string;
  /** Folders in memory: path → bytes. They count towards the container's memory. */
  tmpfs?: Record<string, number>;
  mounts?: ScratchMount[];
  /** Host names → addresses, in its own /etc/hosts. */
  hosts?: Record<string, string>;
  /** Id of a container whose network (and host names) it shares; otherwise it has none at all. */
  shareNetworkOf?: string;
  /** What its root may do to files, needed by programs that change their user when they start. Default: that. */
  capabilities?: string[];
}

interface ScratchMount {
  kind: "bind" | "volume";
  source: string;
  target: string;
  readOnly: boolean;
}

const START_CAPABILITIES = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"];

export async function findContainer(name: string, signal: AbortSignal): Promise<DockerContainer | null> {
  const found = await findInDocker(`look at container ${name}`, signal, (client, abortSignal) =>
    client.getContainer(name).inspect({ abortSignal }),
  );
  return found === null ? null : containerSchema.parse(found);
}

/** Names of the containers, running or not, whose labels match. */
export async function listContainerNames(labels: string[], signal: AbortSignal): Promise<string[]> {
  const found = await callDocker("list containers", signal, (client, abortSignal) =>
    client.listContainers({ all: true, filters: { label: labels }, abortSignal }),
  );
  return found.map((container) => (container.Names[0] ?? container.Id).replace(/^\//, ""));
}

/** Containers, running or not, that have a volume. */
export async function listVolumeHolders(
  volume: string,
  signal: AbortSignal,
): Promise<{ name: string; labels: Record<string, string> }[]> {
  const found = await callDocker("list containers", signal, (client, abortSignal) =>
    client.listContainers({ all: true, filters: { volume: [volume] }, abortSignal }),
  );
  return found.map((container) => ({
    name: (container.Names[0] ?? container.Id).replace(/^\//, ""),
    labels: container.Labels ?? {},
  }));
}

/** Creates and starts it; pulls the image when the node lacks it. One of that name already there is taken away first. */
export async function startScratch(options: ScratchContainer, signal: AbortSignal): Promise<{ id: string }> {
  await removeContainer(options.name, signal);
  const container = await createScratch(options, signal);
  await callDocker(`start container ${options.name}`, signal, (_client, abortSignal) =>
    container.start({ abortSignal }),
  );
  return { id: container.id };
}

async function createScratch(options: ScratchContainer, signal: AbortSignal): Promise<Docker.Container> {
  const create = () =>
    callDocker(`create container ${options.name}`, signal, (client, abortSignal) =>
      client.createContainer({
        name: options.name,
        Image: options.image,
        Env: Object.entries(options.env).map(([name, value]) => `${name}=${value}`),
        Labels: options.labels,
        ...(options.command ? { Cmd: options.command } : {}),
        ...(options.entrypoint ? { Entrypoint: options.entrypoint } : {}),
        ...(options.user ? { User: options.user } : {}),
        ...(options.workingDir ? { WorkingDir: options.workingDir } : {}),
        HostConfig: toHostConfig(options),
        abortSignal,
      }),
    );
  try {
    return await create();
  } catch (error) {
    if (alreadyExists(error)) throw error;
    if (!(error instanceof Error) || !("code" in error) || error.code !== "docker.not_found") throw error;
    await pullImage(options.image, signal);
    return create();
  }
}

function toHostConfig(options: ScratchContainer): Docker.HostConfig {
  const { memoryBytes, cpus, pids, tmpfs, mounts, hosts, shareNetworkOf } = options;
  return {
    NetworkMode: shareNetworkOf ? `container:${shareNetworkOf}` : "none",
    SecurityOpt: ["no-new-privileges"],
    CapDrop: ["ALL"],
    CapAdd: options.capabilities ?? START_CAPABILITIES,
    // The same for memory and memory with swap: none of it is swapped out to a disk.
    ...(memoryBytes ? { Memory: memoryBytes, MemorySwap: memoryBytes } : {}),
    ...(cpus ? { NanoCpus: Math.round(cpus * 1e9) } : {}),
    ...(pids ? { PidsLimit: pids } : {}),
    ...(hosts ? { ExtraHosts: Object.entries(hosts).map(([name, address]) => `${name}:${address}`) } : {}),
    ...(tmpfs ? { Tmpfs: toTmpfs(tmpfs) } : {}),
    ...(mounts
      ? {
          Mounts: mounts.map((mount) => ({
            Type: mount.kind,
            Source: mount.source,
            Target: mount.target,
            ReadOnly: mount.readOnly,
          })),
        }
      : {}),
  };
}

const toTmpfs = (folders: Record<string, number>) =>
  Object.fromEntries(Object.entries(folders).map(([path, bytes]) => [path, `rw,size=${Math.ceil(bytes)},mode=1777`]));

const PULL_TIMEOUT_MS = 10 * 60_000;

async function pullImage(image: string, signal: AbortSignal): Promise<void> {
  await callDocker(
    `pull image ${image}`,
    signal,
    async (client, abortSignal) => {
      const stream = await client.pull(image, { abortSignal });
      await new Promise<void>((resolve, reject) => {
        client.modem.followProgress(stream, (error) => (error ? reject(error) : resolve()));
      });
    },
    PULL_TIMEOUT_MS,
  );
}

/** Stops and removes it with its anonymous volumes; none of that name is fine. Resolves when it is gone. */
export async function removeContainer(name: string, signal: AbortSignal): Promise<void> {
  try {
    await findInDocker(`remove container ${name}`, signal, (client, abortSignal) =>
      client.getContainer(name).remove({ force: true, v: true, abortSignal }),
    );
  } catch (error) {
    if (!isBeingRemoved(error)) throw error;
    await findInDocker(`wait until container ${name} is removed`, signal, (client, abortSignal) =>
      client.getContainer(name).wait({ condition: "removed", abortSignal }),
    );
  }
}

/** What a container (or a task's) printed last. */
export async function readContainerLog(name: string, tail: number, signal: AbortSignal): Promise<OutputFrame[]> {
  const body = await findInDocker(`read the log of container ${name}`, signal, (client, abortSignal) =>
    client.getContainer(name).logs({ follow: false, stdout: true, stderr: true, tail, abortSignal }),
  );
  if (body === null) return [];
  const buffer = z.instanceof(Buffer).catch(Buffer.alloc(0)).parse(body);
  const frames: OutputFrame[] = [];
  for await (const frame of readFrames(chunksOf(buffer))) frames.push(frame);
  return frames;
}

async function* chunksOf(buffer: Buffer): AsyncGenerator<Buffer> {
  yield buffer;
}

/** Files of a container that are not as its image has them: 0 changed, 1 added, 2 removed. */
export async function listChanges(name: string, signal: AbortSignal): Promise<{ path: string; kind: number }[]> {
  const found = await findInDocker(`list what changed in container ${name}`, signal, (client) =>
    client.getContainer(name).changes(),
  );
  // Docker's word for none is null, which the client hands on as the bytes it came in.
  const listed = Buffer.isBuffer(found) && /^(null)?\s*$/.test(found.toString("utf8")) ? [] : (found ?? []);
  const changes = z.array(z.object({ Path: z.string(), Kind: z.number() })).parse(listed);
  return changes.map(({ Path, Kind }) => ({ path: Path, kind: Kind }));
}
