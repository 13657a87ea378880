import { dirname } from "node:path";
import { findFile, listCommits, readText } from "#lib/integrations/git/read-tree.ts";
import { type FileChange, hashText } from "#lib/integrations/git/write-tree.ts";
import { AppError } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { LedgerEntry, LedgerResource, PlanResult, StepContext, VerifyResult } from "#lib/steps/types.ts";
import { HOST_MODULES, REPOSITORY_FILE } from "../constants.ts";
import { bringTogether } from "../publish/bring-together.ts";
import { commitToStaging } from "../publish/commit-to-staging.ts";
import { askRemote, type ConfigRepository, openConfigRepository, readTips } from "../publish/open.ts";
import { promoteCommit } from "../publish/promote-commit.ts";
import { findWritten } from "../queries/read-written.ts";
import { HOST_MODULES_TEXT } from "../render/nix-module.ts";
import { renderFile } from "../render/render-file.ts";
import { type WriteInput, type Written, writeInputSchema, writtenSchema } from "../schema.ts";

interface WriteOutput {
  path: string;
  branch: string;
  commit: string;
}

const MOST_COMMITS = 10;

/** A service's file in the configuration repository, on the staging branch: its NixOS module or its stack file. */
export const repositoryWrite = defineStep({
  name: "repository.write",
  queue: "provisioning",
  input: writeInputSchema,
  timeoutMs: 60 * 60_000,
  plan: planWrite,
  apply: applyWrite,
  verify: (input, ctx) => verifyWrite(input, ctx),
  undo: undoWrite,
});

const kindOf = ({ file }: WriteInput) => (file.kind === "nix" ? "NixOS module" : "stack file");
const entryOf = (path: string, attributes?: Partial<Written>): LedgerEntry => ({
  kind: REPOSITORY_FILE,
  providerId: path,
  name: path,
  attributes: { path, ...attributes },
});

async function planWrite(input: WriteInput, ctx: StepContext): Promise<PlanResult> {
  const repository = await openConfigRepository(ctx);
  const { mirror, staging, main } = repository;
  const tips = await readTips(repository, ctx.signal);
  const base = await bringTogether(repository, tips, ctx.signal);
  const present = await findFile(mirror, base.commit, input.path, ctx.signal);
  const text = await renderFile(input, ctx.signal);
  const wanted = await hashText(mirror, text, ctx.signal);
  for (const line of text.split("\n")) ctx.log.info(line);
  const action = present === null ? "create" : present.id === wanted ? "keep" : "change";
  const written = ctx.service ? await findWritten(ctx.service.id, input.path) : null;
  const others = await listCommits(mirror, { from: tips.main, to: base.commit, max: MOST_COMMITS }, ctx.signal);
  const warnings = others
    .slice(0, base.isNew ? undefined : MOST_COMMITS)
    .map((one) => `${staging} has “${one.subject}” of ${one.author}, which comes to ${main} with it.`);
  if (action === "change" && present && present.id !== written?.blob)
    warnings.unshift(`${input.path} is there already, and not as the panel left it: what it says now is replaced.`);
  return {
    changes: [{ action, kind: kindOf(input), name: input.path, detail: `on ${staging}, then ${main}` }],
    pinned: { seen: present?.id ?? null },
    warnings,
  };
}

async function applyWrite(input: WriteInput, ctx: StepContext): Promise<WriteOutput> {
  const repository = await openConfigRepository(ctx);
  const { mirror, staging } = repository;
  const { path } = input;
  let blob = "";
  const { commit } = await commitToStaging(
    repository,
    async (base) => {
      // Anew for each try: another run may have written a later state meanwhile.
      const text = await renderFile(input, ctx.signal);
      blob = await hashText(mirror, text, ctx.signal);
      const known = ctx.service ? await findWritten(ctx.service.id, path) : await findOwn(path, ctx);
      const present = await findFile(mirror, base, path, ctx.signal);
      if (present && present.id !== blob) refuseForeign(present.id, [known?.blob, input.seen], path);
      if (known?.before === undefined) await ctx.ledger.plan(entryOf(path, { before: present?.id ?? null }));
      const changes: FileChange[] = present?.id === blob ? [] : [{ path, text }];
      const besides = `${dirname(path)}/${HOST_MODULES}`;
      if (input.file.kind === "nix" && !(await findFile(mirror, base, besides, ctx.signal)))
        changes.push({ path: besides, text: HOST_MODULES_TEXT });
      if (changes.length === 0) return null;
      return { changes, message: `${present ? "Change" : "Add"} ${ctx.service?.name ?? path}: ${kindOf(input)}` };
    },
    ctx,
  );
  await ctx.ledger.record(entryOf(path, { blob, commit }));
  ctx.log.info(`${staging} has ${path} at ${commit.slice(0, 12)}`);
  return { path, branch: staging, commit };
}

/** Without a service, as in a run that is nobody's, the step's own entry is all there is. */
async function findOwn(path: string, ctx: StepContext): Promise<Written | null> {
  const entry = (await ctx.ledger.list()).find((one) => one.providerId === path);
  return entry ? (writtenSchema.safeParse(entry.attributes).data ?? null) : null;
}

function refuseForeign(present: string, expected: readonly (string | null | undefined)[], path: string): void {
  if (expected.includes(present)) return;
  throw new AppError({
    code: "repository.changed",
    message: `Somebody has written ${path} in the configuration repository since it was reviewed.`,
    advice: "Look at what they changed. Plan again to see it replaced, or bring it into the service's answers.",
    retry: "needs_person",
    status: 409,
  });
}

const verifyWrite = (input: WriteInput, ctx: StepContext) => askRemote((maxAgeMs) => judgeFile(input, maxAgeMs, ctx));

async function judgeFile({ path }: WriteInput, maxAgeMs: number, ctx: StepContext): Promise<VerifyResult> {
  const repository = await openConfigRepository(ctx);
  const { mirror, main } = repository;
  const tips = await readTips(repository, ctx.signal, maxAgeMs);
  const present = await findFile(mirror, tips.main, path, ctx.signal);
  if (!present) {
    const waits = tips.staging !== null && (await findFile(mirror, tips.staging, path, ctx.signal)) !== null;
    return { ok: false, reason: `${main} has no ${path}${waits ? `; ${repository.staging} has` : ""}.` };
  }
  const written = ctx.service ? await findWritten(ctx.service.id, path) : await findOwn(path, ctx);
  if (written?.blob === undefined || written.blob === present.id)
    return { ok: true, reason: `${main} has ${path} as the panel wrote it.` };
  const [last] = await listCommits(mirror, { to: tips.main, path, max: 1 }, ctx.signal);
  const who = last ? `: ${last.author} changed it with ${last.id.slice(0, 12)}, “${last.subject}”` : "";
  return { ok: false, reason: `${path} on ${main} is not as the panel wrote it${who}.` };
}

/** What stood there before comes back; where nothing did, the file goes. Both on staging first, then on main. */
async function undoWrite(resources: LedgerResource[], _input: WriteInput, ctx: StepContext): Promise<void> {
  for (const { kind, providerId: path, attributes } of resources) {
    if (kind !== REPOSITORY_FILE) continue;
    const { before = null } = writtenSchema.safeParse(attributes).data ?? {};
    const repository = await openConfigRepository(ctx);
    await takeAway(repository, path, before, ctx);
    await ctx.ledger.gone(kind, path);
    ctx.log.info(before === null ? `${path} is gone` : `${path} is as it was before`);
  }
}

async function takeAway(repository: ConfigRepository, path: string, before: string | null, ctx: StepContext) {
  const { mirror } = repository;
  const { commit } = await commitToStaging(
    repository,
    async (base) => {
      const present = await findFile(mirror, base, path, ctx.signal);
      const kept = before !== null && (await isKept(repository, before, ctx)) ? before : null;
      if ((present?.id ?? null) === kept) return null;
      const change: FileChange = kept === null ? { path, gone: true } : { path, id: kept };
      return { changes: [change], message: `${kept === null ? "Remove" : "Put back"} ${path}` };
    },
    ctx,
  );
  await promoteCommit(repository, { commit, checked: null }, ctx);
}

/** Whether the repository still has a content: history can be rewritten. */
async function isKept({ mirror }: ConfigRepository, id: string, ctx: StepContext): Promise<boolean> {
  return readText(mirror, id, ctx.signal).then(
    () => true,
    () => {
      ctx.signal.throwIfAborted();
      return false;
    },
  );
}
