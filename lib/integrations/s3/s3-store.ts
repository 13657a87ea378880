import {
  AbortMultipartUploadCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
} from "@aws-sdk/client-s3";
import { assertKey, assertPrefix } from "../object-store/keys.ts";
import type { ObjectStore, StoredObject } from "../object-store/types.ts";
import { openPlace, type S3Place, type S3StoreOptions } from "./client.ts";
import { isMissing, toS3Error } from "./errors.ts";
import { putObject } from "./put-object.ts";
import { readObject } from "./read-object.ts";
import { removeObjects } from "./remove-objects.ts";

/** A folder of a bucket as an object store. */
export function openS3Store(options: S3StoreOptions): ObjectStore {
  const place = openPlace(options);
  return {
    put: async (key, body, put) => {
      assertKey(key);
      return putObject(place, key, body, put);
    },
    get: (key, signal) => {
      assertKey(key);
      return readObject(place, key, signal);
    },
    size: async (key, signal) => {
      assertKey(key);
      return findSize(place, key, signal);
    },
    list: (prefix, signal) => {
      assertPrefix(prefix);
      return listObjects(place, prefix.replace(/\/$/, ""), signal);
    },
    remove: async (keys, signal) => {
      for (const key of keys) assertKey(key);
      await removeObjects(place, keys, signal);
    },
    sweep: (olderThan, signal, below = "") => sweepUploads(place, olderThan, signal, below),
    close: async () => place.client.destroy(),
  };
}

async function findSize(place: S3Place, key: string, signal: AbortSignal): Promise<number | null> {
  const at = { Bucket: place.options.bucket, Key: place.nameOf(key) };
  try {
    return (await place.client.send(new HeadObjectCommand(at), { abortSignal: signal })).ContentLength ?? 0;
  } catch (error) {
    signal.throwIfAborted();
    if (isMissing(error)) return null;
    throw toS3Error(error, `look at ${key}`, key, place.options.stallMs);
  }
}

const folderOf = (place: S3Place, prefix: string): string => {
  const folder = prefix === "" ? place.options.prefix : place.nameOf(prefix);
  return folder === "" ? "" : `${folder}/`;
};

async function* listObjects(place: S3Place, prefix: string, signal: AbortSignal): AsyncGenerator<StoredObject> {
  const { options } = place;
  const cut = options.prefix === "" ? 0 : options.prefix.length + 1;
  let token: string | undefined;
  do {
    const page = await place.client
      .send(
        new ListObjectsV2Command({
          Bucket: options.bucket,
          Prefix: folderOf(place, prefix),
          MaxKeys: options.pageKeys,
          ...(token === undefined ? {} : { ContinuationToken: token }),
        }),
        { abortSignal: signal },
      )
      .catch((error: unknown) => {
        signal.throwIfAborted();
        throw toS3Error(error, "list what is there", prefix, options.stallMs);
      });
    // Consoles make empty objects that stand for folders.
    for (const { Key, Size, LastModified } of page.Contents ?? [])
      if (Key !== undefined && !Key.endsWith("/"))
        yield { key: Key.slice(cut), sizeBytes: Size ?? 0, modifiedAt: LastModified ?? new Date(0) };
    token = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
}

async function sweepUploads(place: S3Place, olderThan: Date, signal: AbortSignal, below: string): Promise<number> {
  const { client, options } = place;
  let count = 0;
  let from: { KeyMarker?: string; UploadIdMarker?: string } = {};
  try {
    for (let isMore = true; isMore; ) {
      const page = await client.send(
        new ListMultipartUploadsCommand({
          ...{ Bucket: options.bucket, Prefix: folderOf(place, below), MaxUploads: options.pageKeys },
          ...from,
        }),
        { abortSignal: signal },
      );
      for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
        if (!Key || !UploadId || !Initiated || Initiated >= olderThan) continue;
        await client
          .send(new AbortMultipartUploadCommand({ Bucket: options.bucket, Key, UploadId }), { abortSignal: signal })
          .catch((error: unknown) => {
            if (!isMissing(error)) throw error;
          });
        count += 1;
      }
      isMore = page.IsTruncated === true;
      from = {
        ...(page.NextKeyMarker ? { KeyMarker: page.NextKeyMarker } : {}),
        ...(page.NextUploadIdMarker ? { UploadIdMarker: page.NextUploadIdMarker } : {}),
      };
    }
  } catch (error) {
    signal.throwIfAborted();
    throw toS3Error(error, "end unfinished uploads", "", options.stallMs);
  }
  return count;
}
