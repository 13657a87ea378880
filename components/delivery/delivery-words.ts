import { formatSpan } from "#lib/platform/format.ts";

/** "12 %"; a rate of nothing is none. */
export const sayRate = (rate: number | null): string => (rate === null ? "–" : `${Math.round(rate * 100)} %`);

/** "3 hours", "–" when nothing was measured. */
export const sayTime = (seconds: number | null | undefined): string =>
  seconds == null ? "–" : formatSpan(seconds * 1_000);

/** "16 Nov": a week by its Monday. */
export const sayWeek = (week: string): string =>
  new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" }).format(
    new Date(`${week}T00:00:00Z`),
  );
