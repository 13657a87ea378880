"use client";

import { useSyncExternalStore } from "react";

interface Clock {
  subscribe: (listener: () => void) => () => void;
  read: () => number;
}

/** One timer per pace for the whole page, however many times are shown. */
const clocks = new Map<number, Clock>();

function makeClock(paceMs: number): Clock {
  const listeners = new Set<() => void>();
  let now = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  const tick = () => {
    now = Date.now();
    for (const listener of listeners) listener();
  };
  return {
    subscribe(listener) {
      listeners.add(listener);
      timer ??= setInterval(tick, paceMs);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
    read() {
      // Nobody has been listening for a while: what is shown next must not be old.
      if (timer === undefined && Date.now() - now > paceMs) now = Date.now();
      return now;
    },
  };
}

function clockOf(paceMs: number): Clock {
  const clock = clocks.get(paceMs) ?? makeClock(paceMs);
  clocks.set(paceMs, clock);
  return clock;
}

/**
 * The time, ticking. On the server and during hydration it is simply the time there and then, so text made from it
 * needs `suppressHydrationWarning`: the two differ by the moment between them.
 */
export function useNow(paceMs = 15_000): number {
  const clock = clockOf(paceMs);
  return useSyncExternalStore(clock.subscribe, clock.read, clock.read);
}

const never = () => () => {};

/** False on the server and in the first render, true afterwards: for what depends on the reader's zone or machine. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
