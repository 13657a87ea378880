import { randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { toGitError } from "./errors.ts";
import { type GitPlace, runGit } from "./run-git.ts";

/** What becomes of a path: a new text, a content the repository has already, or nothing. */
export type FileChange = { path: string } & ({ text: string } | { id: string } | { gone: true });

export interface Signature {
  name: string;
  email: string;
}

const NOWHERE = "0".repeat(40);
const PUSH_MS = 2 * 60_000;
/** What a server says of a branch that somebody else has moved meanwhile. */
const MOVED =
  /\((fetch first|non-fast-forward|stale info|needs force|already exists|reference already exists|failed to update ref|incorrect old value provided|cannot lock ref[^)]*|failed to lock)\)|cannot lock ref/i;

const sign = ({ name, email }: Signature) => ({
  GIT_AUTHOR_NAME: name,
  GIT_AUTHOR_EMAIL: email,
  GIT_COMMITTER_NAME: name,
  GIT_COMMITTER_EMAIL: email,
});

/** Calls with an index of one's own, thrown away afterwards. */
async function withIndex<T>(place: GitPlace, work: (env: Record<string, string>) => Promise<T>): Promise<T> {
  const file = join(place.scratch, `index-${randomUUID()}`);
  try {
    return await work({ GIT_INDEX_FILE: file });
  } finally {
    await rm(file, { force: true });
  }
}

/** Makes a commit of `parent` and some changes. Nothing is checked out, nothing is pushed. */
export async function commitChanges(
  place: GitPlace,
  { parent, changes, message, by }: { parent: string; changes: readonly FileChange[]; message: string; by: Signature },
  signal: AbortSignal,
): Promise<string> {
  return withIndex(place, async (env) => {
    await runGit(place, ["read-tree", parent], { signal, env });
    const lines: string[] = [];
    for (const change of changes) {
      if ("gone" in change) lines.push(`0 ${NOWHERE}\t${change.path}\0`);
      else
        lines.push(
          `100644 ${"id" in change ? change.id : await keepText(place, change.text, signal)}\t${change.path}\0`,
        );
    }
    await runGit(place, ["update-index", "-z", "--index-info"], { signal, env, input: lines.join("") });
    const tree = (await runGit(place, ["write-tree"], { signal, env })).stdout.trim();
    return commitTree(place, tree, [parent], { message, by }, signal);
  });
}

async function keepText(place: GitPlace, text: string, signal: AbortSignal): Promise<string> {
  return (await runGit(place, ["hash-object", "-w", "--stdin"], { signal, input: text })).stdout.trim();
}

/** The id a text would have, for comparing. */
export async function hashText(place: GitPlace, text: string, signal: AbortSignal): Promise<string> {
  return (await runGit(place, ["hash-object", "--stdin"], { signal, input: text })).stdout.trim();
}

async function commitTree(
  place: GitPlace,
  tree: string,
  parents: readonly string[],
  { message, by }: { message: string; by: Signature },
  signal: AbortSignal,
): Promise<string> {
  const args = ["commit-tree", tree, ...parents.flatMap((parent) => ["-p", parent]), "-F", "-"];
  return (await runGit(place, args, { signal, env: sign(by), input: message })).stdout.trim();
}

/** A commit that has both; null when they contradict each other. */
export async function mergeCommits(
  place: GitPlace,
  { ours, theirs, message, by }: { ours: string; theirs: string; message: string; by: Signature },
  signal: AbortSignal,
): Promise<string | null> {
  const { exitCode, stdout } = await runGit(place, ["merge-tree", "--write-tree", "--no-messages", ours, theirs], {
    signal,
    accept: [1],
    what: "merge two branches",
  });
  if (exitCode === 1) return null;
  const [tree = ""] = stdout.split("\n");
  return commitTree(place, tree, [ours, theirs], { message, by }, signal);
}

/** Moves a branch of the remote forward, never back: `moved` when somebody else has pushed meanwhile, and nothing was changed. */
export async function pushCommit(
  place: GitPlace,
  commit: string,
  branch: string,
  signal: AbortSignal,
): Promise<"pushed" | "moved"> {
  const what = `push to ${branch}`;
  const args = ["push", "--porcelain", "--no-verify", "origin", `${commit}:refs/heads/${branch}`];
  const { exitCode, stdout, stderr } = await runGit(place, args, {
    signal,
    accept: [1, 128],
    timeoutMs: PUSH_MS,
    what,
  });
  if (exitCode === 0) return "pushed";
  if (MOVED.test(`${stdout}\n${stderr}`)) return "moved";
  throw toGitError(what, `${stdout}\n${stderr}`);
}

/** Every file of a commit in a new folder, for as long as `work` runs. Links stay texts, submodules stay empty. */
export async function withCheckout<T>(
  place: GitPlace,
  commit: string,
  work: (folder: string) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const folder = join(place.scratch, `checkout-${randomUUID()}`);
  try {
    await mkdir(folder);
    return await withIndex(place, async (env) => {
      await runGit(place, ["read-tree", commit], { signal, env });
      await runGit(place, ["--work-tree", folder, "checkout-index", "--all", "--force"], { signal, env });
      return work(folder);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
