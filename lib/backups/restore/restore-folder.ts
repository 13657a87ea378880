import { startScratch } from "#lib/integrations/docker/containers.ts";
import { removeVolume } from "#lib/integrations/docker/swarm.ts";
import { config } from "#lib/platform/config/config.ts";
import { AppError } from "#lib/platform/errors.ts";
import { formatCount, formatDuration } from "#lib/platform/format.ts";
import type { LedgerEntry, LedgerResource, StepContext } from "#lib/steps/types.ts";
import { KINDS } from "../constants.ts";
import { inContainer, type Place, runToEnd } from "../dump/place.ts";
import { decodeInto } from "../prove/decode-stream.ts";
import { helperLimits, helperWork, removeScratch, scratchLabels, scratchName } from "../prove/scratch-container.ts";
import type { RestoreJob } from "../queries/read-restore-job.ts";
import { WORK_BYTES } from "../sources/open-place.ts";
import { refuseMoved } from "../sources/refuse-moved.ts";
import { WITH_ATTRIBUTES } from "../sources/store-folder.ts";
import { openPoint } from "./open-point.ts";

/** Where the folder that holds the living one, or the volume, stands in the helper. */
const HOME = "/home-of";
const WORK = "/work";

export interface FolderPlace {
  kind: "bind" | "volume";
  /** The folder it is in, or the volume's name. */
  parent: string;
  /** Its own name there; null: the volume's root. */
  name: string | null;
}

export function placeOf(kind: "files" | "volume", destination: string): FolderPlace {
  if (kind === "volume") return { kind: "volume", parent: destination, name: null };
  const at = destination.lastIndexOf("/");
  if (at <= 0)
    throw new AppError({
      code: "backups.at_the_root",
      message: `${destination} is at the root of the disk: the panel writes nothing there.`,
      advice: "Move what is backed up one folder down, or restore by hand.",
    });
  return { kind: "bind", parent: destination.slice(0, at), name: destination.slice(at + 1) };
}

const inside = ({ name }: FolderPlace) => (name === null ? HOME : `${HOME}/${name}`);

/** A helper without a network in which the folder's parent may be written; it keeps owners and modes as the archive has them. */
export async function openWritable(place: FolderPlace, ctx: StepContext): Promise<Place> {
  const image = config().BACKUP_HELPER_IMAGE;
  if (!image)
    throw new AppError({
      code: "backups.no_helper_image",
      message: "BACKUP_HELPER_IMAGE names no image, so folders and volumes cannot be written.",
      advice: "Set it to the panel's own image.",
      retry: "needs_person",
    });
  await refuseMoved(place.kind === "bind" ? "files" : "volume", ctx);
  const name = scratchName(ctx, "folder");
  const close = () => removeScratch(name, ctx);
  await ctx.guard();
  try {
    const { id } = await startScratch(
      {
        ...helperLimits(),
        ...{ name, image, env: {}, labels: scratchLabels(ctx), user: "0:0" },
        entrypoint: ["tail", "-f", "/dev/null"],
        command: [],
        tmpfs: { [WORK]: helperWork(WORK_BYTES) },
        mounts: [{ kind: place.kind, source: place.parent, target: HOME, readOnly: false }],
        capabilities: ["DAC_OVERRIDE", "CHOWN", "FOWNER", "FSETID", "MKNOD"],
      },
      ctx.signal,
    );
    return { run: inContainer(id), containerId: id, image: null, close };
  } catch (error) {
    await close();
    throw error;
  }
}

export const folderEntry = (kind: "files" | "volume", destination: string) => ({
  kind: KINDS.folder,
  providerId: `${kind}:${destination}`,
  name: destination,
  attributes: { kind, destination },
});

async function exec(place: Place, argv: string[], ctx: StepContext) {
  const result = await runToEnd(place.run, { argv }, ctx.signal);
  return { ...result, ok: result.exitCode === 0 };
}

/** A new folder beside the living one, or a new volume; every file's hash is compared with the list that the backup kept. */
export async function restoreFolder(job: RestoreJob, ctx: StepContext) {
  const started = performance.now();
  const kind = job.source.kind === "volume" ? "volume" : "files";
  const where = placeOf(kind, job.destination);
  const entry = folderEntry(kind, job.destination);
  const place = await openWritable(where, ctx);
  try {
    const folder = inside(where);
    await makeEmpty(place, where, entry, ctx);
    ctx.log.info(`Restoring into ${job.destination}`);
    await unpack(job, place, folder, ctx);
    const files = await compareWithList(job, place, folder, ctx);
    await ctx.ledger.record(entry);
    const durationMs = Math.round(performance.now() - started);
    const compared = `${formatCount(files)} files by their hashes`;
    ctx.log.info(`Restored ${job.destination} in ${formatDuration(durationMs)}: ${compared}`);
    return { tables: files, durationMs, compared };
  } finally {
    await place.close();
  }
}

/** Empty and ours: it is in the ledger only once nobody else's can be there, for an undo takes away what the ledger says. */
async function makeEmpty(place: Place, where: FolderPlace, entry: LedgerEntry, ctx: StepContext): Promise<void> {
  const folder = inside(where);
  const mine = (await ctx.ledger.list()).some((one) => one.providerId === entry.providerId);
  if (where.name === null) {
    const listed = await exec(place, ["find", folder, "-mindepth", "1", "-maxdepth", "1", "-print", "-quit"], ctx);
    if (listed.stdout !== "" && !mine) throw taken(where.parent);
    await ctx.ledger.plan(entry);
    await ctx.guard();
    await exec(place, ["find", folder, "-mindepth", "1", "-delete"], ctx);
    return;
  }
  if ((await exec(place, ["test", "-e", folder], ctx)).ok) {
    if (!mine) throw taken(`${where.parent}/${where.name}`);
    ctx.log.info("An earlier try left it half-made; beginning again");
    await ctx.guard();
    await exec(place, ["rm", "-rf", "--", folder], ctx);
  }
  await ctx.ledger.plan(entry);
  await ctx.guard();
  const made = await exec(place, ["mkdir", "-m", "0700", "--", folder], ctx);
  if (!made.ok)
    throw new AppError({ code: "backups.no_room", message: `${where.parent} cannot be written.`, detail: made.stderr });
}

const taken = (what: string) =>
  new AppError({
    code: "backups.name_taken",
    message: `There is already something at ${what} that this restore did not make.`,
    advice: "Restore again: the new one gets another name.",
  });

/** Owners, modes, ACLs and the users' attributes as they were. GNU tar itself refuses names that lead out of where it unpacks. */
async function unpack(job: RestoreJob, place: Place, folder: string, ctx: StepContext): Promise<void> {
  await using point = await openPoint(job, "files", ctx);
  const chosen = job.only.map((path) => `./${path.replace(/^\.\//, "").replace(/\/+$/, "")}`);
  const asItWas = ["--numeric-owner", "--preserve-permissions", ...WITH_ATTRIBUTES];
  const argv = ["tar", "--extract", "--file=-", `--directory=${folder}`, ...asItWas];
  const only = chosen.length > 0 ? ["--no-wildcards", "--", ...chosen] : [];
  const result = await decodeInto(
    place.run,
    {
      ...point.stored,
      argv: [...argv, ...only],
      env: { TMPDIR: WORK },
      onBytes: (read) => report(read, point.part.sizeBytes, ctx),
    },
    ctx.signal,
  );
  point.assertUnchanged();
  if (result.decoderExit === 0 && result.clientExit === 0) return;
  throw new AppError({
    code: "backups.restore_failed",
    message: `The archive could not be unpacked: tar ended with exit code ${result.clientExit}, its decompression with ${result.decoderExit}.`,
    advice: "What was said is below. The living folder was not touched.",
    detail: result.messages,
    retry: /Not found in archive/.test(result.messages) ? "permanent" : "retry",
  });
}

const report = (read: number, total: number, ctx: StepContext) =>
  ctx.progress(`${Math.floor((read / Math.max(total, 1)) * 100)} % unpacked`, read, total);

/** Asks sha256sum for every file of the list (of those chosen), and counts. */
async function compareWithList(job: RestoreJob, place: Place, folder: string, ctx: StepContext): Promise<number> {
  await using list = await openPoint(job, "list", ctx);
  const expected = job.only.length > 0 ? null : (job.manifest.counts.files?.[0] ?? null);
  const script = `cd "$1" || exit 2; shift
awk 'BEGIN { for (i = 1; i < ARGC; i++) { want[i] = ARGV[i]; ARGV[i] = "" } n = ARGC - 1 }
{ path = substr($0, index($0, "  ") + 2); if (n == 0) { print; next }
  for (i = 1; i <= n; i++) if (path == want[i] || index(path, want[i] "/") == 1) { print; next } }' "$@" >"${WORK}/list" || exit 2
grep -c . "${WORK}/list"
[ -s "${WORK}/list" ] || exit 0
sha256sum --quiet --strict --check "${WORK}/list" >&2`;
  const chosen = job.only.map((path) => `./${path.replace(/^\.\//, "").replace(/\/+$/, "")}`);
  let printed = "";
  const result = await decodeInto(
    place.run,
    {
      ...list.stored,
      argv: ["sh", "-c", script, "compare", folder, ...chosen],
      env: { TMPDIR: WORK },
      onOutput: (data) => {
        printed += data.toString("utf8");
      },
    },
    ctx.signal,
  );
  list.assertUnchanged();
  const files = Number(/^\d+/.exec(printed.trim())?.[0] ?? Number.NaN);
  const wrong = result.clientExit !== 0 || !Number.isInteger(files) || (expected !== null && files !== expected);
  if (!wrong) return files;
  throw new AppError({
    code: "backups.restored_differs",
    message: `What was unpacked is not what the backup's list says (${files} files, ${expected ?? "some"} expected).`,
    detail: result.messages,
    retry: "retry",
  });
}

const placeOfEntry = ({ attributes }: Pick<LedgerResource, "attributes">) =>
  placeOf(attributes.kind === "volume" ? "volume" : "files", String(attributes.destination));

/** Takes away a folder or volume of the ledger, and proves it gone; false: it was not there any more. */
export async function dropFolder(entry: Pick<LedgerResource, "attributes">, ctx: StepContext): Promise<boolean> {
  const where = placeOfEntry(entry);
  const place = await openWritable(where, ctx);
  let wasThere = true;
  try {
    await ctx.guard();
    if (where.name === null) await exec(place, ["find", inside(where), "-mindepth", "1", "-delete"], ctx);
    else {
      wasThere = await isThere(place, where, ctx);
      // What is mounted inside it is somebody else's.
      const removed = await exec(place, ["rm", "-rf", "--one-file-system", "--", inside(where)], ctx);
      if (await isThere(place, where, ctx))
        throw new AppError({
          code: "backups.not_gone",
          message: `${where.name} is still there.`,
          detail: removed.stderr,
          retry: "retry",
        });
    }
  } finally {
    await place.close();
  }
  if (where.name === null) await removeVolume(where.parent, ctx.signal);
  if (wasThere) ctx.log.info(`Removed ${String(entry.attributes.destination)}`);
  return wasThere;
}

/** Whether a folder of the ledger is there. */
export async function hasFolder(entry: Pick<LedgerResource, "attributes">, ctx: StepContext): Promise<boolean> {
  const where = placeOfEntry(entry);
  const place = await openWritable(where, ctx);
  try {
    return await isThere(place, where, ctx);
  } finally {
    await place.close();
  }
}

/** By its name: also a link that leads nowhere. */
const isThere = async (place: Place, where: FolderPlace, ctx: StepContext) =>
  (await exec(place, ["sh", "-c", '[ -e "$1" ] || [ -L "$1" ]', "there", inside(where)], ctx)).ok;
