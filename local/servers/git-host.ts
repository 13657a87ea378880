import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type RunningProcess, runCommand } from "./process.ts";
import { startSshd } from "./sshd.ts";

type GitHostOptions = { dataDir: string; logFile: string; port: number };

/** What opens the repository. */
export type GitFacts = {
  url: string;
  /** The bare repository on disk, to be asked from outside. */
  folder: string;
  privateKeyFile: string;
  knownHosts: string;
};

const FIRST_FILES: Readonly<Record<string, string>> = {
  "README.md": "# Configuration\n\nHosts build from main; what comes there was built from staging first.\n",
  "hosts/app-01.nix": '{ ... }:\n\n{\n  imports = [ ../services/app-01 ];\n  networking.hostName = "app-01";\n}\n',
};

/** A real sshd before a real bare repository, which has a first commit on main. */
export async function startGitHost({ dataDir, logFile, port }: GitHostOptions): Promise<RunningProcess> {
  mkdirSync(dataDir, { recursive: true });
  if (!existsSync(join(repositoryFolder(dataDir), "HEAD"))) await makeRepository(dataDir);
  return startSshd({ dataDir, logFile, port, serves: "git" });
}

const repositoryFolder = (dataDir: string) => join(dataDir, "config.git");

async function makeRepository(dataDir: string): Promise<void> {
  const folder = repositoryFolder(dataDir);
  const work = join(dataDir, "first-commit");
  rmSync(work, { recursive: true, force: true });
  for (const [path, text] of Object.entries(FIRST_FILES)) {
    mkdirSync(join(work, path, ".."), { recursive: true });
    writeFileSync(join(work, path), text);
  }
  const env = {
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    ...{ GIT_AUTHOR_NAME: "Ops", GIT_AUTHOR_EMAIL: "ops@example.org" },
    ...{ GIT_COMMITTER_NAME: "Ops", GIT_COMMITTER_EMAIL: "ops@example.org" },
  };
  const git = (...args: string[]) => runCommand(["git", ...args], { env });
  await git("init", "--quiet", "--bare", "--initial-branch=main", folder);
  await git("-C", work, "init", "--quiet", "--initial-branch=main");
  await git("-C", work, "add", "--all");
  await git("-C", work, "commit", "--quiet", "--message", "Begin");
  await git("-C", work, "push", "--quiet", folder, "main");
  rmSync(work, { recursive: true, force: true });
}

/** Known once the server has started. */
export function readGitFacts({ dataDir, port }: Pick<GitHostOptions, "dataDir" | "port">): GitFacts {
  const [type = "", key = ""] = readFileSync(join(dataDir, "host.pub"), "utf8").split(" ");
  return {
    url: `ssh://root@127.0.0.1:${port}${repositoryFolder(dataDir)}`,
    folder: repositoryFolder(dataDir),
    privateKeyFile: join(dataDir, "client"),
    knownHosts: `[127.0.0.1]:${port} ${type} ${key.trim()}`,
  };
}
