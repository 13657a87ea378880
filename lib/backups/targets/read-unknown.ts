import type { ObjectStore } from "#lib/integrations/object-store/types.ts";
import { AppError } from "#lib/platform/errors.ts";
import { manifestKey } from "../dump/paths.ts";
import { type Manifest, manifestSchema } from "../schema/manifest.ts";
import { type Folder, findGap, isPointFolder } from "./look-through.ts";

const MANIFEST = manifestKey("");
const MANIFEST_MAX = 64 * 1_048_576;
const PANEL_FOLDER = "_panel";

/**
 * The manifest of a folder that no row names, when it is a whole restore point: it says of itself what its folder says, and
 * every object it names is in this folder, as long as it says. null: it is not.
 */
export async function readUnknown(store: ObjectStore, folder: Folder, signal: AbortSignal): Promise<Manifest | null> {
  const size = folder.objects.get(manifestKey(folder.key));
  if (!isPointFolder(folder.key) || size === undefined || size > MANIFEST_MAX) return null;
  const manifest = await readManifestIn(store, folder.key, signal);
  if (!manifest) return null;
  const place = [manifest.service ?? PANEL_FOLDER, manifest.environment, manifest.policy].join("/");
  const fits =
    folder.key.startsWith(`${place}/`) &&
    folder.key.endsWith(`-${manifest.backupId.slice(0, 8)}`) &&
    manifest.parts.every((part) => part.key.startsWith(`${folder.key}/`)) &&
    findGap(folder.key, manifest.parts, new Map([[folder.key, folder]])) === null;
  return fits ? manifest : null;
}

/** The backups that manifests anywhere in or below a folder say they are of. */
export async function readNamedIn(store: ObjectStore, folder: Folder, signal: AbortSignal): Promise<string[]> {
  const ids: string[] = [];
  for (const [key, sizeBytes] of folder.objects) {
    if (!key.endsWith(MANIFEST) || sizeBytes > MANIFEST_MAX) continue;
    const manifest = await readManifestIn(store, key.slice(0, -MANIFEST.length), signal);
    if (manifest) ids.push(manifest.backupId);
  }
  return ids;
}

async function readManifestIn(store: ObjectStore, key: string, signal: AbortSignal): Promise<Manifest | null> {
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of store.get(manifestKey(key), signal)) pieces.push(piece);
    return manifestSchema.safeParse(JSON.parse(Buffer.concat(pieces).toString("utf8"))).data ?? null;
  } catch (error) {
    // Not JSON, or gone meanwhile: whatever it is, it is no restore point.
    if (error instanceof SyntaxError) return null;
    if (error instanceof AppError && error.code === "object_store.missing") return null;
    throw error;
  }
}
