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

/** Without its manifest in the target it is no backup, and with another one it is not this one. Throws Disproved, and notes it. */
export async function readManifest(
  store: ObjectStore,
  backup: { id: string; key: string },
  expected: Manifest,
  ctx: StepContext,
): Promise<void> {
  const key = manifestKey(backup.key);
  const began = performance.now();
  const found = await readText(store, key, ctx.signal);
  const why =
    found === null
      ? `its manifest ${key} is not there`
      : canonicalJson(parse(found)) !== canonicalJson(expected)
        ? `its manifest ${key} is another than the one that was written`
        : null;
  if (why === null) return;
  if (found === null && (await wasRemoved(backup.id))) throw removed();
  const error = new Disproved("hash", why);
  const durationMs = performance.now() - began;
  await noteVerification(backup.id, [{ level: "hash", ok: false, summary: error.message, durationMs }], ctx);
  throw error;
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
