import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  createReadStream,
  createWriteStream,
  existsSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

/** One layer of an image, as a compressed archive in the cache. */
export type Layer = { file: string; size: number; digest: string; diffId: string };

/** The layer made earlier under this name, if its recipe is still the same. */
export function readCachedLayer(cacheDir: string, key: string): Layer | undefined {
  const description = join(cacheDir, `${key}.json`);
  if (!existsSync(description)) return undefined;
  const layer = JSON.parse(readFileSync(description, "utf8")) as Omit<Layer, "file">;
  const file = join(cacheDir, `${key}.tar.gz`);
  return existsSync(file) && statSync(file).size === layer.size ? { ...layer, file } : undefined;
}

/** Packs folders into one layer. The same content always gives the same digest. */
export async function packLayer(folder: string, cacheDir: string, key: string): Promise<Layer> {
  const file = join(cacheDir, `${key}.tar.gz`);
  const temporary = `${file}.${process.pid}`;
  const diffHash = createHash("sha256");
  const tar = spawn("tar", ["--sort=name", "--mtime=@0", "--numeric-owner", "--format=gnu", "-C", folder, "-c", "."], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = new Promise<number | null>((resolve) => tar.once("close", resolve));
  tar.stdout.on("data", (chunk: Buffer) => diffHash.update(chunk));
  await pipeline(tar.stdout, createGzip({ level: 5 }), createWriteStream(temporary));
  if ((await exited) !== 0) throw new Error(`tar could not pack ${folder}.`);
  const layer = {
    size: statSync(temporary).size,
    digest: await hashFile(temporary),
    diffId: `sha256:${diffHash.digest("hex")}`,
  };
  renameSync(temporary, file);
  writeFileSync(join(cacheDir, `${key}.json`), JSON.stringify(layer));
  return { ...layer, file };
}

async function hashFile(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return `sha256:${hash.digest("hex")}`;
}
