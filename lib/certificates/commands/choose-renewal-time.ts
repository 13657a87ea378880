/** Certificates that were issued together are not renewed together. */
const JITTER = 0.05;

/** With a third of the lifetime left, whatever the lifetime is, and up to a twentieth of it earlier. */
export function chooseRenewalTime(
  { notBefore, notAfter }: { notBefore: Date; notAfter: Date },
  random: () => number = Math.random,
): Date {
  const lifetime = notAfter.getTime() - notBefore.getTime();
  return new Date(notBefore.getTime() + lifetime * (2 / 3 - JITTER * random()));
}

/** A moment of the window that the authority suggests; one in the past means at once. */
export function chooseInWindow({ start, end }: { start: Date; end: Date }, random: () => number = Math.random): Date {
  const length = Math.max(0, end.getTime() - start.getTime());
  return new Date(start.getTime() + length * random());
}

const MINUTE_MS = 60_000;
const PAUSES_MS = [10 * MINUTE_MS, 30 * MINUTE_MS, 60 * MINUTE_MS, 120 * MINUTE_MS, 240 * MINUTE_MS, 480 * MINUTE_MS];
const LONGEST_MS = 720 * MINUTE_MS;

/** How long after its n-th failure in a row a renewal is tried again: ten minutes at first, an hour or more from the third. */
export function pauseAfterFailure(failures: number, random: () => number = Math.random): number {
  const pause = PAUSES_MS[Math.max(1, failures) - 1] ?? LONGEST_MS;
  return pause * (1 + 0.2 * random());
}
