import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { registryHost } from "../servers/registry.ts";
import type { SampleImages } from "../world-file.ts";
import { cachedLayer, hash, hashFolder, here, imageCacheDir, scriptsLayer } from "./cached-layer.ts";
import { buildDatabaseTree, treeRecipe } from "./database-tree.ts";
import { type Image, type ImageConfig, PATH, pushImage } from "./image.ts";

const second = 1_000_000_000;

/** Makes the layers of all sample images, or finds them in the cache. */
export async function prepareSampleImages(log: (line: string) => void): Promise<Image[]> {
  const cacheDir = imageCacheDir();
  const tree = await cachedLayer(cacheDir, "database", hash(JSON.stringify(treeRecipe)), () => buildDatabaseTree(log));
  const mariadb = await scriptsLayer(cacheDir, "mariadb");
  const postgres = await scriptsLayer(cacheDir, "postgres");
  return [
    await webImage(cacheDir, "1.0"),
    await webImage(cacheDir, "1.1"),
    await webImage(cacheDir, "1.2"),
    { repository: "mariadb", tag: "10.11", layers: [tree, mariadb], config: mariadbConfig },
    { repository: "postgres", tag: "15", layers: [tree, postgres], config: postgresConfig },
    { repository: "redis", tag: "7.0", layers: [tree], config: redisConfig },
    { repository: "backup-tools", tag: "1", layers: [tree], config: { Env: [PATH, "LANG=C.UTF-8"], Cmd: ["sh"] } },
  ];
}

/** Puts the images into the world's registry and says how the engine calls them. */
export async function pushSampleImages(registryUrl: string, images: Image[]): Promise<SampleImages> {
  for (const image of images) await pushImage(registryUrl, image);
  return {
    web: {
      "1.0": `${registryHost}/pad-notes:1.0`,
      "1.1": `${registryHost}/pad-notes:1.1`,
      "1.2": `${registryHost}/pad-notes:1.2`,
    },
    mariadb: `${registryHost}/mariadb:10.11`,
    postgres: `${registryHost}/postgres:15`,
    redis: `${registryHost}/redis:7.0`,
    tools: `${registryHost}/backup-tools:1`,
  };
}

const mariadbConfig: ImageConfig = {
  Env: [PATH, "LANG=C.UTF-8"],
  Entrypoint: ["docker-entrypoint.sh"],
  Cmd: ["mariadbd"],
  ExposedPorts: { "3306/tcp": {} },
  Volumes: { "/var/lib/mysql": {} },
  Labels: { "org.opencontainers.image.title": "mariadb", "org.opencontainers.image.version": "10.11" },
};

const postgresConfig: ImageConfig = {
  Env: [PATH, "LANG=C.UTF-8", "PGDATA=/var/lib/postgresql/data"],
  Entrypoint: ["docker-entrypoint.sh"],
  Cmd: ["postgres"],
  ExposedPorts: { "5432/tcp": {} },
  Volumes: { "/var/lib/postgresql/data": {} },
  // Fast shutdown: SIGTERM would wait for every client to leave.
  StopSignal: "SIGINT",
  Labels: { "org.opencontainers.image.title": "postgres", "org.opencontainers.image.version": "15" },
};

const redisConfig: ImageConfig = {
  Env: [PATH],
  Entrypoint: ["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no", "--dir", "/data"],
  ExposedPorts: { "6379/tcp": {} },
  Volumes: { "/data": {} },
  WorkingDir: "/data",
  Labels: { "org.opencontainers.image.title": "redis", "org.opencontainers.image.version": "7.0" },
};

/** Starts, serves its page and never answers its health check: what a release that goes wrong looks like. */
const BROKEN = "1.2";

async function webImage(cacheDir: string, version: string): Promise<Image> {
  const key = hash(hashFolder(join(here, "web")) + hash(readFileSync("/bin/busybox")) + version + BROKEN);
  const layer = await cachedLayer(cacheDir, `web-${version}`, key, async () => buildWebTree(version));
  const config: ImageConfig = {
    Env: [PATH],
    Cmd: ["/usr/local/bin/start"],
    ExposedPorts: { "8080/tcp": {} },
    Healthcheck: {
      Test: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/healthz"],
      Interval: 2 * second,
      Timeout: 3 * second,
      Retries: 3,
    },
    Labels: {
      "org.opencontainers.image.title": "pad-notes",
      "org.opencontainers.image.version": version,
      "org.opencontainers.image.source": "https://git.example.org/notes/pad-notes",
      "org.opencontainers.image.revision": hash(`pad-notes ${version}`).slice(0, 40),
    },
  };
  return { repository: "pad-notes", tag: version, layers: [layer], config };
}

function buildWebTree(version: string): string {
  const root = mkdtempSync(join(tmpdir(), "seaworthy-web-"));
  cpSync(join(here, "web"), root, { recursive: true });
  for (const folder of ["bin", "etc", "tmp", "run", "var"]) mkdirSync(join(root, folder), { recursive: true });
  cpSync("/bin/busybox", join(root, "bin/busybox"), { dereference: true });
  for (const applet of ["sh", "httpd", "nc", "wget", "ls", "tr", "cat", "hostname", "kill", "sleep", "id", "env"]) {
    symlinkSync("busybox", join(root, "bin", applet));
  }
  writeFileSync(join(root, "etc/passwd"), "root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n");
  writeFileSync(
    join(root, "www/index.html"),
    readFileSync(join(here, "web/www/index.html"), "utf8").replaceAll("VERSION", version),
  );
  if (version !== BROKEN) writeFileSync(join(root, "www/healthz"), "ok\n");
  return root;
}
