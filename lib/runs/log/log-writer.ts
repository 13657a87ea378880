import { setTimeout as delay } from "node:timers/promises";
import { logger } from "#lib/platform/logger.ts";
import type { Redactor } from "#lib/platform/redaction.ts";
import type { StepLog } from "#lib/steps/types.ts";
import type { LogLine } from "../types.ts";
import { encodeLine } from "./encode.ts";
import { createLineSplitter } from "./line-splitter.ts";
import type { LogBatch } from "./store-log.ts";

const FLUSH_EVERY_MS = 100;
/** After a pause somebody may be waiting for the first word: it goes out almost at once, with what comes right behind it. */
const FIRST_WORD_MS = 5;
/** A chunk is about this big, so that reading one line never reads much more. */
const CHUNK_LENGTH = 64 * 1024;
/** Longest text stored at once: well below the database's largest packet, also with four bytes a letter. */
const MAX_BATCH = 1024 * 1024;
/** Unstored text of one attempt never grows past this; what a step writes beyond it is counted, not kept. */
const MAX_PENDING = 8 * 1024 * 1024;

export interface LogWriter {
  log: StepLog;
  /** Stores what is left. Afterwards nothing more is written. */
  close(): Promise<void>;
}

export interface LogWriterOptions {
  stepId: number;
  token: number;
  attemptId: number;
  runId: number;
  redactor: Redactor;
  /** Stores a batch under the attempt's lease; false when that is lost. */
  store(batch: LogBatch): Promise<boolean>;
  /** Called once when the lease turned out to be lost. */
  onLost(): void;
}

/** Gathers an attempt's lines, gives them their numbers, and stores them at most every 100 ms, or at 64 KB. */
export function createLogWriter(options: LogWriterOptions): LogWriter {
  const { redactor } = options;
  const pending: string[] = [];
  let pendingLength = 0;
  let nextSeq = 1;
  let dropped = 0;
  let flushedAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let flushing: Promise<void> | undefined;
  let closed = false;

  function add(stream: LogLine["stream"], text: string): void {
    if (closed) return;
    if (pendingLength > MAX_PENDING) {
      dropped++;
      return;
    }
    const line = encodeLine(Date.now(), stream, text);
    pending.push(line);
    pendingLength += line.length;
    if (pendingLength >= CHUNK_LENGTH) void flush();
    else
      timer ??= setTimeout(() => void flush(), Math.max(FIRST_WORD_MS, flushedAt + FLUSH_EVERY_MS - performance.now()));
  }

  function takeBatch(): LogBatch {
    const chunks: LogBatch["chunks"] = [];
    let lines: string[] = [];
    let length = 0;
    const cut = () => {
      if (lines.length === 0) return;
      chunks.push({ firstSeq: nextSeq, count: lines.length, body: lines.join("\n") });
      nextSeq += lines.length;
      lines = [];
      length = 0;
    };
    let taken = 0;
    let takenLength = 0;
    for (const line of pending) {
      if (takenLength >= MAX_BATCH) break;
      lines.push(line);
      taken++;
      takenLength += line.length;
      length += line.length;
      if (length >= CHUNK_LENGTH) cut();
    }
    cut();
    pending.splice(0, taken);
    pendingLength -= takenLength;
    return {
      stepId: options.stepId,
      token: options.token,
      attemptId: options.attemptId,
      runId: options.runId,
      chunks,
      lines: nextSeq - 1,
    };
  }

  async function storeAll(): Promise<void> {
    while (pending.length > 0 && !closed) {
      const batch = takeBatch();
      // MySQL may be away for a while: the same batch again, until it is stored or the lease is somebody else's.
      for (let wait = 100; ; wait = Math.min(wait * 2, 2_000)) {
        try {
          if (!(await options.store(batch))) {
            closed = true;
            options.onLost();
          }
          break;
        } catch (error) {
          logger.warn({ attemptId: options.attemptId, error: String(error) }, "log lines wait for the database");
          await delay(wait);
        }
        if (closed) return;
      }
      if (dropped > 0 && pendingLength < MAX_PENDING) {
        const count = dropped;
        dropped = 0;
        add("w", `${count} lines came faster than they could be stored and were left out.`);
      }
    }
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    flushedAt = performance.now();
    flushing ??= storeAll().finally(() => {
      flushing = undefined;
    });
    return flushing;
  }

  const splitters = {
    stdout: createLineSplitter(redactor, (line) => add("o", line)),
    stderr: createLineSplitter(redactor, (line) => add("e", line)),
  };
  // What a step says itself is split like a program's output: it may quote one.
  const say = (stream: LogLine["stream"]) => (text: string) => {
    const splitter = createLineSplitter(redactor, (line) => add(stream, line));
    splitter.write(`${text}\n`);
  };

  return {
    log: {
      info: say("i"),
      warn: say("w"),
      error: say("e"),
      output: (stream, data) => splitters[stream].write(data),
      async drained() {
        while (pendingLength >= CHUNK_LENGTH && !closed) await flush();
      },
    },
    async close() {
      splitters.stdout.end();
      splitters.stderr.end();
      while ((pending.length > 0 || flushing) && !closed) await flush();
      clearTimeout(timer);
      closed = true;
    },
  };
}
