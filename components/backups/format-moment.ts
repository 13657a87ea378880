const DAY_MS = 86_400_000;

/** Midnight of the day a moment is in, in a zone; left out: the reader's own. */
function dayOf(at: number, timeZone?: string): string {
  return new Intl.DateTimeFormat("en-CA", {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    ...(timeZone ? { timeZone } : {}),
  }).format(at);
}

/** `03:12 today`, `23:40 yesterday`, `03:12 on 14 Nov`, `03:12 on 14 Nov 2025`. */
export function formatMoment(at: number, now: number, timeZone?: string): string {
  const zone = timeZone ? { timeZone } : {};
  const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", ...zone }).format(at);
  const day = dayOf(at, timeZone);
  if (day === dayOf(now, timeZone)) return `${time} today`;
  if (day === dayOf(now - DAY_MS, timeZone)) return `${time} yesterday`;
  const isThisYear = day.slice(0, 4) === dayOf(now, timeZone).slice(0, 4);
  const date = new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "short",
    ...(isThisYear ? {} : { year: "numeric" }),
    ...zone,
  }).format(at);
  return `${time} on ${date}`;
}
