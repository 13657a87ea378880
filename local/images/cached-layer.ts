import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Layer, packLayer, readCachedLayer } from "./layer.ts";

export const here = dirname(fileURLToPath(import.meta.url));

/** Kept between worlds and checkouts of one person. */
export function imageCacheDir(): string {
  const dir = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "seaworthy", "images");
  mkdirSync(dir, { recursive: true });
  return dir;
}

/** What lies in the folder of this name beside this file. */
export const scriptsLayer = (cacheDir: string, name: string) =>
  cachedLayer(cacheDir, name, hashFolder(join(here, name)), async () => {
    const root = mkdtempSync(join(tmpdir(), `seaworthy-${name}-`));
    cpSync(join(here, name), root, { recursive: true });
    return root;
  });

/** The layer made earlier of the same recipe, else a new one of what is built now. */
export async function cachedLayer(
  cacheDir: string,
  name: string,
  recipe: string,
  build: () => Promise<string>,
): Promise<Layer> {
  const key = `${name}-${recipe.slice(0, 16)}`;
  const cached = readCachedLayer(cacheDir, key);
  if (cached) return cached;
  const root = await build();
  try {
    return await packLayer(root, cacheDir, key);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

export function hashFolder(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  const parts = files.map((name) => join(folder, name)).filter((file) => statSync(file).isFile());
  return hash(parts.map((file) => `${file.slice(folder.length)} ${hash(readFileSync(file))}`).join("\n"));
}

export const hash = (content: string | Buffer) => createHash("sha256").update(content).digest("hex");

const TOO_LONG = 75;
/** Longer than any image takes to be made. */
const WAIT_S = 30 * 60;

/**
 * One process of this machine at a time. A lock of the kernel's: whoever dies with it lets it go. Whoever hangs with it does not, and is
 * named by those who wait.
 */
export async function withLock<T>(file: string, work: () => Promise<T>, waitS = WAIT_S): Promise<T> {
  const hold = ["sh", "-c", 'echo "$1" >"$0"; echo locked; exec cat', file, String(process.pid)];
  const wait = [`--wait=${waitS}`, `--conflict-exit-code=${TOO_LONG}`];
  const holder = spawn("flock", [...wait, file, ...hold], { stdio: ["pipe", "pipe", "inherit"] });
  try {
    const ended = once(holder, "exit").then(([code]) => {
      throw new Error(code === TOO_LONG ? explainHeld(file, waitS) : `${file} could not be locked.`);
    });
    await Promise.race([once(holder.stdout, "data"), ended]);
    return await work();
  } finally {
    holder.stdin.end();
  }
}

function explainHeld(file: string, waitS: number): string {
  const pid = readFileSync(file, "utf8").trim() || "?";
  return `${file} was not free for ${waitS} s: process ${pid} has locked it, and may hang. See what it does (ps -fp ${pid}), end it, and try again.`;
}
