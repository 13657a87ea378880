import type { Redis } from "ioredis";
import { connectRedis } from "#lib/platform/redis.ts";
import { runChannel } from "./wake.ts";

/** One subscribing connection of this process, shared by every stream it serves. */
class Wakeups {
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #redis: Redis;

  constructor() {
    // "blocking" keeps subscriptions over a reconnect; nobody ever waits for an answer on it.
    this.#redis = connectRedis("blocking");
    this.#redis.on("message", (channel: string) => this.#call(channel));
    // What was published while it was away is not repeated: everybody looks once.
    this.#redis.on("ready", () => {
      for (const channel of this.#listeners.keys()) this.#call(channel);
    });
  }

  #call(channel: string): void {
    for (const listener of this.#listeners.get(channel) ?? []) listener();
  }

  get connected(): boolean {
    return this.#redis.status === "ready";
  }

  /** Calls `listener` whenever something of the run has changed. Returns what ends that. */
  listen(runId: number, listener: () => void): () => void {
    const channel = runChannel(runId);
    const mine = this.#listeners.get(channel) ?? new Set();
    if (mine.size === 0) {
      this.#listeners.set(channel, mine);
      this.#redis.subscribe(channel).then(
        () => this.#call(channel),
        () => {},
      );
    }
    mine.add(listener);
    return () => {
      mine.delete(listener);
      if (mine.size > 0 || this.#listeners.get(channel) !== mine) return;
      this.#listeners.delete(channel);
      this.#redis.unsubscribe(channel).catch(() => {});
    };
  }

  close(): void {
    this.#redis.disconnect();
  }
}

const holder = globalThis as { seaworthyWakeups?: Wakeups };

export function runWakeups(): Wakeups {
  holder.seaworthyWakeups ??= new Wakeups();
  return holder.seaworthyWakeups;
}

export function closeWakeups(): void {
  holder.seaworthyWakeups?.close();
  delete holder.seaworthyWakeups;
}
