import { isAncestor } from "#lib/integrations/git/read-tree.ts";
import { mergeCommits } from "#lib/integrations/git/write-tree.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { ConfigRepository, Tips } from "./open.ts";

/** A commit that has everything of staging and of main: one of the two, or a merge of them that nobody else has yet. */
export async function bringTogether(
  repository: ConfigRepository,
  { staging, main }: Tips,
  signal: AbortSignal,
): Promise<{ commit: string; isNew: boolean }> {
  const { mirror, by } = repository;
  if (staging === null || (await isAncestor(mirror, staging, main, signal))) return { commit: main, isNew: false };
  if (await isAncestor(mirror, main, staging, signal)) return { commit: staging, isNew: false };
  const message = `Merge ${repository.main} into ${repository.staging}\n`;
  const merged = await mergeCommits(mirror, { ours: staging, theirs: main, message, by }, signal);
  if (merged !== null) return { commit: merged, isNew: true };
  throw new AppError({
    code: "repository.conflict",
    message: `${repository.main} and ${repository.staging} of the configuration repository contradict each other.`,
    advice: `Merge ${repository.main} into ${repository.staging} by hand and push it, then retry.`,
    retry: "needs_person",
  });
}
