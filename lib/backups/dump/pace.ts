import { cpus } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { isAnybodyPresent } from "#lib/access/queries/is-anybody-present.ts";
import { config } from "#lib/platform/config/config.ts";
import type { StepContext } from "#lib/steps/types.ts";

const LOOK_MS = 200;
const ASK_MS = 500;
/** Pauses are for so many bytes. */
const PIECE_BYTES = 256 * 1024;
/** However busy the machine is, about 2.5 MB a second go on. */
export const LONGEST_PAUSE_MS = 100;
/** So long a dump waits for the counting of its rows. A server gives up a connection that takes nothing for a minute. */
export const LONGEST_HOLD_MS = 20_000;
const SHORTEST_PAUSE_MS = 2;
/** So much more than asked for has to be idle before it goes faster again. */
const SLACK = 0.15;

/** How long to wait after each piece, from how long it was and which part of the processors was idle since. */
export function nextPause(pauseMs: number, idle: number, goal: number): number {
  if (idle < goal) return Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, pauseMs * 1.5));
  if (idle < goal + SLACK) return pauseMs;
  return pauseMs < SHORTEST_PAUSE_MS ? 0 : pauseMs * 0.8;
}

interface Times {
  idle: number;
  all: number;
}

function readTimes(): Times {
  const times = { idle: 0, all: 0 };
  for (const { times: one } of cpus()) {
    times.idle += one.idle;
    times.all += one.user + one.nice + one.sys + one.irq + one.idle;
  }
  return times;
}

/** Of this process: what it holds back for one backup is right for the next. */
export class Pace {
  readonly #readTimes: () => Times;
  readonly #askPresence: () => Promise<boolean>;
  #pauseMs = 0;
  #counting = 0;
  #isAnybodyThere = false;
  #askedAt = 0;
  #lookedAt = 0;
  #before: Times;

  constructor(times = readTimes, askPresence = isAnybodyPresent) {
    this.#readTimes = times;
    this.#askPresence = askPresence;
    this.#before = times();
  }

  /** Whether somebody uses the panel. What begins then begins slowly: pipes and compressors fill at full speed otherwise. */
  async begin(): Promise<boolean> {
    if (config().BACKUP_LEAVE_IDLE_PERCENT === 0) return false;
    await this.#ask(Date.now());
    if (this.#isAnybodyThere) this.#pauseMs = LONGEST_PAUSE_MS;
    return this.#isAnybodyThere;
  }

  /** Redis that does not answer holds nothing back. */
  async #ask(now: number): Promise<void> {
    this.#askedAt = now;
    const unknown = delay(ASK_MS, false, { ref: false });
    this.#isAnybodyThere = await Promise.race([this.#askPresence(), unknown]).catch(() => false);
  }

  /** How long to wait after a piece now; 0 while nobody uses the panel. */
  pause(): number {
    const goal = config().BACKUP_LEAVE_IDLE_PERCENT / 100;
    if (goal === 0) return 0;
    const now = Date.now();
    if (now - this.#askedAt >= ASK_MS) void this.#ask(now);
    if (now - this.#lookedAt >= LOOK_MS) {
      this.#lookedAt = now;
      const times = this.#readTimes();
      const all = times.all - this.#before.all;
      if (all > 0) this.#pauseMs = nextPause(this.#pauseMs, (times.idle - this.#before.idle) / all, goal);
      this.#before = times;
    }
    if (!this.#isAnybodyThere) return 0;
    return this.#counting > 0 ? LONGEST_PAUSE_MS : this.#pauseMs;
  }

  /**
   * Counting is one long statement that cannot be held back: while somebody uses the panel the dump of the same rows is let go
   * after it, or after LONGEST_HOLD_MS, and then goes as slowly as it may.
   */
  async countAhead<T>(count: () => Promise<T>, letGo: () => void): Promise<T> {
    this.#counting++;
    const timer = setTimeout(letGo, (await this.begin()) ? LONGEST_HOLD_MS : 0);
    try {
      return await count();
    } finally {
      this.#counting--;
      clearTimeout(timer);
      letGo();
    }
  }
}

let pace: Pace | undefined;
function ownPace(): Pace {
  pace ??= new Pace();
  return pace;
}

export const countAhead: Pace["countAhead"] = (count, letGo) => ownPace().countAhead(count, letGo);

/**
 * Slows what flows through it, and with it whatever makes it, while somebody uses the panel and the worker's machine is busy: a
 * database that is dumped cannot be told to give way, but it waits for whoever reads.
 */
export async function* giveWay(
  body: AsyncIterable<Uint8Array>,
  { signal, log }: Pick<StepContext, "signal" | "log">,
  pacer: Pick<Pace, "begin" | "pause"> = ownPace(),
): AsyncGenerator<Uint8Array> {
  await pacer.begin();
  let owedMs = 0;
  let isTold = false;
  for await (const piece of body) {
    yield piece;
    owedMs += (pacer.pause() * piece.length) / PIECE_BYTES;
    if (owedMs < SHORTEST_PAUSE_MS) continue;
    if (!isTold) log.info("Goes slower while somebody uses the panel");
    isTold = true;
    const began = performance.now();
    await delay(owedMs, undefined, { signal });
    owedMs -= performance.now() - began;
  }
}
