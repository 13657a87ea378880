import { createHash } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type GitRemote, prepareAccess } from "./access.ts";
import { type GitPlace, runGit } from "./run-git.ts";

const FETCH_MS = 5 * 60_000;

/** This process's copy of a remote repository: fetched into, never checked out. */
export interface Mirror extends GitPlace {
  /**
   * The remote's branches, by name, as they are now; with `maxAgeMs` as they were that long ago at most. Calls of one process
   * wait for each other.
   */
  fetch(signal: AbortSignal, maxAgeMs?: number): Promise<ReadonlyMap<string, string>>;
}

const open = new Map<string, Promise<Mirror>>();

/** One for each remote and credential, made when it is first asked for and thrown away with the process. */
export async function openMirror(remote: GitRemote, signal: AbortSignal): Promise<Mirror> {
  const key = createHash("sha256").update(JSON.stringify(remote)).digest("hex");
  const known = open.get(key);
  if (known) {
    const mirror = await known;
    // Something that cleans temporary folders may have been here.
    if (existsSync(join(mirror.folder, "HEAD")) && existsSync(mirror.env.GIT_SSH ?? "")) return mirror;
  }
  const making = makeMirror(remote, signal);
  open.set(key, making);
  making.catch(() => open.delete(key));
  return making;
}

async function makeMirror(remote: GitRemote, signal: AbortSignal): Promise<Mirror> {
  const home = await mkdtemp(join(tmpdir(), "seaworthy-git-"));
  process.once("exit", () => rmSync(home, { recursive: true, force: true }));
  const scratch = join(home, "scratch");
  await mkdir(scratch);
  const place = { folder: join(home, "repository.git"), scratch, env: await prepareAccess(home, remote) };
  await runGit(place, ["init", "--quiet", "--bare", place.folder], { signal });
  await runGit(place, ["config", "remote.origin.url", remote.url], { signal });
  return { ...place, fetch: createFetch(place) };
}

function createFetch(place: GitPlace): Mirror["fetch"] {
  let last: { at: number; branches: ReadonlyMap<string, string> } | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  return (signal, maxAgeMs = 0) => {
    const asked = Date.now();
    const turn = queue.then(async () => {
      // One that began after we asked has seen what we want to see.
      if (last && last.at >= asked - maxAgeMs) return last.branches;
      const at = Date.now();
      await runGit(
        place,
        ["fetch", "--quiet", "--prune", "--no-tags", "--force", "origin", "+refs/heads/*:refs/remotes/origin/*"],
        { signal, timeoutMs: FETCH_MS, what: "fetch from the configuration repository" },
      );
      last = { at, branches: await listBranches(place, signal) };
      return last.branches;
    });
    queue = turn.catch(() => {});
    return turn;
  };
}

async function listBranches(place: GitPlace, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const prefix = "refs/remotes/origin/";
  const { stdout } = await runGit(place, ["for-each-ref", "--format=%(objectname) %(refname)", prefix], { signal });
  const lines = stdout.split("\n").filter(Boolean);
  return new Map(lines.map((line) => [line.slice(41 + prefix.length), line.slice(0, 40)] as const));
}
