import { isAncestor } from "#lib/integrations/git/read-tree.ts";
import { config } from "#lib/platform/config/config.ts";
import { AppError } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { PlanResult, StepContext, VerifyResult } from "#lib/steps/types.ts";
import { checkOrMended } from "../publish/check-commit.ts";
import { askRemote, openConfigRepository, readTips } from "../publish/open.ts";
import { findWritten } from "../queries/read-written.ts";
import { type CheckInput, checkInputSchema } from "../schema.ts";

/** The build check of the commit that has a service's file, before main sees it. */
export const repositoryCheck = defineStep({
  name: "repository.check",
  queue: "provisioning",
  input: checkInputSchema,
  timeoutMs: 4 * 60 * 60_000,
  plan: planCheck,
  apply: applyCheck,
  verify: (input, ctx) => verifyCheck(input, ctx),
  // It changes nothing outside.
  undo: async () => {},
});

async function planCheck({ path }: CheckInput): Promise<PlanResult> {
  const detail = config().CONFIG_REPOSITORY_CHECK.join(" ");
  return { changes: [{ action: "check", kind: "build", name: path, detail }] };
}

/** The commit that the panel wrote a service's file with. */
export async function readCommit(path: string, ctx: StepContext): Promise<string> {
  const written = ctx.service ? await findWritten(ctx.service.id, path) : null;
  if (written?.commit) return written.commit;
  throw new AppError({
    code: "repository.not_written",
    message: `The panel has not written ${path}.`,
    advice: "Retry the step that writes it.",
    retry: "permanent",
  });
}

async function applyCheck({ path }: CheckInput, ctx: StepContext): Promise<{ commit: string }> {
  const repository = await openConfigRepository(ctx);
  const commit = await readCommit(path, ctx);
  const tips = await readTips(repository, ctx.signal);
  return { commit: await checkOrMended(repository, commit, tips, ctx) };
}

/** A commit never changes, so what passed has passed; what can change is whether it is still what is deployed. */
const verifyCheck = (input: CheckInput, ctx: StepContext) => askRemote((maxAgeMs) => judgeCommit(input, maxAgeMs, ctx));

async function judgeCommit({ path }: CheckInput, maxAgeMs: number, ctx: StepContext): Promise<VerifyResult> {
  const repository = await openConfigRepository(ctx);
  const commit = await readCommit(path, ctx);
  const { main } = await readTips(repository, ctx.signal, maxAgeMs);
  const short = commit.slice(0, 12);
  return (await isAncestor(repository.mirror, commit, main, ctx.signal))
    ? { ok: true, reason: `${short} passed the build check and is on ${repository.main}.` }
    : { ok: false, reason: `${repository.main} does not have ${short}, which passed the build check.` };
}
