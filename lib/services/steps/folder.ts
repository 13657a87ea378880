import { constants } from "node:fs";
import { type FileHandle, lstat, mkdir, open, readdir, realpath, rename, rmdir, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { z } from "zod";
import { toDiskError } from "#lib/integrations/disk/files.ts";
import { config } from "#lib/platform/config/config.ts";
import { AppError } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { LedgerResource, PlanResult, StepContext, VerifyResult } from "#lib/steps/types.ts";

const KIND = "folder";
const RETIRED = ".retired";

export const folderInputSchema = z.object({
  path: z.string().startsWith("/").max(255),
  uid: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31),
  gid: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31),
  mode: z.string().regex(/^0[0-7]{3}$/, "must look like 0750"),
});
type FolderInput = z.output<typeof folderInputSchema>;

/** A service's own folder under SERVICES_ROOT. One that was there before keeps its owner and is never taken away. */
export const servicesFolder = defineStep({
  name: "services.folder",
  queue: "provisioning",
  input: folderInputSchema,
  plan: planFolder,
  apply: applyFolder,
  verify: verifyFolder,
  undo: undoFolder,
  findLeft: findLeftFolder,
});

const refuse = (message: string) =>
  new AppError({
    code: "folder.refused",
    message,
    advice: "Choose a folder of the service's own under SERVICES_ROOT.",
    status: 422,
  });

/** The one place a service's folder may be: right under SERVICES_ROOT, which itself may be a link. */
export async function resolveFolder(path: string): Promise<string> {
  const root = config().SERVICES_ROOT;
  const name = basename(path);
  if (resolve(path) !== path || dirname(path) !== resolve(root) || !/^[a-z0-9][a-z0-9-]*$/.test(name))
    throw refuse(`${path} is not a folder right under ${root}.`);
  const parent = await realpath(root).catch((error: unknown) => {
    throw toDiskError(error, `find SERVICES_ROOT ${root}`);
  });
  return join(parent, name);
}

/** Opened without following a link at its end: what is looked at is what is changed. Null when there is none. */
export async function openFolder(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "";
    if (code === "ENOENT") return null;
    if (code === "ELOOP" || code === "ENOTDIR") throw refuse(`${path} is a link or a file, not a folder.`);
    throw toDiskError(error, `open ${path}`);
  }
}

interface Facts {
  uid: number;
  gid: number;
  mode: number;
}

const describeFacts = ({ uid, gid, mode }: Facts) => `owner ${uid}:${gid}, mode ${mode.toString(8).padStart(4, "0")}`;
const wish = (input: FolderInput): Facts => ({ uid: input.uid, gid: input.gid, mode: Number.parseInt(input.mode, 8) });
const agree = (a: Facts, b: Facts) => a.uid === b.uid && a.gid === b.gid && a.mode === b.mode;

async function readFacts(handle: FileHandle): Promise<Facts> {
  const { uid, gid, mode } = await handle.stat();
  return { uid, gid, mode: mode & 0o7777 };
}

async function planFolder(input: FolderInput): Promise<PlanResult> {
  const path = await resolveFolder(input.path);
  const handle = await openFolder(path);
  if (!handle) return { changes: [{ action: "create", kind: KIND, name: path, detail: describeFacts(wish(input)) }] };
  try {
    const facts = await readFacts(handle);
    const empty = (await readdir(path)).length === 0;
    if (!agree(facts, wish(input)) && !empty) throw foreign(path, facts);
    return {
      changes: [
        {
          action: agree(facts, wish(input)) ? "keep" : "change",
          kind: KIND,
          name: path,
          detail: describeFacts(wish(input)),
        },
      ],
      warnings: empty ? [] : [`${path} is there already and is not empty; the service gets what is in it.`],
    };
  } finally {
    await handle.close();
  }
}

const foreign = (path: string, facts: Facts) =>
  new AppError({
    code: "folder.foreign",
    message: `${path} is there already, is not empty and belongs to somebody else (${describeFacts(facts)}).`,
    advice: "Move it away or give it the right owner, then retry. The panel does not change what it did not make.",
    status: 409,
  });

async function applyFolder(input: FolderInput, ctx: StepContext): Promise<{ path: string }> {
  const path = await resolveFolder(input.path);
  const entry = { kind: KIND, providerId: path, name: path };
  const mine = async () => (await ctx.ledger.list()).some((one) => one.kind === KIND && one.providerId === path);
  let handle = await openFolder(path);
  if (!handle) {
    await ctx.ledger.plan(entry);
    await ctx.guard();
    await mkdir(path, { mode: 0o700 }).catch((error: unknown) => {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST"))
        throw toDiskError(error, `create ${path}`);
    });
    ctx.log.info(`Created the folder ${path}`);
    handle = await openFolder(path);
  }
  if (!handle)
    throw new AppError({ code: "folder.gone", message: `${path} went away while it was made.`, retry: "retry" });
  try {
    const facts = await readFacts(handle);
    if (!agree(facts, wish(input))) {
      if (!(await mine()) && (await readdir(path)).length > 0) throw foreign(path, facts);
      await ctx.guard();
      await handle.chown(input.uid, input.gid);
      await handle.chmod(wish(input).mode);
      ctx.log.info(`${path}: ${describeFacts(wish(input))}`);
    }
  } catch (error) {
    throw toDiskError(error, `give ${path} its owner and mode`);
  } finally {
    await handle.close();
  }
  if (await mine()) await ctx.ledger.record(entry);
  return { path };
}

async function verifyFolder(input: FolderInput): Promise<VerifyResult> {
  const path = await resolveFolder(input.path);
  const handle = await openFolder(path);
  if (!handle) return { ok: false, reason: `There is no folder ${path}.` };
  try {
    const facts = await readFacts(handle);
    return agree(facts, wish(input))
      ? { ok: true, reason: `${path} is there: ${describeFacts(facts)}.` }
      : { ok: false, reason: `${path} has ${describeFacts(facts)} instead of ${describeFacts(wish(input))}.` };
  } finally {
    await handle.close();
  }
}

/** Asked of the disk, whatever stands there: a file of that name is there too. */
async function findLeftFolder({ kind, providerId }: LedgerResource): Promise<string | null> {
  if (kind !== KIND) return null;
  const found = await lstat(providerId).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw toDiskError(error, `look at ${providerId}`);
  });
  return found ? `${providerId} is still on the disk.` : null;
}

/** An empty one goes; one with files is moved aside, for files are nobody's to delete by a button. */
async function undoFolder(resources: LedgerResource[], input: FolderInput, ctx: StepContext): Promise<void> {
  const path = await resolveFolder(input.path);
  for (const resource of resources) {
    if (resource.kind !== KIND || resource.providerId !== path) continue;
    await ctx.guard();
    await retire(path, ctx);
    await ctx.ledger.gone(KIND, path);
  }
}

async function retire(path: string, ctx: StepContext): Promise<void> {
  const handle = await openFolder(path);
  if (!handle) return;
  await handle.close();
  try {
    await rmdir(path);
    ctx.log.info(`Removed the empty folder ${path}`);
    return;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "";
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw toDiskError(error, `remove ${path}`);
  }
  const aside = await chooseRetired(path);
  await rename(path, aside).catch((error: unknown) => {
    throw toDiskError(error, `move ${path} aside`);
  });
  ctx.log.info(`Moved ${path} to ${aside}`);
}

async function chooseRetired(path: string): Promise<string> {
  const folder = join(dirname(path), RETIRED);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const stem = join(folder, `${basename(path)}-${new Date().toISOString().slice(0, 10)}`);
  for (let number = 1; ; number++) {
    const name = number === 1 ? stem : `${stem}-${number}`;
    if (!(await stat(name).catch(() => null))) return name;
  }
}
