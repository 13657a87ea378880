import { PutObjectRetentionCommand } from "@aws-sdk/client-s3";
import type { AppError } from "#lib/platform/errors.ts";
import { storeError } from "../object-store/errors.ts";
import type { S3Place } from "./client.ts";
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

export function toLockError(error: unknown, what: string): AppError | null {
  if (!(error instanceof Error) || !NO_LOCKS.test(error.name)) return null;
  return storeError.refused(what, "Object Lock is not on for the bucket, and the policy asks for days under lock.", {
    detail: `${error.name}: ${error.message}`,
    cause: error,
  });
}
