import type Docker from "dockerode";
import { z } from "zod";
import { callDocker, findInDocker } from "./client.ts";
import { type OutputFrame, readFrames } from "./demux.ts";
import { alreadyExists } from "./errors.ts";
import { containerSchema, type DockerContainer } from "./schema.ts";

/** A one-shot container: no network, no privileges, nothing of the host's. */
export interface ScratchContainer {
  name: string;
  image: string;
  env: Record<string, string>;
  labels: Record<string, string>;
  memoryBytes?: number;
  /** Overrides the image's program. */
  command?: string[];
}

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
        HostConfig: {
          NetworkMode: "none",
          SecurityOpt: ["no-new-privileges"],
          ...(options.memoryBytes ? { Memory: options.memoryBytes } : {}),
        },
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
  await findInDocker(`remove container ${name}`, signal, (client, abortSignal) =>
    client.getContainer(name).remove({ force: true, v: true, abortSignal }),
  );
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
