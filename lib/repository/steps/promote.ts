import { isAncestor, listCommits } from "#lib/integrations/git/read-tree.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { PlanResult, StepContext, VerifyResult } from "#lib/steps/types.ts";
import { askRemote, openConfigRepository, readTips } from "../publish/open.ts";
import { promoteCommit } from "../publish/promote-commit.ts";
import { checkedSchema, type PromoteInput, promoteInputSchema } from "../schema.ts";
import { readCommit } from "./check.ts";

const MOST_COMMITS = 20;

/** Main goes forward to the commit that passed the build check. */
export const repositoryPromote = defineStep({
  name: "repository.promote",
  queue: "provisioning",
  input: promoteInputSchema,
  timeoutMs: 4 * 60 * 60_000,
  plan: planPromote,
  apply: applyPromote,
  verify: (input, ctx) => verifyPromote(input, ctx),
  // What it brought to main is the file, which the step that wrote it takes away there too.
  undo: async () => {},
});

async function planPromote({ path }: PromoteInput, ctx: StepContext): Promise<PlanResult> {
  const repository = await openConfigRepository(ctx);
  const { main, staging } = await readTips(repository, ctx.signal, 5_000);
  const waiting = staging
    ? await listCommits(repository.mirror, { from: main, to: staging, max: MOST_COMMITS }, ctx.signal)
    : [];
  const others =
    waiting.length === 0
      ? ""
      : `, with ${waiting.length} other ${waiting.length === 1 ? "commit" : "commits"} of ${repository.staging}`;
  return {
    changes: [
      {
        action: "change",
        kind: "branch",
        name: repository.main,
        detail: `forward to the commit with ${path}${others}`,
      },
    ],
  };
}

async function applyPromote({ path, check }: PromoteInput, ctx: StepContext): Promise<{ commit: string }> {
  const repository = await openConfigRepository(ctx);
  const commit = await readCommit(path, ctx);
  const checked = checkedSchema.safeParse(ctx.output(check));
  return promoteCommit(repository, { commit, checked: checked.success ? checked.data.commit : null }, ctx);
}

const verifyPromote = (input: PromoteInput, ctx: StepContext) =>
  askRemote((maxAgeMs) => judgeCommit(input, maxAgeMs, ctx));

async function judgeCommit({ path }: PromoteInput, maxAgeMs: number, ctx: StepContext): Promise<VerifyResult> {
  const repository = await openConfigRepository(ctx);
  const commit = await readCommit(path, ctx);
  const { main } = await readTips(repository, ctx.signal, maxAgeMs);
  const short = commit.slice(0, 12);
  return (await isAncestor(repository.mirror, commit, main, ctx.signal))
    ? { ok: true, reason: `${repository.main} has ${short}.` }
    : { ok: false, reason: `${repository.main} does not have ${short}: its history was rewritten.` };
}
