import type { ObjectStore } from "#lib/integrations/object-store/types.ts";
import { canonicalJson } from "#lib/platform/crypto.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { noteVerification } from "../commands/note-verification.ts";
import { manifestKey } from "../dump/paths.ts";
import { wasRemoved } from "../queries/proof-facts.ts";
import { type Manifest, manifestSchema } from "../schema/manifest.ts";
import { Disproved, removed } from "./disproved.ts";

const MAX_BYTES = 64 * 1_048_576;

interface Named {
  id: string;
  key: string;
}

/** The same as compareManifest, and notes what is bad. */
export async function readManifest(
  store: ObjectStore,
  backup: Named,
  expected: Manifest,
  ctx: StepContext,
): Promise<void> {
  const began = performance.now();
  try {
    await compareManifest(store, backup, expected, ctx.signal);
  } catch (error) {
    if (!(error instanceof Disproved)) throw error;
    const { level, message } = error;
    const durationMs = performance.now() - began;
    await noteVerification(backup.id, [{ level, ok: false, summary: message, durationMs }], ctx);
    throw error;
  }
}

/** Without its manifest in the target it is no backup, and with another one it is not this one. Throws Disproved. */
export async function compareManifest(
  store: ObjectStore,
  backup: Named,
  expected: Manifest,
  signal: AbortSignal,
): Promise<void> {
  const key = manifestKey(backup.key);
  const found = await readText(store, key, signal);
  const why =
    found === null
      ? `its manifest ${key} is not there`
      : canonicalJson(parse(found)) !== canonicalJson(expected)
        ? `its manifest ${key} is another than the one that was written`
        : null;
  if (why === null) return;
  if (found === null && (await wasRemoved(backup.id))) throw removed();
  throw new Disproved("hash", why);
}

async function readText(store: ObjectStore, key: string, signal: AbortSignal): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of store.get(key, signal)) {
      size += chunk.length;
      if (size > MAX_BYTES) return "";
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof AppError && error.code === "object_store.missing") return null;
    throw error;
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parse(text: string): unknown {
  try {
    return manifestSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
