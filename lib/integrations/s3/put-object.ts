import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import type { AppError } from "#lib/platform/errors.ts";
import { Outgrown, storeError, wrongSize } from "../object-store/errors.ts";
import type { PutOptions } from "../object-store/types.ts";
import { type WatchedBody, watchBody } from "../object-store/watch-body.ts";
import type { S3Place } from "./client.ts";
import { isMissing, toS3Error } from "./errors.ts";
import { type At, findObject, MARK } from "./find-object.ts";
import { ensureLocked, explainLocking, isLocked } from "./lock-object.ts";

const MIB = 1024 * 1024;
/** Two at a time are as fast as the line in most places, and each is held in memory. */
const PARTS_AT_ONCE = 2;
/** How long taking away what failed may take. */
const CLEANING_MS = 60_000;

/** What S3 takes. Tests have less. */
export const PARTS = {
  max: 10_000,
  /** The smallest: lib-storage keeps and joins several, so that their size is most of what an upload needs of memory. */
  leastBytes: 5 * MIB,
  /** For an object of which nobody knows how long it becomes: up to 156 GiB. */
  unknownBytes: 16 * MIB,
};

/** Parts so large that an object half again as long as thought still fits into as many as a store takes. 0: nothing is known. */
export const choosePartBytes = (
  estimateBytes: number,
  least = estimateBytes === 0 ? PARTS.unknownBytes : PARTS.leastBytes,
): number => Math.max(least, Math.ceil((1.5 * estimateBytes) / PARTS.max));

/** Stops where the store would: lib-storage says so only in words, after a part that the store has refused as wrong. */
async function* withinParts(chunks: AsyncIterable<Uint8Array>, partBytes: number, what: string) {
  const most = partBytes * PARTS.max;
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    sizeBytes += chunk.length;
    if (sizeBytes > most) throw new Outgrown(what, most);
    yield chunk;
  }
}

export async function putObject(
  place: S3Place,
  key: string,
  body: AsyncIterable<Uint8Array>,
  put: PutOptions,
): Promise<{ sizeBytes: number }> {
  const { options } = place;
  const what = `store ${key}`;
  put.signal.throwIfAborted();
  const at = { Bucket: options.bucket, Key: place.nameOf(key) };
  const watched = watchBody(body, put.signal);
  const mark = randomUUID();
  const lockUntil = put.lockUntil && put.lockUntil > new Date() ? put.lockUntil : null;
  const refuseTaken = async () => {
    if ((await findObject(place, at, put.signal)) !== null) throw storeError.exists(key);
  };
  // Once more when all has been read: not every server that knows the condition minds it for parts, or where it keeps versions.
  const scoped = createScope(place.client, put.signal, refuseTaken);
  let isBegun = false;
  const end = new AbortController();
  const onStop = () => stream.destroy(put.signal.reason);
  const partSize = choosePartBytes(put.estimateBytes ?? 0, options.partBytes);
  const stream = Readable.from(withinParts(watched.chunks, partSize, what), { objectMode: true, highWaterMark: 1 });
  try {
    await refuseTaken();
    isBegun = true;
    put.signal.addEventListener("abort", onStop, { once: true });
    const upload = new Upload({
      client: scoped.client,
      params: { ...at, Body: stream, Metadata: { [MARK]: mark }, ...conditions(options.conditionalWrites, lockUntil) },
      partSize,
      queueSize: PARTS_AT_ONCE,
      leavePartsOnError: false,
      abortController: end,
    });
    await upload.done();
    put.signal.throwIfAborted();
    const stored = await findObject(place, at, put.signal);
    if (stored?.sizeBytes !== watched.sizeBytes) throw wrongSize(key, watched.sizeBytes, stored?.sizeBytes ?? null);
    // Ours was there for a moment, and the server let another overwrite it.
    if (stored.mark && stored.mark !== mark) throw storeError.exists(key);
    if (lockUntil) await ensureLocked(place, at, stored, { what, until: lockUntil, signal: put.signal });
    return { sizeBytes: stored.sizeBytes };
  } catch (error) {
    stream.on("error", () => {}).destroy();
    const begun = { mark, watched, lockUntil, uploadIds: scoped.uploadIds, stopped: put.signal.aborted };
    const outcome = isBegun ? await settle(place, at, begun) : "nothing";
    if (outcome === "whole") return { sizeBytes: watched.sizeBytes };
    put.signal.throwIfAborted();
    if (watched.failure) throw watched.failure.error;
    throw withLeftover(await explain(place, error, { what, key, lockUntil, signal: put.signal }), outcome);
  } finally {
    put.signal.removeEventListener("abort", onStop);
    scoped.close();
  }
}

type Put = { what: string; key: string; lockUntil: Date | null; signal: AbortSignal };

async function explain(place: S3Place, error: unknown, { what, key, lockUntil, signal }: Put): Promise<AppError> {
  const unlockable = lockUntil && (await explainLocking(place, error, what, signal));
  if (unlockable) return unlockable;
  // Not the object is missing, which was to be made, but the upload of its parts: an answer was lost, or it was swept.
  if (isMissing(error))
    return storeError.failed(what, "it knows nothing of what was begun any more.", { cause: error });
  return toS3Error(error, what, key, place.options.stallMs);
}

function conditions(conditionalWrites: boolean, lockUntil: Date | null): Partial<PutObjectCommandInput> {
  return {
    ...(conditionalWrites ? { IfNoneMatch: "*" } : {}),
    // Compliance: neither the panel nor the owner of the account can shorten it. A request that locks must carry a checksum.
    ...(lockUntil
      ? { ObjectLockMode: "COMPLIANCE", ObjectLockRetainUntilDate: lockUntil, ChecksumAlgorithm: "CRC32" }
      : {}),
  };
}

interface Scope {
  client: S3Client;
  uploadIds: string[];
  close(): void;
}

/**
 * The client as one upload uses it: what is on its way ends when the upload is stopped, but for the requests that make an
 * object or an upload appear. Their answer is waited for, a while, since only then it is known what has to be taken away.
 */
function createScope(client: S3Client, signal: AbortSignal, beforeStoring: () => Promise<void>): Scope {
  const uploadIds: string[] = [];
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const onStop = () => {
    timer = setTimeout(() => late.abort(signal.reason), CLEANING_MS / 2);
  };
  signal.addEventListener("abort", onStop, { once: true });
  const send = async (command: Parameters<S3Client["send"]>[0]) => {
    const stores = command instanceof PutObjectCommand || command instanceof CompleteMultipartUploadCommand;
    const decides = stores || command instanceof CreateMultipartUploadCommand;
    const undoes = command instanceof AbortMultipartUploadCommand;
    if (stores) await beforeStoring();
    if (decides) signal.throwIfAborted();
    const abortSignal = undoes ? AbortSignal.timeout(CLEANING_MS) : decides ? late.signal : signal;
    const answer = await client.send(command, { abortSignal }).catch((error: unknown) => {
      // Its first answer was lost: what was to be ended has ended.
      if (undoes && isMissing(error)) return {};
      throw error;
    });
    if (command instanceof CreateMultipartUploadCommand && "UploadId" in answer && answer.UploadId)
      uploadIds.push(answer.UploadId);
    return answer;
  };
  return {
    client: Object.create(client, { send: { value: send } }) as S3Client,
    uploadIds,
    close: () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onStop);
    },
  };
}

interface Begun {
  mark: string;
  watched: WatchedBody;
  lockUntil: Date | null;
  uploadIds: readonly string[];
  stopped: boolean;
}
type Outcome = "whole" | "nothing" | { left: unknown };

/**
 * After a failure: what was begun is ended. An answer may have been lost on the way, so the store is asked: when it has
 * the object, whole and ours, nothing failed; when it has it and it should not be there, it goes.
 */
async function settle(place: S3Place, at: At, put: Begun): Promise<Outcome> {
  const abortSignal = AbortSignal.timeout(CLEANING_MS);
  try {
    const found = await findObject(place, at, abortSignal);
    const isOurs = found?.mark === put.mark;
    const isWhole = put.watched.ended && !put.stopped && found?.sizeBytes === put.watched.sizeBytes;
    const isKept = put.lockUntil === null || isLocked(found, put.lockUntil);
    for (const UploadId of put.uploadIds)
      await place.client.send(new AbortMultipartUploadCommand({ ...at, UploadId }), { abortSignal }).catch((error) => {
        if (!isMissing(error)) throw error;
      });
    if (isOurs && isWhole && isKept) return "whole";
    // Each version, where the bucket keeps them: one may be below another, since a request whose answer was lost is sent again.
    for (let ours = found; ours?.mark === put.mark; ours = await findObject(place, at, abortSignal))
      await place.client.send(new DeleteObjectCommand({ ...at, VersionId: ours.versionId }), { abortSignal });
    return "nothing";
  } catch (left) {
    return { left };
  }
}

function withLeftover(error: AppError, outcome: Exclude<Outcome, "whole">): AppError {
  if (outcome === "nothing") return error;
  const why = outcome.left instanceof Error ? outcome.left.message : String(outcome.left);
  return storeError[error.retry === "needs_person" ? "refused" : "unreachable"](
    "store an object",
    `${error.message} What was begun could not be taken away either; the next look through the target does that.`,
    { detail: `${error.detail ?? ""}\n${why}`, cause: error },
  );
}
