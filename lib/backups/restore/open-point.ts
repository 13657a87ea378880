import { createHash } from "node:crypto";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import type { Compression } from "../constants.ts";
import { compressionOf } from "../dump/paths.ts";
import { type RestoreJob, readIdentity } from "../queries/read-restore-job.ts";
import type { Manifest, Part } from "../schema/manifest.ts";
import { openTarget } from "../targets/open-target.ts";
import { readPart } from "../targets/read-part.ts";

/** One part of a point on its way out of where it is stored. Read it once. */
export interface OpenPart {
  part: Part;
  stored: { body: AsyncIterable<Uint8Array>; compression: Compression };
  /** After all of it was read: it is what was stored, byte for byte. */
  assertUnchanged(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function openPoint(
  job: Pick<RestoreJob, "id" | "manifest" | "targetId">,
  name: string,
  ctx: StepContext,
): Promise<OpenPart> {
  const part = job.manifest.parts.find((one) => one.name === name);
  if (!part)
    throw new AppError({ code: "backups.no_part", message: `The point has no part “${name}” that could be restored.` });
  const identity = await readIdentity(job.id, ctx);
  const store = await openTarget(job.targetId, (secret) => ctx.redact(secret));
  const hash = createHash("sha256");
  const body = readPart(store, part, {
    ...(identity ? { identity } : {}),
    onStored: (chunk) => void hash.update(chunk),
    signal: ctx.signal,
  });
  return {
    part,
    stored: { body, compression: compressionOf(part.key) },
    assertUnchanged() {
      if (hash.digest("hex") === part.sha256) return;
      throw new AppError({
        code: "backups.changed_object",
        message: `${part.key} is not what was stored: its hash is another. What came of it is not to be trusted.`,
        advice: "Restore another point, and look at what happened to the target.",
      });
    },
    [Symbol.asyncDispose]: () => store.close(),
  };
}

/** What a throw-away server has to be of to take the point. */
export function imageOf({ image }: Manifest): string {
  if (image) return image;
  throw new AppError({ code: "backups.no_image", message: "The backup does not say which image it was made with." });
}
