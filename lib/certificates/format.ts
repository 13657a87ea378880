const DAY_MS = 86_400_000;

/** Whole days until a certificate expires. */
export const countDaysLeft = (notAfter: Date, now: Date = new Date()): number =>
  Math.floor((notAfter.getTime() - now.getTime()) / DAY_MS);

/** Time for a new one: a third of the lifetime is left, whatever the lifetime is. */
export function isDueForRenewal(notBefore: Date, notAfter: Date, now: Date = new Date()): boolean {
  return notAfter.getTime() - now.getTime() < (notAfter.getTime() - notBefore.getTime()) / 3;
}

/** A certificate's identity: its names, sorted and joined. */
export const toNamesKey = (names: readonly string[]): string => [...new Set(names)].sort().join(",");
