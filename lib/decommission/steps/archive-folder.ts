import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { refuseMoved } from "#lib/backups/sources/refuse-moved.ts";
import { toDiskError } from "#lib/integrations/disk/files.ts";
import { AppError } from "#lib/platform/errors.ts";
import { namesIn } from "#lib/releases/queries/find-environment.ts";
import { openFolder, resolveFolder } from "#lib/services/steps/folder.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { LedgerResource, PlanResult, StepContext, VerifyResult } from "#lib/steps/types.ts";
import { ARCHIVE, ARCHIVE_FOLDER } from "../constants.ts";
import { findFault, guardArchive, refuseLater } from "../guard-archive.ts";
import { compareArchive, packFolder } from "../pack-folder.ts";
import { listEnvironments } from "../queries/list-environments.ts";

const archiveInput = z.strictObject({
  path: z.string().startsWith("/").max(255),
  /** false: what is in the folder is deleted without an archive. */
  archive: z.boolean(),
});
type ArchiveInput = z.output<typeof archiveInput>;

/**
 * Decided once, for every try; `sha256` once it is packed and proven: from then on what was in the folder at `provenAt`, by the
 * disk's own clock, may be deleted.
 */
interface Chosen {
  archive: string;
  sha256?: string;
  provenAt?: number;
}

interface ArchiveOutput {
  archive: string | null;
  sha256: string | null;
  sizeBytes: number;
  files: number;
}

/** A service's files packed beside the others' folders and proven against what was packed; then the folder is emptied. */
export const servicesArchiveFolder = defineStep({
  name: "services.archive-folder",
  queue: "provisioning",
  input: archiveInput,
  timeoutMs: 6 * 60 * 60_000,
  plan: planArchive,
  apply: applyArchive,
  verify: verifyArchive,
  undo: undoArchive,
});

async function listContent(path: string): Promise<string[] | null> {
  const handle = await openFolder(path);
  if (!handle) return null;
  await handle.close();
  return readdir(path);
}

/** Here, of an environment that was moved to another host, lies an old copy. */
async function refuseMovedFolder(path: string, ctx: StepContext): Promise<void> {
  const { service } = ctx;
  if (!service) return;
  const instead = "Keep its files, and archive them on that host by hand.";
  for (const environment of await listEnvironments(service.id))
    if ((await resolveFolder(namesIn(service.name, environment).folder)) === path)
      await refuseMoved("files", { ...ctx, environment }, instead);
}

async function planArchive(input: ArchiveInput, ctx: StepContext): Promise<PlanResult> {
  const path = await resolveFolder(input.path);
  await refuseMovedFolder(path, ctx);
  const content = await listContent(path);
  if (!content?.length) return { changes: [{ action: "keep", kind: "folder", name: path, detail: "is empty" }] };
  const many = `${content.length} entries at its top`;
  if (!input.archive)
    return {
      changes: [{ action: "remove", kind: "files", name: path, detail: many }],
      warnings: [`What is in ${path} is deleted without an archive.`],
    };
  const name = `${join(dirname(path), ARCHIVE_FOLDER, basename(path))}-….tar.zst`;
  return {
    changes: [
      { action: "create", kind: "archive", name, detail: "compressed, read back and compared with the folder" },
      { action: "remove", kind: "files", name: path, detail: many },
    ],
  };
}

async function applyArchive(input: ArchiveInput, ctx: StepContext): Promise<ArchiveOutput> {
  const path = await resolveFolder(input.path);
  await refuseMovedFolder(path, ctx);
  const content = await listContent(path);
  const chosen = ctx.checkpoint.get<Chosen>();
  if (content === null || (content.length === 0 && !chosen)) {
    ctx.log.info(content === null ? `There is no ${path}` : `${path} is empty: there is nothing to archive`);
    return { archive: null, sha256: null, sizeBytes: 0, files: 0 };
  }
  const output = input.archive
    ? await archive(path, chosen, ctx)
    : { archive: null, sha256: null, sizeBytes: 0, files: 0 };
  await empty(path, ctx);
  return output;
}

async function archive(path: string, before: Chosen | undefined, ctx: StepContext): Promise<ArchiveOutput> {
  const chosen = before ?? { archive: await chooseName(path) };
  if (!before) await ctx.checkpoint.set(chosen);
  if (chosen.sha256) {
    await guardArchive(chosen.archive, chosen.sha256, ctx.signal);
    await refuseLater(path, chosen.provenAt ?? 0, ctx.signal);
    return readOutput(chosen.archive, ctx);
  }
  const entry = { kind: ARCHIVE, providerId: chosen.archive, name: basename(chosen.archive) };
  await ctx.ledger.plan({ ...entry, attributes: { folder: path } });
  await ctx.guard();
  // One that a try before this one left was never proven.
  await rm(chosen.archive, { force: true });
  ctx.progress(`packing ${path}`);
  const packed = await packFolder(path, chosen.archive, ctx.signal);
  ctx.progress("reading it back");
  const { ctimeMs: provenAt } = await stat(chosen.archive);
  const proven = await compareArchive(chosen.archive, path, ctx.signal);
  if (proven.sha256 !== packed.sha256)
    throw new AppError({
      code: "archive.differs",
      message: `${chosen.archive} reads back as something else than what was written.`,
      retry: "retry",
    });
  const facts = { folder: path, sha256: proven.sha256, sizeBytes: proven.sizeBytes, files: proven.entries };
  await ctx.ledger.record({ ...entry, attributes: facts });
  await ctx.checkpoint.set({ ...chosen, sha256: proven.sha256, provenAt } satisfies Chosen);
  ctx.log.info(`Packed ${proven.entries} files and folders into ${chosen.archive}; SHA-256 ${proven.sha256}`);
  ctx.log.info("Read it back and compared it with the folder: nothing differs");
  await refuseLater(path, provenAt, ctx.signal);
  return { archive: chosen.archive, ...facts };
}

async function readOutput(path: string, ctx: StepContext): Promise<ArchiveOutput> {
  const [entry] = (await ctx.ledger.list()).filter((one) => one.kind === ARCHIVE && one.providerId === path);
  const { sha256 = null, sizeBytes = 0, files = 0 } = (entry?.attributes ?? {}) as Partial<ArchiveOutput>;
  return { archive: path, sha256, sizeBytes, files };
}

async function empty(path: string, ctx: StepContext): Promise<void> {
  const names = (await listContent(path)) ?? [];
  for (const [index, name] of names.entries()) {
    ctx.progress("files deleted", index, names.length);
    await ctx.guard();
    await rm(join(path, name), { recursive: true, force: true }).catch((error: unknown) => {
      throw toDiskError(error, `delete ${join(path, name)}`);
    });
  }
  const left = (await listContent(path)) ?? [];
  if (left.length > 0)
    throw new AppError({
      code: "folder.filled_again",
      message: `Somebody writes to ${path} while it is emptied: ${left.slice(0, 5).join(", ")}.`,
      advice: "Look at what still writes there. What was written since the archive is not in it.",
      retry: "needs_person",
    });
  ctx.log.info(`${path} is empty`);
}

async function chooseName(path: string): Promise<string> {
  const folder = join(dirname(path), ARCHIVE_FOLDER);
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw toDiskError(error, `create ${folder}`);
  });
  const stem = join(folder, `${basename(path)}-${new Date().toISOString().slice(0, 10)}`);
  for (let number = 1; ; number++) {
    const name = `${stem}${number === 1 ? "" : `-${number}`}.tar.zst`;
    if (!(await stat(name).catch(() => null))) return name;
  }
}

async function verifyArchive(input: ArchiveInput, ctx: StepContext): Promise<VerifyResult> {
  const chosen = ctx.checkpoint.get<Chosen>();
  if (!input.archive || !chosen?.sha256) {
    const content = await listContent(await resolveFolder(input.path));
    return content?.length
      ? { ok: false, reason: `There are files in ${input.path}.` }
      : { ok: true, reason: `There is nothing in ${input.path}.` };
  }
  const reason = await findFault(chosen.archive, chosen.sha256, ctx.signal);
  return reason === null
    ? { ok: true, reason: `${chosen.archive} is there, with the hash it had.` }
    : { ok: false, reason };
}

/** Before anything was emptied an archive is only a copy; afterwards it is all there is, and stays. */
async function undoArchive(resources: LedgerResource[], _input: ArchiveInput, ctx: StepContext): Promise<void> {
  for (const { kind, providerId, name } of resources) {
    if (kind !== ARCHIVE) continue;
    ctx.log.warn(`The archive ${name} stays: it may be all there is of the files`);
    await ctx.ledger.gone(kind, providerId);
  }
}
