import { createHash } from "node:crypto";
import { AppError } from "#lib/platform/errors.ts";
import { formatBytes, plural } from "#lib/platform/format.ts";
import type { StepContext } from "#lib/steps/types.ts";
import type { Compression } from "../constants.ts";
import { FORMATS, formatOf } from "../dump/formats.ts";
import { giveWay } from "../dump/pace.ts";
import { compressionOf } from "../dump/paths.ts";
import type { Part } from "../schema/manifest.ts";
import { readPart } from "../targets/read-part.ts";
import type { DecodeResult } from "./decode-stream.ts";
import { Disproved } from "./disproved.ts";
import type { Findings, ProofJob } from "./proof-job.ts";

/** Gives a part's decrypted bytes, and how they are compressed, to whoever decodes and uses them. */
export type Feed = (stream: { body: AsyncIterable<Uint8Array>; compression: Compression }) => Promise<DecodeResult>;

const says = (error: unknown, code: string) => error instanceof AppError && error.code === code;
const isMissing = (error: unknown) => says(error, "object_store.missing");

/**
 * Reads the parts of a backup, each once: its hash is taken, and what comes out of it goes where it is restored. What is
 * wrong with the stored bytes themselves is thrown as Disproved, whatever the program they were fed to made of them.
 */
export class PartReader {
  readonly #job: ProofJob;
  readonly #ctx: StepContext;
  readonly #total: number;
  readonly #seen = new Map<string, DecodeResult | null>();
  readonly #started = performance.now();
  #read = 0;

  constructor(job: ProofJob, ctx: StepContext) {
    this.#job = job;
    this.#ctx = ctx;
    this.#total = job.manifest.parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  }

  async read(part: Part, feed: Feed): Promise<DecodeResult> {
    const { store, identity, manifest } = this.#job;
    const { signal } = this.#ctx;
    const meter = this.#meter();
    let result: DecodeResult | null = null;
    let damage = "";
    try {
      const options = { signal, onStored: meter.add, ...(identity === null ? {} : { identity }) };
      result = await feed({
        body: giveWay(readPart(store, part, options), this.#ctx),
        compression: compressionOf(part.key),
      });
    } catch (error) {
      signal.throwIfAborted();
      if (isMissing(error)) throw this.#missing(part);
      // All that is there was read: what is wrong with it is said, whatever else went wrong.
      if (says(error, "backups.truncated") || meter.sizeBytes === part.sizeBytes) this.#compare(part, meter);
      if (!says(error, "age.damaged")) throw error;
      damage = error instanceof Error ? error.message : "";
    }
    if (result) this.#compare(part, meter);
    // What could not be decrypted was not read to its end: whether it is what was stored is asked by itself.
    else await this.hash(part);
    if (!result) throw new Disproved("decode", `the part ${part.name} cannot be opened`, { detail: damage });
    if (result.decoderExit !== 0)
      throw new Disproved("decode", `the part ${part.name} cannot be decompressed`, { detail: result.messages });
    // A program that gave up has not seen the end.
    if (result.clientExit === 0 && !FORMATS[formatOf(manifest.engine, part.name)].ends(result.tail))
      throw new Disproved("decode", `the part ${part.name} does not end as a whole one does`);
    this.#seen.set(part.name, result);
    return result;
  }

  /** Only whether it is, byte for byte, what was stored. */
  async hash(part: Part): Promise<void> {
    const meter = this.#meter();
    try {
      const body = giveWay(this.#job.store.get(part.key, this.#ctx.signal), this.#ctx);
      for await (const chunk of body) meter.add(chunk);
    } catch (error) {
      this.#ctx.signal.throwIfAborted();
      throw isMissing(error) ? this.#missing(part) : error;
    }
    this.#compare(part, meter);
    if (!this.#seen.has(part.name)) this.#seen.set(part.name, null);
  }

  /** Notes what reading them all has shown. */
  conclude(findings: Findings): void {
    const { parts } = this.#job.manifest;
    const left = parts.filter((part) => !this.#seen.has(part.name));
    if (left.length > 0) throw new Error(`not read: ${left.map((part) => part.name).join(", ")}`);
    const took = performance.now() - this.#started;
    findings.good(
      "hash",
      `${plural(parts.length, "object")}, ${formatBytes(this.#total)}, as long and with the SHA-256 they were stored with.`,
      took,
      { parts: parts.map(({ name, sizeBytes, sha256 }) => ({ name, sizeBytes, sha256 })) },
    );
    const decoded = [...this.#seen.values()];
    if (decoded.includes(null)) return;
    const rawBytes = decoded.reduce((sum, one) => sum + (one?.rawBytes ?? 0), 0);
    findings.rawBytes = rawBytes;
    findings.good("decode", `Decompressed to ${formatBytes(rawBytes)}, to an end as a whole dump has.`, took, {
      rawBytes,
    });
  }

  #meter() {
    const hash = createHash("sha256");
    const meter = {
      sizeBytes: 0,
      digest: () => hash.digest("hex"),
      add: (chunk: Uint8Array) => {
        hash.update(chunk);
        meter.sizeBytes += chunk.length;
        this.#read += chunk.length;
        const read = Math.min(this.#read, this.#total);
        this.#ctx.progress(`${formatBytes(read)} of ${formatBytes(this.#total)} read`, read, this.#total);
      },
    };
    return meter;
  }

  #compare(part: Part, meter: { sizeBytes: number; digest(): string }): void {
    const found = { sizeBytes: meter.sizeBytes, sha256: meter.digest() };
    if (found.sizeBytes === part.sizeBytes && found.sha256 === part.sha256) return;
    const details = { part: part.name, expected: { sizeBytes: part.sizeBytes, sha256: part.sha256 }, found };
    const why =
      found.sizeBytes === part.sizeBytes
        ? `the object ${part.key} was changed since it was stored: its SHA-256 is another`
        : `the object ${part.key} has ${found.sizeBytes} bytes instead of ${part.sizeBytes}`;
    throw new Disproved("hash", why, { details });
  }

  #missing = (part: Part) =>
    new Disproved("hash", `the object ${part.key} is not there`, { details: { part: part.name } });
}
