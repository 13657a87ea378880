/** Between two looks nothing was seen: of a longer gap (the worker stood still, or was away) no more than this counts. */
const GAP_MS = 30_000;

/** How long something has been watched: the time between looks, without that in which nobody looked. */
export class WatchedTime {
  #ms: number;
  #last: number | undefined;

  /** `before`: what an attempt before noted. */
  constructor(before = 0) {
    this.#ms = before;
  }

  /** Somebody looks now. */
  look(now: number): number {
    if (this.#last !== undefined) this.#ms += Math.max(0, Math.min(GAP_MS, now - this.#last));
    this.#last = now;
    return this.#ms;
  }

  get ms(): number {
    return this.#ms;
  }
}
