import {
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type ObjectIdentifier,
} from "@aws-sdk/client-s3";
import { storeError } from "../object-store/errors.ts";
import type { S3Place } from "./client.ts";
import { isMissing, toS3Error } from "./errors.ts";

const PAGE_KEYS = 1_000;

/** Removes objects for good: of a bucket that keeps versions every version, for else nothing would become free. */
export async function removeObjects(place: S3Place, keys: readonly string[], signal: AbortSignal): Promise<void> {
  if (keys.length === 0) return;
  const names = keys.map((key) => place.nameOf(key));
  try {
    const all = (await hasVersions(place, signal))
      ? await listVersions(place, names, signal)
      : names.map((Key) => ({ Key }));
    const { pageKeys = PAGE_KEYS } = place.options;
    for (let from = 0; from < all.length; from += pageKeys)
      await removeBatch(place, all.slice(from, from + pageKeys), signal);
  } catch (error) {
    signal.throwIfAborted();
    throw toS3Error(error, "remove objects", keys[0] ?? "", place.options.stallMs);
  }
}

async function removeBatch(place: S3Place, objects: ObjectIdentifier[], signal: AbortSignal): Promise<void> {
  const { Errors } = await place.client.send(
    new DeleteObjectsCommand({ Bucket: place.options.bucket, Delete: { Objects: objects, Quiet: true } }),
    { abortSignal: signal },
  );
  for (const refused of Errors ?? []) {
    if (refused.Code === "NoSuchKey" || refused.Code === "NoSuchVersion") continue;
    const key = refused.Key ?? "";
    const until = await findLock(place, { Key: key, VersionId: refused.VersionId }, signal);
    const detail = `${refused.Code}: ${refused.Message}`;
    if (until) throw storeError.locked(key, until, { detail });
    throw toS3Error(
      Object.assign(new Error(refused.Message ?? ""), { name: refused.Code ?? "Error", $metadata: {} }),
      `remove ${key}`,
      key,
      place.options.stallMs,
    );
  }
}

async function findLock(place: S3Place, object: ObjectIdentifier, signal: AbortSignal): Promise<Date | null> {
  const head = await place.client
    .send(new HeadObjectCommand({ Bucket: place.options.bucket, ...object }), { abortSignal: signal })
    .catch(() => null);
  const until = head?.ObjectLockRetainUntilDate ?? null;
  return until && until > new Date() ? until : null;
}

/** A server that cannot say has none, and one that will not say is treated as if it had none. */
async function hasVersions(place: S3Place, signal: AbortSignal): Promise<boolean> {
  try {
    const answer = await place.client.send(new GetBucketVersioningCommand({ Bucket: place.options.bucket }), {
      abortSignal: signal,
    });
    return answer.Status === "Enabled" || answer.Status === "Suspended";
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Error && /^(NotImplemented|AccessDenied|MethodNotAllowed|NotSupported)$/.test(error.name))
      return false;
    if (isMissing(error)) return false;
    throw error;
  }
}

async function listVersions(
  place: S3Place,
  names: readonly string[],
  signal: AbortSignal,
): Promise<ObjectIdentifier[]> {
  const { bucket, pageKeys } = place.options;
  const found: ObjectIdentifier[] = [];
  for (const name of names) {
    let from: { KeyMarker?: string; VersionIdMarker?: string } = {};
    for (let isMore = true; isMore; ) {
      const page = await place.client.send(
        new ListObjectVersionsCommand({ Bucket: bucket, Prefix: name, MaxKeys: pageKeys, ...from }),
        { abortSignal: signal },
      );
      const here = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
      // Names that only begin the same come with it.
      for (const { Key, VersionId } of here) if (Key === name) found.push({ Key, VersionId });
      isMore = page.IsTruncated === true && here.some(({ Key }) => Key === name);
      from = {
        ...(page.NextKeyMarker ? { KeyMarker: page.NextKeyMarker } : {}),
        ...(page.NextVersionIdMarker ? { VersionIdMarker: page.NextVersionIdMarker } : {}),
      };
    }
  }
  return found;
}
