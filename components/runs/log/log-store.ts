import type { LogLine } from "#lib/runs/types.ts";

/** Lines are kept and asked for in blocks of this many. */
export const BLOCK = 500;
/** Blocks kept of the whole run; what was looked at longest ago is let go and asked for again when scrolled to. */
const MOST_BLOCKS = 80;

/** `null`: the server has been asked and has no such line. */
type Block = (LogLine | null | undefined)[];

interface AttemptLines {
  total: number;
  /** The last line that came by the stream: where a reconnect goes on. */
  streamed: number;
  blocks: Map<number, Block>;
  asked: Set<number>;
}

interface LogStoreOptions {
  /** Reads lines `from` … `to` of an attempt. */
  load: (attemptId: number, from: number, to: number) => Promise<readonly LogLine[]>;
  mostBlocks?: number;
}

const blockOf = (seq: number) => Math.floor((seq - 1) / BLOCK);

/**
 * The log of a run outside React: any number of lines, a bounded part of them in memory. Lines come by the stream, each once and
 * in order whatever the server repeats, or by ranges when somebody looks at them.
 */
export class LogStore {
  readonly #load: LogStoreOptions["load"];
  readonly #mostBlocks: number;
  readonly #attempts = new Map<number, AttemptLines>();
  /** Block keys, the one not looked at for longest first. */
  readonly #recent = new Map<string, { attemptId: number; block: number }>();
  readonly #listeners = new Set<() => void>();
  #version = 0;
  #told = true;

  constructor({ load, mostBlocks = MOST_BLOCKS }: LogStoreOptions) {
    this.#load = load;
    this.#mostBlocks = mostBlocks;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Changes whenever something new can be shown. */
  readonly version = (): number => this.#version;

  /** How many lines the attempt has, in memory or not. */
  total(attemptId: number): number {
    return this.#attempts.get(attemptId)?.total ?? 0;
  }

  /** A line; undefined while it is not in memory, null when there is none of that number. */
  line(attemptId: number, seq: number): LogLine | null | undefined {
    return this.#attempts.get(attemptId)?.blocks.get(blockOf(seq))?.[(seq - 1) % BLOCK];
  }

  /** Lines of the stream. What came before is dropped, so a server may repeat itself. */
  add(attemptId: number, lines: readonly LogLine[]): void {
    const log = this.#attempt(attemptId);
    const fresh = lines.filter((line) => line.seq > log.streamed);
    const last = fresh.at(-1);
    if (!last) return;
    log.streamed = last.seq;
    log.total = Math.max(log.total, last.seq);
    this.#keep(attemptId, fresh);
    this.#tell();
  }

  /** What the run's view says of the attempt's length: lines that exist though none of them came yet. */
  noteTotal(attemptId: number, total: number): void {
    const log = this.#attempt(attemptId);
    if (total <= log.total) return;
    log.total = total;
    this.#tell();
  }

  /** Somebody looks at these lines: what is missing of them is asked for. */
  want(attemptId: number, from: number, to: number): void {
    const log = this.#attempts.get(attemptId);
    if (!log) return;
    for (let block = blockOf(Math.max(1, from)); block <= blockOf(Math.min(to, log.total)); block++) {
      if (log.blocks.has(block)) this.#touch(attemptId, block);
      if (!log.asked.has(block) && this.#lacks(log, block)) void this.#ask(attemptId, log, block);
    }
  }

  /** `12.340,13.2`: what a reconnecting stream need not send again. */
  cursors(): string {
    return [...this.#attempts]
      .filter(([, log]) => log.streamed > 0)
      .map(([attemptId, log]) => `${attemptId}.${log.streamed}`)
      .join(",");
  }

  /** Blocks in memory, for tests. */
  get size(): number {
    return this.#recent.size;
  }

  #attempt(attemptId: number): AttemptLines {
    const known = this.#attempts.get(attemptId);
    if (known) return known;
    const log: AttemptLines = { total: 0, streamed: 0, blocks: new Map(), asked: new Set() };
    this.#attempts.set(attemptId, log);
    return log;
  }

  #lacks(log: AttemptLines, block: number): boolean {
    const lines = log.blocks.get(block);
    if (!lines) return true;
    const length = Math.min(BLOCK, log.total - block * BLOCK);
    for (let at = 0; at < length; at++) if (lines[at] === undefined) return true;
    return false;
  }

  async #ask(attemptId: number, log: AttemptLines, block: number): Promise<void> {
    log.asked.add(block);
    const from = block * BLOCK + 1;
    const to = Math.min(from + BLOCK - 1, log.total);
    try {
      this.#keep(attemptId, await this.#load(attemptId, from, to));
      const lines = log.blocks.get(block) ?? this.#open(attemptId, log, block);
      for (let seq = from; seq <= to; seq++) lines[(seq - 1) % BLOCK] ??= null;
      log.asked.delete(block);
    } catch {
      // Asked again when it is looked at the next time, though not at once: the panel may be away.
      setTimeout(() => {
        log.asked.delete(block);
        this.#tell();
      }, 2_000);
    }
    this.#tell();
  }

  #keep(attemptId: number, lines: readonly LogLine[]): void {
    const log = this.#attempt(attemptId);
    for (const line of lines) {
      const block = blockOf(line.seq);
      const kept = log.blocks.get(block) ?? this.#open(attemptId, log, block);
      kept[(line.seq - 1) % BLOCK] = line;
    }
  }

  #open(attemptId: number, log: AttemptLines, block: number): Block {
    const lines: Block = [];
    log.blocks.set(block, lines);
    this.#touch(attemptId, block);
    for (const [key, old] of this.#recent) {
      if (this.#recent.size <= this.#mostBlocks) break;
      this.#recent.delete(key);
      this.#attempts.get(old.attemptId)?.blocks.delete(old.block);
    }
    return lines;
  }

  #touch(attemptId: number, block: number): void {
    const key = `${attemptId}.${block}`;
    this.#recent.delete(key);
    this.#recent.set(key, { attemptId, block });
  }

  /** Once for everything that came in the same breath. */
  #tell(): void {
    if (!this.#told) return;
    this.#told = false;
    queueMicrotask(() => {
      this.#told = true;
      this.#version++;
      for (const listener of this.#listeners) listener();
    });
  }
}
