/** Who is waited for: the program that dumps, or the place that stores. */
export type Awaited = "source" | "target";

export interface StallWatch {
  /** Something came or was taken; from now on this one is waited for. */
  waitFor(who: Awaited): void;
  stop(): void;
}

/** Calls `onStall` once when nothing happened for so long. */
export function watchStall(stallMs: number, onStall: (who: Awaited) => void): StallWatch {
  let who: Awaited = "source";
  const timer = setTimeout(() => onStall(who), stallMs);
  return {
    waitFor: (next) => {
      who = next;
      timer.refresh();
    },
    stop: () => clearTimeout(timer),
  };
}
