import type { ObjectStore } from "#lib/integrations/object-store/types.ts";
import type { Manifest } from "../schema/manifest.ts";

/** What of a stored point is not there as it was stored, in a sentence; null: every object is, with its length. Reads none of them. */
export async function findMissingObject(
  store: ObjectStore,
  { parts }: Pick<Manifest, "parts">,
  signal: AbortSignal,
): Promise<string | null> {
  for (const { key, sizeBytes } of parts) {
    const size = await store.size(key, signal);
    if (size === null) return `${key} is gone.`;
    if (size !== sizeBytes) return `${key} has ${size} bytes instead of ${sizeBytes}.`;
  }
  return null;
}
