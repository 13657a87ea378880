import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runCommand } from "../servers/process.ts";
import { registryHost } from "../servers/registry.ts";
import type { WorldFile } from "../world-file.ts";
import { cachedLayer, hash, hashFolder, here, imageCacheDir, withLock } from "./cached-layer.ts";
import { buildDatabaseTree, treeRecipe } from "./database-tree.ts";
import { type ImageConfig, PATH, pushImage } from "./image.ts";

const HOME = "usr/local/lib/mongodb";
const folder = join(here, "mongodb");
const standIns = join(here, "../mongodb");
const packages = join(folder, HOME, "package-lock.json");
const node = createRequire(import.meta.url).resolve("node/package.json");

const config: ImageConfig = {
  Env: [PATH, "LANG=C.UTF-8", "HOME=/data/db"],
  Cmd: ["mongod"],
  ExposedPorts: { "27017/tcp": {} },
  Volumes: { "/data/db": {}, "/data/configdb": {} },
  Labels: { "org.opencontainers.image.title": "mongodb", "org.opencontainers.image.version": "stand-in" },
};

/**
 * An image as MongoDB's own is, as far as backups go. Neither Debian nor npm has MongoDB's server and tools: those three are
 * stand-ins (`local/mongodb/`); mongosh is the real one. Made when a test first asks.
 */
export async function provideMongodbImage({ world }: Pick<WorldFile, "world">): Promise<string> {
  const cacheDir = imageCacheDir();
  return withLock(join(cacheDir, "mongodb.lock"), async () => {
    const tree = await cachedLayer(cacheDir, "database", hash(JSON.stringify(treeRecipe)), () =>
      buildDatabaseTree(() => {}),
    );
    const installed = hash(`${readFileSync(node)}${readFileSync(packages)}`);
    const programs = await cachedLayer(cacheDir, "mongodb-programs", installed, installPrograms);
    const sources = hash(hashFolder(folder) + hashFolder(standIns));
    const own = await cachedLayer(cacheDir, "mongodb", sources, copyStandIns);
    await pushImage(world.registryUrl, { repository: "mongodb", tag: "7.0", layers: [tree, programs, own], config });
    return `${registryHost}/mongodb:7.0`;
  });
}

/** What npm has of it: mongosh, the driver, and the Node that runs them. */
async function installPrograms(): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), "seaworthy-mongodb-"));
  const home = join(root, HOME);
  mkdirSync(home, { recursive: true });
  cpSync(join(folder, HOME), home, { recursive: true });
  const flags = ["--omit=optional", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"];
  await runCommand(["npm", "ci", "--prefix", home, ...flags], { timeoutMs: 10 * 60_000 });
  mkdirSync(join(root, "usr/local/bin"), { recursive: true });
  cpSync(join(dirname(node), "bin/node"), join(root, "usr/local/bin/node"), { dereference: true });
  return root;
}

async function copyStandIns(): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), "seaworthy-mongodb-"));
  cpSync(folder, root, { recursive: true });
  for (const name of readdirSync(standIns).filter((file) => !file.endsWith(".test.ts")))
    cpSync(join(standIns, name), join(root, HOME, name));
  return root;
}
