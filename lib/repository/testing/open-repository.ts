import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { finishExec } from "#lib/integrations/program/finish.ts";
import { startProgram } from "#lib/integrations/programs/run.ts";
import type { Config } from "#lib/platform/config/settings.ts";
import { readGitFacts, startGitHost } from "#local/servers/git-host.ts";
import { pickPort } from "#local/servers/ports.ts";

const PERSON = {
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  ...{ GIT_AUTHOR_NAME: "Gina", GIT_AUTHOR_EMAIL: "gina@example.org" },
  ...{ GIT_COMMITTER_NAME: "Gina", GIT_COMMITTER_EMAIL: "gina@example.org" },
};

async function git(args: string[], cwd = "/"): Promise<string> {
  const { signal } = new AbortController();
  const { exitCode, stdout, stderr } = await finishExec(
    await startProgram({ argv: ["git", ...args], env: PERSON, cwd }, signal),
  );
  if (exitCode !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
  return stdout;
}

/** A real bare repository behind a real sshd of the test's own, and a person who has a clone of it. */
export async function openTestRepository() {
  const dataDir = mkdtempSync(join(tmpdir(), "seaworthy-git-host-"));
  const port = await pickPort(undefined, 12_500);
  const sshd = await startGitHost({ dataDir, port, logFile: join(dataDir, "log") });
  const facts = readGitFacts({ dataDir, port });
  const clone = join(dataDir, "clone");
  await git(["clone", "--quiet", facts.folder, clone]);
  const settings: Partial<Config> = {
    CONFIG_REPOSITORY_URL: facts.url,
    CONFIG_REPOSITORY_SSH_KEY: readFileSync(facts.privateKeyFile, "utf8"),
    CONFIG_REPOSITORY_KNOWN_HOSTS: facts.knownHosts,
  };
  /** Asked on the server, beside the panel. */
  const ask = async (...args: string[]) => (await git(["--git-dir", facts.folder, ...args])).trim();
  return {
    facts,
    settings,
    ask,
    hasFile: async (branch: string, path: string) =>
      (await ask("ls-tree", "-r", "--name-only", branch)).split("\n").includes(path),
    /** What a person does: a commit on top of the branch, pushed. A null text takes the file away. */
    async push(branch: string, path: string, text: string | null, from = branch): Promise<string> {
      await git(["fetch", "--quiet", "origin"], clone);
      await git(["checkout", "--quiet", "-B", branch, `origin/${from}`], clone);
      const file = join(clone, path);
      if (text === null) rmSync(file);
      else {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
      }
      await git(["add", "--all"], clone);
      await git(["commit", "--quiet", "--message", `Gina changes ${path}`], clone);
      await git(["push", "--quiet", "origin", branch], clone);
      return (await git(["rev-parse", "HEAD"], clone)).trim();
    },
    async close(): Promise<void> {
      await sshd.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export type TestRepository = Awaited<ReturnType<typeof openTestRepository>>;
