import { isAncestor, listCommits } from "#lib/integrations/git/read-tree.ts";
import { pushCommit } from "#lib/integrations/git/write-tree.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { bringTogether } from "./bring-together.ts";
import { checkOrMended } from "./check-commit.ts";
import { pauseBeforeTry } from "./commit-to-staging.ts";
import { type ConfigRepository, readTips } from "./open.ts";

const MAX_TRIES = 20;
const NAMED = 20;

/**
 * Moves main forward to a commit of staging's, never back and never aside. Main only ever becomes a commit that passed the build
 * check as that very commit: when main has moved meanwhile, the two are merged on staging and the merge is checked.
 */
export async function promoteCommit(
  repository: ConfigRepository,
  { commit, checked }: { commit: string; checked: string | null },
  ctx: StepContext,
): Promise<{ commit: string }> {
  const { mirror, staging, main } = repository;
  let passed = checked;
  for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
    const tips = await readTips(repository, ctx.signal);
    if (await isAncestor(mirror, commit, tips.main, ctx.signal)) {
      ctx.log.info(`${main} has ${commit.slice(0, 12)}`);
      return { commit: tips.main };
    }
    if (tips.staging === null || !(await isAncestor(mirror, commit, tips.staging, ctx.signal)))
      throw takenBack(repository, commit);
    let candidate = passed ?? commit;
    if (!(await isAncestor(mirror, tips.main, candidate, ctx.signal))) {
      const both = await bringTogether(repository, tips, ctx.signal);
      candidate = both.commit;
      if (both.isNew) {
        ctx.log.info(`${main} has commits that ${staging} has not; merging them there first`);
        await ctx.guard();
        if ((await pushCommit(mirror, candidate, staging, ctx.signal)) === "moved") {
          await pauseBeforeTry(attempt, ctx.signal);
          continue;
        }
        tips.staging = candidate;
      }
    }
    if (candidate !== passed) {
      passed = await checkOrMended(repository, candidate, tips, ctx);
      candidate = passed;
    }
    await sayWhatComes(repository, tips.main, candidate, ctx);
    await ctx.guard();
    if ((await pushCommit(mirror, candidate, main, ctx.signal)) === "pushed") {
      ctx.log.info(`${main} is now ${candidate.slice(0, 12)}`);
      return { commit: candidate };
    }
    ctx.log.info(`Somebody else has moved ${main} meanwhile; looking again`);
    await pauseBeforeTry(attempt, ctx.signal);
  }
  throw new AppError({
    code: "repository.busy",
    message: `Others pushed to ${main} each time the panel tried.`,
    retry: "retry",
  });
}

async function sayWhatComes(repository: ConfigRepository, from: string, to: string, ctx: StepContext): Promise<void> {
  for (const one of await listCommits(repository.mirror, { from, to, max: NAMED }, ctx.signal))
    ctx.log.info(`  ${one.id.slice(0, 12)} ${one.author}: ${one.subject}`);
}

const takenBack = ({ staging }: ConfigRepository, commit: string) =>
  new AppError({
    code: "repository.taken_back",
    message: `Somebody has taken ${commit.slice(0, 12)} back from ${staging}.`,
    advice: "Ask who did. Retry the step that writes the file when it is to go on.",
    retry: "needs_person",
  });
