import type { ObjectStore } from "#lib/integrations/object-store/types.ts";
import { manifestKey } from "../dump/paths.ts";
import { PROBE_FOLDER } from "./probe.ts";

/** What lies in one folder of a target: one restore point, or something else that belongs together. */
export interface Folder {
  key: string;
  sizeBytes: number;
  modifiedAt: Date;
  /** Size of each object by its whole key. */
  objects: Map<string, number>;
}

/** `<service>/<environment>/<policy>/<time>-<id>`, as every restore point's folder is called. */
const POINT_FOLDER = /^[^/]+\/[^/]+\/[^/]+\/\d{8}T\d{6}Z-[0-9a-f]{8}$/;
const DEPTH = 4;

export const isPointFolder = (key: string): boolean => POINT_FOLDER.test(key);

/** What an object belongs to: its restore point; else the folder it is in, no deeper than those are; else itself. */
export function folderOf(objectKey: string): string {
  const folders = objectKey.split("/").slice(0, -1);
  return folders.length === 0 ? objectKey : folders.slice(0, DEPTH).join("/");
}

/** Everything in a target but the objects of its checks, by folder. One listing, from its beginning to its end. */
export async function lookThrough(
  store: ObjectStore,
  signal: AbortSignal,
  onProgress: (objects: number) => void,
): Promise<Map<string, Folder>> {
  const folders = new Map<string, Folder>();
  let count = 0;
  for await (const { key, sizeBytes, modifiedAt } of store.list("", signal)) {
    onProgress(++count);
    if (key.startsWith(`${PROBE_FOLDER}/`)) continue;
    const name = folderOf(key);
    const folder = folders.get(name) ?? { key: name, sizeBytes: 0, modifiedAt, objects: new Map<string, number>() };
    folder.sizeBytes += sizeBytes;
    if (modifiedAt > folder.modifiedAt) folder.modifiedAt = modifiedAt;
    folder.objects.set(key, sizeBytes);
    folders.set(name, folder);
  }
  return folders;
}

/** Why a point's folder is not whole any more, in words; null when it is. */
export function findGap(
  key: string,
  parts: readonly { key: string; sizeBytes: number }[],
  folders: ReadonlyMap<string, Folder>,
): string | null {
  const objects = folders.get(key)?.objects;
  // One of before the panel had manifests is a single file.
  if (!objects && parts.length === 0 && folders.get(folderOf(key))?.objects.has(key)) return null;
  if (!objects) return `Nothing of ${key} is there`;
  if (!objects.has(manifestKey(key))) return `${manifestKey(key)} is not there`;
  for (const part of parts) {
    const size = objects.get(part.key);
    if (size === undefined) return `${part.key} is not there`;
    if (size !== part.sizeBytes) return `${part.key} has ${size} bytes instead of ${part.sizeBytes}`;
  }
  return null;
}
