import { GetObjectLockConfigurationCommand, PutObjectRetentionCommand } from "@aws-sdk/client-s3";
import type { AppError } from "#lib/platform/errors.ts";
import { storeError } from "../object-store/errors.ts";
import type { S3Place } from "./client.ts";
import { namesCondition } from "./errors.ts";
import { type At, type Found, findObject } from "./find-object.ts";

/** Servers cut the fractions of a second. */
const ROUNDED_MS = 1_000;

export const isLocked = (found: Found | null, until: Date): boolean =>
  found?.lockedUntil !== undefined && found.lockedUntil.getTime() >= until.getTime() - ROUNDED_MS;

/**
 * That an object is locked is looked at, not believed: Ceph's server takes the lock of an object that comes in parts, and
 * forgets it. What is not locked yet is locked now.
 */
export async function ensureLocked(
  place: S3Place,
  at: At,
  stored: Found,
  { what, until, signal }: { what: string; until: Date; signal: AbortSignal },
): Promise<void> {
  if (isLocked(stored, until)) return;
  const retention = { Mode: "COMPLIANCE", RetainUntilDate: until } as const;
  await place.client.send(new PutObjectRetentionCommand({ ...at, VersionId: stored.versionId, Retention: retention }), {
    abortSignal: signal,
  });
  if (isLocked(await findObject(place, at, signal), until)) return;
  throw storeError.refused(
    what,
    "it does not say that the object is locked. Either it locks nothing, or the access key may not see it (s3:GetObjectRetention).",
  );
}

/** What servers say, asked to lock: the first two when the bucket was made without, the others when they know nothing of it. */
const NO_LOCKS = /^(InvalidRequest|ObjectLockConfigurationNotFoundError|NotImplemented|MethodNotAllowed)$/;
const UNKNOWN_THERE = /^(NotImplemented|MethodNotAllowed)$/;

/** What is wrong with a request to lock; null: something else is. A server that knows no conditional writes may use the same words. */
export async function explainLocking(
  place: S3Place,
  error: unknown,
  what: string,
  signal: AbortSignal,
): Promise<AppError | null> {
  if (!(error instanceof Error) || !NO_LOCKS.test(error.name) || namesCondition(error)) return null;
  const more = { detail: `${error.name}: ${error.message}`, cause: error };
  const isOn = place.options.conditionalWrites ? await isLockOn(place, signal) : false;
  if (isOn === false)
    return storeError.refused(
      what,
      "Object Lock is not on for the bucket, and the policy asks for days under lock.",
      more,
    );
  if (isOn) return UNKNOWN_THERE.test(error.name) ? storeError.noConditions(what, more) : null;
  return storeError.refused(what, "it knows no Object Lock, or no conditional writes, and does not say which.", {
    ...more,
    advice:
      "Look whether Object Lock is on for the bucket. If it is, turn off “Ask the server to refuse to overwrite” in the target's settings. Then retry.",
  });
}

/** null: it is not told, as to a key that may not ask (s3:GetBucketObjectLockConfiguration). */
async function isLockOn({ client, options }: S3Place, signal: AbortSignal): Promise<boolean | null> {
  try {
    const asked = new GetObjectLockConfigurationCommand({ Bucket: options.bucket });
    const { ObjectLockConfiguration } = await client.send(asked, { abortSignal: signal });
    return ObjectLockConfiguration?.ObjectLockEnabled === "Enabled";
  } catch (error) {
    signal.throwIfAborted();
    return error instanceof Error && NO_LOCKS.test(error.name) ? false : null;
  }
}
