import { parseDocument } from "yaml";
import { isAncestor, listChanged, readText } from "#lib/integrations/git/read-tree.ts";
import { withCheckout } from "#lib/integrations/git/write-tree.ts";
import { runCheck } from "#lib/integrations/nix/run-check.ts";
import { config } from "#lib/platform/config/config.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import type { ConfigRepository, Tips } from "./open.ts";

const FILE = "{file}";

/**
 * Checks a commit as it would be main: everything it changes there, whoever changed it. Throws with the program's words when it
 * does not pass.
 */
async function checkCommit(
  repository: ConfigRepository,
  { commit, main }: { commit: string; main: string },
  ctx: StepContext,
): Promise<void> {
  const { mirror } = repository;
  const changed = (await listChanged(mirror, main, commit, ctx.signal)).map(({ path, id }) => ({ path, id }));
  const short = commit.slice(0, 12);
  const stacks = `${config().CONFIG_REPOSITORY_STACKS_DIR}/`;
  for (const { path, id } of changed.filter((one) => one.path.startsWith(stacks) && /\.ya?ml$/.test(one.path))) {
    const [problem] = parseDocument(await readText(mirror, id, ctx.signal)).errors;
    if (problem) throw checkFailed(short, `${path}: ${problem.message}`);
  }
  const words = config().CONFIG_REPOSITORY_CHECK;
  const modules = changed.filter(({ path }) => path.endsWith(".nix"));
  const perFile = words.some((word) => word.includes(FILE));
  if (perFile && modules.length === 0)
    return ctx.log.info(`${short} changes no Nix file that ${repository.main} does not have already`);
  await withCheckout(
    mirror,
    commit,
    async (folder) => {
      const argvOf = (path: string) =>
        words.map((word) => word.replaceAll(FILE, () => `./${path}`).replaceAll("{commit}", commit));
      const runs = perFile ? modules.map(({ path }) => argvOf(path)) : [argvOf("")];
      for (const [index, argv] of runs.entries()) {
        ctx.progress(`check ${index + 1}/${runs.length}`, index, runs.length);
        ctx.log.info(`${argv.join(" ")} (in a checkout of ${short})`);
        const problem = await runCheck(
          {
            argv,
            folder,
            timeoutMs: config().CONFIG_REPOSITORY_CHECK_TIMEOUT_S * 1000,
            onOutput: async (stream, data) => {
              ctx.log.output(stream, data);
              await ctx.log.drained();
            },
          },
          ctx.signal,
        );
        if (problem !== null) throw checkFailed(short, problem.replaceAll(`${folder}/`, ""));
      }
    },
    ctx.signal,
  );
  ctx.log.info(`${short} passed the build check`);
}

const checkFailed = (short: string, detail: string) =>
  new AppError({
    code: "repository.check_failed",
    message: `The configuration does not build at ${short}, so main stays as it is.`,
    advice:
      "Read the words below. Mend it with a commit on the staging branch, or change the answers and start again; then retry.",
    retry: "needs_person",
    detail,
  });

/**
 * Checks a commit and, when it does not pass and somebody has pushed to staging since, what staging is now: the mending commit
 * comes after ours. Gives the commit that passed.
 */
export async function checkOrMended(
  repository: ConfigRepository,
  commit: string,
  tips: Tips,
  ctx: StepContext,
): Promise<string> {
  try {
    await checkCommit(repository, { commit, main: tips.main }, ctx);
    return commit;
  } catch (error) {
    const tip = tips.staging;
    const isFailure = error instanceof AppError && error.code === "repository.check_failed";
    if (!isFailure || tip === null || tip === commit || !(await isAncestor(repository.mirror, commit, tip, ctx.signal)))
      throw error;
    ctx.log.warn(`${commit.slice(0, 12)} does not build; ${repository.staging} has gone on to ${tip.slice(0, 12)}`);
    await checkCommit(repository, { commit: tip, main: tips.main }, ctx);
    return tip;
  }
}
