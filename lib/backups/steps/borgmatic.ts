import { copyPath, keepCopy, readConfig, removeCopy, replaceConfig } from "#lib/integrations/borgmatic/config-file.ts";
import { type BorgmaticEntries, removeEntries, restoreEntries } from "#lib/integrations/borgmatic/edit-config.ts";
import { AppError } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { LedgerResource, PlanResult, StepContext, VerifyResult } from "#lib/steps/types.ts";
import { KINDS } from "../constants.ts";
import { type BorgmaticInput, borgmaticInputSchema } from "../schema/steps.ts";
import { findBorgmaticProblem } from "./ask-borgmatic.ts";

interface BorgmaticOutput extends BorgmaticEntries {
  configFile: string;
}

const nameThem = ({ sourceDirectories, databases }: BorgmaticEntries) =>
  [...sourceDirectories, ...databases].join(", ");
/** Of a step, so that its second try finds the first one's copy, and no other's. */
const tagOf = (ctx: StepContext) => `${ctx.run.id}-${ctx.step.key}`.replace(/[^A-Za-z0-9-]/g, "-");

/** Takes a service's folders and databases out of a borgmatic file that other programs keep; all else in it stays as it is. */
export const backupsBorgmatic = defineStep({
  name: "backups.borgmatic",
  queue: "backups",
  input: borgmaticInputSchema,
  plan: planBorgmatic,
  apply: applyBorgmatic,
  verify: verifyBorgmatic,
  undo: undoBorgmatic,
});

async function planBorgmatic(input: BorgmaticInput): Promise<PlanResult> {
  const text = await readConfig(input.configFile);
  if (text === null)
    return {
      changes: [],
      warnings: [`There is no ${input.configFile} on this worker, so nothing is taken out of it.`],
    };
  const { sourceDirectories, databases } = removeEntries(text, input);
  return {
    changes: [...sourceDirectories, ...databases].map((name) => ({
      action: "remove",
      kind: "borgmatic entry",
      name,
      detail: input.configFile,
    })),
  };
}

async function applyBorgmatic(input: BorgmaticInput, ctx: StepContext): Promise<BorgmaticOutput> {
  const { configFile } = input;
  const text = await readConfig(configFile);
  if (text === null) {
    ctx.log.warn(`There is no ${configFile} on this worker: nothing to take out of it`);
    return { configFile, sourceDirectories: [], databases: [] };
  }
  const edit = removeEntries(text, input);
  if (nameThem(edit) === "") {
    await dropCopies(ctx);
    ctx.log.info(`${configFile} names nothing of it`);
    return { configFile, sourceDirectories: [], databases: [] };
  }
  const tag = tagOf(ctx);
  const entry = { kind: KINDS.borgmatic, providerId: copyPath(configFile, tag), name: nameThem(edit).slice(0, 190) };
  const { sourceDirectories, databases } = edit;
  // No more than names: what else stands in the file, passwords perhaps, stays in the file.
  await ctx.ledger.plan({ ...entry, attributes: { configFile, sourceDirectories, databases } });
  await ctx.guard();
  await keepCopy(configFile, tag);
  await ctx.guard();
  await replaceConfig(configFile, edit.text, findBorgmaticProblem, ctx.signal);
  if (nameThem(removeEntries((await readConfig(configFile)) ?? "", input)) !== "")
    throw new AppError({
      code: "borgmatic.still_there",
      message: `${configFile} names it again: somebody else has written the file meanwhile.`,
      retry: "retry",
    });
  await dropCopies(ctx);
  ctx.log.info(`Took ${nameThem(edit)} out of ${configFile}`);
  return { configFile, sourceDirectories, databases };
}

/** The way back only while it is not done: a copy holds all that the file holds, passwords too. A try that died may have left one. */
async function dropCopies(ctx: StepContext): Promise<void> {
  for (const { kind, providerId } of await ctx.ledger.list()) {
    if (kind !== KINDS.borgmatic) continue;
    await ctx.guard();
    await removeCopy(providerId);
    await ctx.ledger.gone(kind, providerId);
  }
}

async function verifyBorgmatic(input: BorgmaticInput): Promise<VerifyResult> {
  const text = await readConfig(input.configFile);
  if (text === null) return { ok: true, reason: `There is no ${input.configFile}.` };
  const left = nameThem(removeEntries(text, input));
  return left === ""
    ? { ok: true, reason: `${input.configFile} names nothing of it.` }
    : { ok: false, reason: `${input.configFile} names ${left}.` };
}

const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];

/** The entries as they stood in the copy, in the file as it is now: what others changed meanwhile stays. */
async function undoBorgmatic(resources: LedgerResource[], input: BorgmaticInput, ctx: StepContext): Promise<void> {
  for (const { kind, providerId, attributes } of resources) {
    if (kind !== KINDS.borgmatic) continue;
    const [text, copy] = await Promise.all([readConfig(input.configFile), readConfig(providerId)]);
    if (text !== null && copy !== null) {
      const entries = {
        sourceDirectories: textsOf(attributes.sourceDirectories),
        databases: textsOf(attributes.databases),
      };
      const edit = restoreEntries(text, copy, entries);
      await ctx.guard();
      if (edit.text !== text) await replaceConfig(input.configFile, edit.text, findBorgmaticProblem, ctx.signal);
      ctx.log.info(`Put ${nameThem(edit) || "nothing"} back into ${input.configFile}`);
    } else ctx.log.warn(`${text === null ? input.configFile : providerId} is gone: nothing could be put back`);
    await ctx.guard();
    await removeCopy(providerId);
    await ctx.ledger.gone(kind, providerId);
  }
}
