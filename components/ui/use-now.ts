"use client";

import { useSyncExternalStore } from "react";

interface Clock {
  now: number;
  listeners: Set<() => void>;
  timer: ReturnType<typeof setInterval> | undefined;
}

/** One timer per pace for the whole page, however many times are shown. */
const clocks = new Map<number, Clock>();

function clockOf(paceMs: number): Clock {
  const found = clocks.get(paceMs);
  if (found) return found;
  const made: Clock = { now: Date.now(), listeners: new Set(), timer: undefined };
  clocks.set(paceMs, made);
  return made;
}

/**
 * The time, ticking. On the server and during hydration it is simply the time there and then, so text made from it
 * needs `suppressHydrationWarning`: the two differ by the moment between them.
 */
export function useNow(paceMs = 15_000): number {
  return useSyncExternalStore(
    (listener) => {
      const clock = clockOf(paceMs);
      clock.listeners.add(listener);
      clock.timer ??= setInterval(() => {
        clock.now = Date.now();
        for (const each of clock.listeners) each();
      }, paceMs);
      clock.now = Date.now();
      return () => {
        clock.listeners.delete(listener);
        if (clock.listeners.size > 0) return;
        clearInterval(clock.timer);
        clock.timer = undefined;
      };
    },
    () => clockOf(paceMs).now,
    () => Math.floor(Date.now() / paceMs) * paceMs,
  );
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
