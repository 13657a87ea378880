import { isLockedError } from "#lib/integrations/object-store/errors.ts";
import type { ObjectStore } from "#lib/integrations/object-store/types.ts";
import { AppError } from "#lib/platform/errors.ts";
import { formatBytes, formatDuration } from "#lib/platform/format.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { type Manifest, manifestSchema } from "../schema/manifest.ts";
import type { BackupSource } from "../schema/source.ts";
import { openPlace } from "../sources/open-place.ts";
import { readCredentials } from "../sources/read-credentials.ts";
import { sourceKey } from "../sources/source-key.ts";
import { nameSource, storeSource } from "../sources/store-source.ts";
import { compressionOf, manifestKey } from "./paths.ts";
import type { PointTarget } from "./store-part.ts";

const MANIFEST_MAX = 4_000_000;

/** The point in this folder, if a try before this one finished it: its manifest is there and every object is as long as that says. */
export async function findStoredPoint(
  store: ObjectStore,
  key: string,
  backupId: string,
  signal: AbortSignal,
): Promise<Manifest | null> {
  const size = await store.size(manifestKey(key), signal);
  if (size === null || size > MANIFEST_MAX) return null;
  const chunks: Uint8Array[] = [];
  for await (const chunk of store.get(manifestKey(key), signal)) chunks.push(chunk);
  const manifest = manifestSchema.safeParse(parse(Buffer.concat(chunks).toString("utf8"))).data;
  if (manifest?.backupId !== backupId) return null;
  for (const part of manifest.parts) if ((await store.size(part.key, signal)) !== part.sizeBytes) return null;
  return manifest;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A target with a clock that runs ahead of this one is still swept. */
const CLOCKS_APART_MS = 86_400_000;

/** Everything in the point's folder, the manifest first: from then on nothing there looks like a backup. */
export async function removePoint(store: ObjectStore, key: string, signal: AbortSignal): Promise<void> {
  await store.remove([manifestKey(key)], signal);
  const left: string[] = [];
  for await (const object of store.list(`${key}/`, signal)) left.push(object.key);
  if (left.length > 0) await store.remove(left, signal);
  // Nobody else writes below this key: what is unfinished there was a try that died.
  await store.sweep(new Date(Date.now() + CLOCKS_APART_MS), signal, key);
}

/** What a try that died had stored already is under lock: neither to be removed nor to be overwritten. */
const leftLocked = (key: string, cause: AppError) =>
  new AppError({
    code: "backups.left_locked",
    message: `An earlier try left objects in ${key} that Object Lock keeps.`,
    advice:
      "The next try stores elsewhere. What is left can be removed among the target's unknown folders, once its lock has ended.",
    retry: "retry",
    cause,
  });

export interface PointJob {
  backupId: string;
  source: BackupSource;
  target: PointTarget;
  names: { service: string | null; environment: string; policy: string };
}

/** Reads the source into the folder. Until every part is whole there is no manifest, and without one it is no backup. */
export async function storePoint({ backupId, source, target, names }: PointJob, ctx: StepContext): Promise<Manifest> {
  const { signal, log } = ctx;
  const { store, key } = target;
  const started = new Date();
  await ctx.guard();
  await removePoint(store, key, signal).catch((error: unknown) => {
    throw isLockedError(error) ? leftLocked(key, error) : error;
  });
  const login = await readCredentials(source, ctx);
  const place = await openPlace(source, ctx);
  try {
    const reached = place.host === undefined ? login : { ...login, host: place.host };
    const stored = await storeSource(source, { place, login: reached, target }, ctx);
    const manifest: Manifest = {
      version: 2,
      backupId,
      ...names,
      engine: source.kind,
      source: nameSource(source, login.database),
      sourceKey: sourceKey(source),
      image: place.image,
      startedAt: started.toISOString(),
      finishedAt: new Date().toISOString(),
      compression: compressionOf(stored.parts[0]?.key ?? ""),
      recipients: [...target.recipients],
      ...stored,
    };
    await putManifest(manifest, target, ctx);
    const sizeBytes = manifest.parts.reduce((sum, part) => sum + part.sizeBytes, 0);
    log.info(`Stored ${formatBytes(sizeBytes)} in ${formatDuration(Date.now() - started.getTime())}: ${key}`);
    return manifest;
  } finally {
    await place.close();
  }
}

async function putManifest(
  manifest: Manifest,
  { store, key, lockUntil }: PointTarget,
  ctx: StepContext,
): Promise<void> {
  const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  const body = async function* () {
    await ctx.guard();
    yield text;
  };
  const { sizeBytes } = await store.put(manifestKey(key), body(), {
    signal: ctx.signal,
    estimateBytes: text.length,
    lockUntil,
  });
  if (sizeBytes === text.length) return;
  await store.remove([manifestKey(key)], ctx.signal);
  throw new AppError({
    code: "backups.stored_short",
    message: "The target has not the whole of the manifest.",
    retry: "retry",
  });
}
