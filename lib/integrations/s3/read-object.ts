import { GetObjectCommand } from "@aws-sdk/client-s3";
import { storeError } from "../object-store/errors.ts";
import type { S3Place } from "./client.ts";
import { statusOf, toS3Error } from "./errors.ts";

/** How often a line may break without a byte in between. */
const BREAKS_MAX = 4;

/** The object's bytes; where the line breaks, from there on with a new one. */
export async function* readObject(place: S3Place, key: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const { options } = place;
  const at = { Bucket: options.bucket, Key: place.nameOf(key) };
  let given = 0;
  let total: number | undefined;
  let tag: string | undefined;
  for (let breaks = 0; ; ) {
    signal.throwIfAborted();
    try {
      const more = given === 0 ? {} : { Range: `bytes=${given}-`, ...(tag ? { IfMatch: tag } : {}) };
      const answer = await place.client.send(new GetObjectCommand({ ...at, ...more }), { abortSignal: signal });
      tag ??= answer.ETag;
      total ??= answer.ContentLength;
      if (given > 0 && answer.ContentRange === undefined)
        throw storeError.failed(`read ${key}`, "it cannot go on where the line broke.");
      for await (const chunk of answer.Body as AsyncIterable<Uint8Array>) {
        given += chunk.length;
        breaks = 0;
        yield chunk;
      }
      if (total === undefined || given >= total) return;
      throw new Error(`The answer ended after ${given} of ${total} bytes.`);
    } catch (error) {
      signal.throwIfAborted();
      breaks += 1;
      // The client has tried requests again by itself; only what broke while it was read is gone on with.
      if (given === 0 || breaks > BREAKS_MAX || statusOf(error) !== undefined)
        throw toS3Error(error, `read ${key}`, key, options.stallMs);
      if (total !== undefined && given >= total) throw toS3Error(error, `read ${key}`, key, options.stallMs);
    }
  }
}
