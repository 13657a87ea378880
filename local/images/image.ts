import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import type { Layer } from "./layer.ts";

export type ImageConfig = {
  Env?: string[];
  Entrypoint?: string[];
  Cmd?: string[];
  ExposedPorts?: Record<string, object>;
  Volumes?: Record<string, object>;
  Healthcheck?: { Test: string[]; Interval: number; Timeout: number; Retries: number; StartPeriod?: number };
  Labels?: Record<string, string>;
  StopSignal?: string;
  WorkingDir?: string;
};

export type Image = { repository: string; tag: string; layers: Layer[]; config: ImageConfig };

export const PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

const manifestType = "application/vnd.docker.distribution.manifest.v2+json";

/** Uploads an image to a registry, leaving out what is there already. Returns its digest. */
export async function pushImage(registryUrl: string, image: Image): Promise<string> {
  const config = Buffer.from(JSON.stringify(imageConfig(image)));
  const repository = `${registryUrl}/v2/${image.repository}`;
  for (const layer of image.layers) {
    await uploadBlob(
      repository,
      layer.digest,
      layer.size,
      () => Readable.toWeb(createReadStream(layer.file)) as ReadableStream,
    );
  }
  await uploadBlob(repository, digestOf(config), config.length, () => new Blob([config]).stream());
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      config: {
        mediaType: "application/vnd.docker.container.image.v1+json",
        size: config.length,
        digest: digestOf(config),
      },
      layers: image.layers.map(({ size, digest }) => ({
        mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip",
        size,
        digest,
      })),
    }),
  );
  const response = await fetch(`${repository}/manifests/${image.tag}`, {
    method: "PUT",
    headers: { "content-type": manifestType },
    body: manifest,
  });
  if (response.status !== 201) throw await describeFailure("store the manifest", response);
  return digestOf(manifest);
}

function imageConfig({ layers, config }: Image): object {
  return {
    architecture: process.arch === "x64" ? "amd64" : process.arch,
    os: "linux",
    created: "2026-01-01T00:00:00Z",
    config,
    rootfs: { type: "layers", diff_ids: layers.map((layer) => layer.diffId) },
    history: layers.map(() => ({ created: "2026-01-01T00:00:00Z", created_by: "local/images" })),
  };
}

async function uploadBlob(repository: string, digest: string, size: number, open: () => ReadableStream): Promise<void> {
  if ((await fetch(`${repository}/blobs/${digest}`, { method: "HEAD" })).status === 200) return;
  const begun = await fetch(`${repository}/blobs/uploads/`, { method: "POST" });
  const location = begun.headers.get("location");
  if (begun.status !== 202 || !location) throw await describeFailure("begin an upload", begun);
  const target = new URL(location, repository);
  target.searchParams.set("digest", digest);
  const headers = { "content-type": "application/octet-stream", "content-length": String(size) };
  const done = await fetch(target, { method: "PUT", headers, body: open(), duplex: "half" } as RequestInit);
  if (done.status !== 201) throw await describeFailure("upload a layer", done);
}

async function describeFailure(what: string, response: Response): Promise<Error> {
  return new Error(`The registry would not ${what}: ${response.status} ${(await response.text()).slice(0, 300)}`);
}

const digestOf = (content: Buffer) => `sha256:${createHash("sha256").update(content).digest("hex")}`;
