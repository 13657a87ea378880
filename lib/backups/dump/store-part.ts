import { createHash } from "node:crypto";
import { encryptStream } from "#lib/integrations/age/age.ts";
import type { ObjectStore } from "#lib/integrations/object-store/types.ts";
import { config } from "#lib/platform/config/config.ts";
import { AppError } from "#lib/platform/errors.ts";
import { formatBytes } from "#lib/platform/format.ts";
import type { StepContext } from "#lib/steps/types.ts";
import type { Compression } from "../constants.ts";
import type { Part } from "../schema/manifest.ts";
import { type DumpOptions, type RunningDump, startDump } from "./dump-stream.ts";
import { type FormatName, formatOf, TAIL_BYTES } from "./formats.ts";
import { giveWay } from "./pace.ts";
import { partKey } from "./paths.ts";
import { type Awaited, type StallWatch, watchStall } from "./stall-watch.ts";
import { canUnpackBeside, unpackBeside } from "./unpack-beside.ts";

/** Where the parts of one restore point go, and how. */
export interface PointTarget {
  store: ObjectStore;
  /** Folder of the point. */
  key: string;
  compression: Compression;
  /** age recipients; empty: not encrypted. */
  recipients: readonly string[];
  lockUntil: Date | null;
  /** How long the largest part may become; 0: nobody knows. */
  estimateBytes: number;
}

export type PartOptions = Pick<
  DumpOptions,
  "run" | "argv" | "env" | "goodExits" | "onMessage" | "onWarning" | "onDumped" | "hold"
> & {
  name: string;
  format: FormatName;
  /** Ends it besides the step's own. */
  signal?: AbortSignal;
};

/** Dumps one part into the target, whole or not at all. Whatever goes wrong, nothing stands under its key. */
export function storePart(options: PartOptions, target: PointTarget, ctx: StepContext): Promise<Part> {
  const { name, format } = options;
  const { compression } = target;
  return store({ name, format, signal: options.signal }, target, ctx, async (signal, watch) => {
    const onMessage = (data: Buffer) => {
      ctx.log.output("stderr", data);
      options.onMessage?.(data);
    };
    const dump = await startDump({ ...options, compression, onMessage }, signal, watch);
    if (dump.compression !== compression)
      ctx.log.warn(`There is no ${compression} where the data is; compressing with ${dump.compression} instead`);
    return dump;
  });
}

/** The same for a few bytes that the panel itself has. */
export function storeText(name: "keys", text: string, target: PointTarget, ctx: StepContext): Promise<Part> {
  const format = formatOf("panel", name);
  const bytes = Buffer.from(text);
  return store({ name, format }, target, ctx, async () => ({
    compression: "none",
    body: once(bytes),
    dumped: () => ({ rawBytes: bytes.length, last: bytes.subarray(-TAIL_BYTES) }),
    close: () => {},
  }));
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function store(
  part: { name: string; format: FormatName; signal?: AbortSignal | undefined },
  target: PointTarget,
  ctx: StepContext,
  open: (signal: AbortSignal, watch: StallWatch) => Promise<RunningDump>,
): Promise<Part> {
  const stop = new AbortController();
  const watch = watchStall(config().BACKUP_STALL_S * 1000, (who) => stop.abort(stalled(who)));
  const given = part.signal ? [ctx.signal, part.signal] : [ctx.signal];
  const signal = AbortSignal.any([...given, stop.signal]);
  let dump: RunningDump | undefined;
  try {
    dump = await open(signal, watch);
    const { compression } = dump;
    const encrypted = target.recipients.length > 0;
    const key = partKey(target.key, { ...part, compression, encrypted });
    await ctx.guard();
    const tally = new Tally(reportBytes(part.name, ctx));
    // The lease once more, after the last byte and before the store makes an object of it.
    const read = giveWay(readAhead(dump.body), ctx);
    const unpacks = encrypted && !config().BACKUP_AGE_IDENTITY && canUnpackBeside(compression);
    const whole = thenGuard(unpacks ? unpackBeside(dump, read, signal) : read, ctx);
    const body = tally.of(encrypted ? encryptStream(whole, [...target.recipients]) : whole);
    const { estimateBytes, lockUntil } = target;
    const putting = target.store.put(key, body, { signal, estimateBytes, lockUntil });
    const { sizeBytes } = await orAbort(putting, signal);
    if (sizeBytes !== tally.sizeBytes) {
      await target.store.remove([key], ctx.signal);
      throw shorter(tally.sizeBytes, sizeBytes);
    }
    const rawBytes = unpacks ? dump.dumped()?.rawBytes : undefined;
    return { name: part.name, key, sizeBytes, sha256: tally.sha256(), ...(rawBytes === undefined ? {} : { rawBytes }) };
  } catch (error) {
    for (const one of given) one.throwIfAborted();
    throw stop.signal.aborted ? stop.signal.reason : error;
  } finally {
    watch.stop();
    dump?.close();
  }
}

/** Asks for the first piece at once: whoever waits for the dump to begin does not wait for the target. */
function readAhead(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const pieces = body[Symbol.asyncIterator]();
  const first = pieces.next();
  first.catch(() => {}); // Seen by the one who reads.
  return (async function* () {
    try {
      for (let piece = await first; !piece.done; piece = await pieces.next()) yield piece.value;
    } finally {
      await pieces.return?.();
    }
  })();
}

async function* thenGuard(body: AsyncIterable<Uint8Array>, ctx: StepContext): AsyncGenerator<Uint8Array> {
  yield* body;
  await ctx.guard();
}

/** Hash and length of what goes into the store. */
class Tally {
  readonly #hash = createHash("sha256");
  readonly #onBytes: (sizeBytes: number) => void;
  sizeBytes = 0;

  constructor(onBytes: (sizeBytes: number) => void) {
    this.#onBytes = onBytes;
  }

  async *of(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      this.#hash.update(chunk);
      this.sizeBytes += chunk.length;
      this.#onBytes(this.sizeBytes);
      yield chunk;
    }
  }

  sha256 = (): string => this.#hash.digest("hex");
}

/** How long a store may take to clear away what it began. */
const CLEAR_MS = 10_000;

/** A store that does not notice the signal is not waited for. */
async function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => {
    timer = setTimeout(() => reject(signal.reason), CLEAR_MS);
  };
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
}

const stalled = (who: Awaited) =>
  new AppError({
    code: `backups.${who}_stalled`,
    message: `For ${config().BACKUP_STALL_S} s nothing ${who === "source" ? "came from the dump" : "was taken by the target"}; it was given up.`,
    advice: "It is tried again by itself. Nothing of it was kept.",
    retry: "retry",
  });

const shorter = (sent: number, stored: number) =>
  new AppError({
    code: "backups.stored_short",
    message: `The target says it has ${stored} bytes of the ${sent} that were sent.`,
    advice: "It is tried again by itself. Nothing of it was kept.",
    retry: "retry",
  });

/** Ten times a second at most: a page cannot show more. */
function reportBytes(name: string, ctx: StepContext): (sizeBytes: number) => void {
  let last = 0;
  return (sizeBytes) => {
    if (Date.now() - last < 100) return;
    last = Date.now();
    ctx.progress(`${name}: ${formatBytes(sizeBytes)} stored`, sizeBytes);
  };
}
