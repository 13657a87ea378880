import { randomBytes, randomUUID } from "node:crypto";
import { isLockedError } from "#lib/integrations/object-store/errors.ts";
import type { ObjectStore } from "#lib/integrations/object-store/types.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";

/** Folder of the objects that a check writes, reads and removes. */
export const PROBE_FOLDER = ".seaworthy-probe";

const wrong = (message: string) =>
  new AppError({ code: "backups.target_wrong", message, advice: "Look at what is behind the target.", retry: "retry" });

/** Does to a small object all that a backup needs: writes, sees its size, reads and removes it. Throws what did not work. */
export async function probeStore(store: ObjectStore, ctx: StepContext): Promise<void> {
  const key = `${PROBE_FOLDER}/${randomUUID()}`;
  const data = randomBytes(4_096);
  await ctx.guard();
  await store.put(
    key,
    (async function* () {
      yield data;
    })(),
    { signal: ctx.signal, estimateBytes: data.length },
  );
  try {
    const pieces: Uint8Array[] = [];
    for await (const piece of store.get(key, ctx.signal)) pieces.push(piece);
    if (!Buffer.concat(pieces).equals(data)) throw wrong("What was read back from the target is not what was written.");
  } finally {
    await removeProbe(store, key, ctx);
  }
}

async function removeProbe(store: ObjectStore, key: string, ctx: StepContext): Promise<void> {
  try {
    await store.remove([key], ctx.signal);
  } catch (error) {
    if (!isLockedError(error)) throw error;
    ctx.log.warn(`The bucket locks whatever is put there: ${error.message}`);
    return;
  }
  if ((await store.size(key, ctx.signal)) !== null)
    throw wrong("An object that was removed from the target is still there.");
}
