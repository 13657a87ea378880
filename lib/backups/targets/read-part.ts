import { decryptStream } from "#lib/integrations/age/age.ts";
import type { ObjectStore } from "#lib/integrations/object-store/types.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { Part } from "../schema/manifest.ts";

export interface ReadPartOptions {
  /** age identity; asked for when the part is encrypted. */
  identity?: string;
  /** Sees every stored byte in order, before it is decrypted: the hash of a part is of these. */
  onStored?: (chunk: Uint8Array) => void;
  signal: AbortSignal;
}

export const isEncrypted = (key: string): boolean => key.endsWith(".age");

/**
 * What is in one part of a backup, decrypted and still compressed. It throws when the store gives less than the manifest
 * says, so that whoever reads to the end has read all of it; it does not compare the hash.
 */
export async function* readPart(
  store: ObjectStore,
  part: Part,
  { identity, onStored, signal }: ReadPartOptions,
): AsyncGenerator<Uint8Array> {
  const stored = readStored(store, part, onStored, signal);
  if (!isEncrypted(part.key)) return yield* stored;
  if (!identity)
    throw new AppError({
      code: "backups.no_identity",
      message: "This backup is encrypted, and the panel has no age identity that opens it.",
      advice: "Give the identity for this one time.",
      retry: "needs_person",
      status: 422,
    });
  yield* decryptStream(stored, identity);
}

async function* readStored(
  store: ObjectStore,
  part: Part,
  onStored: ReadPartOptions["onStored"],
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let sizeBytes = 0;
  for await (const chunk of store.get(part.key, signal)) {
    sizeBytes += chunk.length;
    onStored?.(chunk);
    yield chunk;
  }
  if (sizeBytes !== part.sizeBytes)
    throw new AppError({
      code: "backups.truncated",
      message: `${part.key} is ${sizeBytes} bytes long; ${part.sizeBytes} were stored.`,
      advice: "Restore another point, and look at what happened to the target.",
    });
}
