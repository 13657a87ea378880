import { setTimeout as delay } from "node:timers/promises";
import { commitChanges, type FileChange, pushCommit } from "#lib/integrations/git/write-tree.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { bringTogether } from "./bring-together.ts";
import { type ConfigRepository, readTips } from "./open.ts";

const MAX_TRIES = 20;
const PAUSE_MS = 250;

interface Wanted {
  changes: FileChange[];
  message: string;
}

/** Longer the more often, and never the same for two who meet. */
export const pauseBeforeTry = (attempt: number, signal: AbortSignal) =>
  delay(Math.random() * PAUSE_MS * Math.min(attempt, 10), undefined, { signal });

/**
 * Puts a change on the staging branch, on top of whatever is there when it arrives: when somebody has pushed meanwhile, what to
 * change is worked out again over their commit, so that neither is lost. Gives the commit that has it; nothing to change is no commit.
 */
export async function commitToStaging(
  repository: ConfigRepository,
  change: (base: string) => Promise<Wanted | null>,
  ctx: StepContext,
): Promise<{ commit: string; changed: boolean }> {
  const { mirror, staging, by } = repository;
  for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
    const tips = await readTips(repository, ctx.signal);
    const base = await bringTogether(repository, tips, ctx.signal);
    const wanted = await change(base.commit);
    if (wanted === null) {
      // A merge made for looking only is nobody's business.
      const commit = base.isNew ? (tips.staging ?? tips.main) : base.commit;
      return { commit, changed: false };
    }
    const message = `${wanted.message}\n\nSeaworthy-Run: ${ctx.run.id}\nSeaworthy-Step: ${ctx.step.key}\n`;
    const commit = await commitChanges(
      mirror,
      { parent: base.commit, changes: wanted.changes, message, by },
      ctx.signal,
    );
    await ctx.guard();
    if ((await pushCommit(mirror, commit, staging, ctx.signal)) === "pushed") {
      ctx.log.info(`Pushed ${commit.slice(0, 12)} to ${staging}: ${wanted.message}`);
      return { commit, changed: true };
    }
    ctx.log.info(`Somebody else has pushed to ${staging} meanwhile; doing it again on top of theirs`);
    await pauseBeforeTry(attempt, ctx.signal);
  }
  throw new AppError({
    code: "repository.busy",
    message: `Others pushed to ${staging} each time the panel tried.`,
    retry: "retry",
  });
}
