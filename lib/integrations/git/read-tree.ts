import { AppError } from "#lib/platform/errors.ts";
import { type GitPlace, runGit } from "./run-git.ts";

interface TreeEntry {
  mode: string;
  id: string;
  path: string;
}

interface CommitFacts {
  id: string;
  author: string;
  /** ISO 8601. */
  at: string;
  subject: string;
}

const LARGEST_BYTES = 900_000;
const isFile = ({ mode }: TreeEntry) => mode === "100644" || mode === "100755";

async function listTree(place: GitPlace, commit: string, path: string, flags: string[], signal: AbortSignal) {
  // By name alone: what looks like a pattern is none.
  const args = ["--literal-pathspecs", "ls-tree", "-z", "--full-tree", ...flags, commit, "--", path];
  const { stdout } = await runGit(place, args, { signal });
  return stdout
    .split("\0")
    .filter(Boolean)
    .map((line): TreeEntry => {
      const [facts = "", name = ""] = line.split("\t");
      const [mode = "", , id = ""] = facts.split(" ");
      return { mode, id, path: name };
    });
}

/** A file of a commit; null when there is none. Links and folders of that name are refused. */
export async function findFile(
  place: GitPlace,
  commit: string,
  path: string,
  signal: AbortSignal,
): Promise<TreeEntry | null> {
  const [entry] = await listTree(place, commit, path, [], signal);
  if (!entry) return null;
  if (isFile(entry)) return entry;
  throw new AppError({
    code: "git.not_a_file",
    message: `${path} in the configuration repository is not a plain file.`,
    advice: "Take it away there, then retry.",
    retry: "needs_person",
  });
}

/** Every plain file below a folder. */
export const listFiles = async (place: GitPlace, commit: string, folder: string, signal: AbortSignal) =>
  (await listTree(place, commit, `${folder}/`, ["-r"], signal)).filter(isFile);

/** A file's text, by the id of its content. */
export async function readText(place: GitPlace, id: string, signal: AbortSignal): Promise<string> {
  const { stdout: size } = await runGit(place, ["cat-file", "-s", id], { signal });
  if (Number(size) > LARGEST_BYTES)
    throw new AppError({
      code: "git.too_large",
      message: `A file of ${Number(size)} bytes is more than the panel reads.`,
    });
  return (await runGit(place, ["cat-file", "blob", id], { signal })).stdout;
}

/** Whether everything in `older` is in `newer` too. */
export async function isAncestor(place: GitPlace, older: string, newer: string, signal: AbortSignal): Promise<boolean> {
  if (older === newer) return true;
  const { exitCode } = await runGit(place, ["merge-base", "--is-ancestor", older, newer], { signal, accept: [1, 128] });
  // 128: a commit that nobody has any more.
  return exitCode === 0;
}

/** Plain files that differ between two commits and are there in the second. */
export async function listChanged(
  place: GitPlace,
  from: string,
  to: string,
  signal: AbortSignal,
): Promise<TreeEntry[]> {
  const args = ["diff-tree", "-r", "-z", "--no-renames", "--diff-filter=d", from, to];
  const parts = (await runGit(place, args, { signal })).stdout.split("\0").filter(Boolean);
  const entries: TreeEntry[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [, mode = "", , id = ""] = (parts[at] ?? "").split(" ");
    entries.push({ mode, id, path: parts[at + 1] ?? "" });
  }
  return entries.filter(isFile);
}

/** Commits that `to` has and `from` has not, newest first, those that touch a path if one is named. */
export async function listCommits(
  place: GitPlace,
  { from, to, path, max }: { from?: string; to: string; path?: string; max: number },
  signal: AbortSignal,
): Promise<CommitFacts[]> {
  const range = [to, ...(from ? [`^${from}`] : [])];
  const format = "--format=%H%x1f%an%x1f%cI%x1f%s";
  const args = [
    "--literal-pathspecs",
    "log",
    `--max-count=${max}`,
    "-z",
    format,
    ...range,
    "--",
    ...(path ? [path] : []),
  ];
  return (await runGit(place, args, { signal })).stdout
    .split("\0")
    .filter(Boolean)
    .map((line) => {
      const [id = "", author = "", at = "", subject = ""] = line.trim().split("\u001f");
      return { id, author, at, subject };
    });
}
