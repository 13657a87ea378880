export const PERIODS = ["hourly", "daily", "weekly", "monthly", "yearly"] as const;
export type Period = (typeof PERIODS)[number];

const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Making one is slow; there are few zones. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    timeZoneName: "longOffset",
  });
  formats.set(timeZone, made);
  return made;
}

/** ISO 8601: the week belongs to the year that has its Thursday. */
function weekOf(year: number, month: number, day: number): string {
  const date = new Date(Date.UTC(year, month - 1, day));
  const thursday = new Date(date.getTime() + (4 - (date.getUTCDay() || 7)) * DAY_MS);
  const first = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  const week = Math.floor((thursday.getTime() - first) / DAY_MS / 7) + 1;
  return `${thursday.getUTCFullYear()}-W${String(week).padStart(2, "0")}`;
}

/** The hour, day, week, month and year of a moment where the policy lives. An hour that comes twice in autumn is two. */
export function bucketsOf(at: Date, timeZone: string): Record<Period, string> {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const { year = "", month = "", day = "", hour = "", timeZoneName = "" } = parts;
  const date = `${year}-${month}-${day}`;
  return {
    hourly: `${date} ${hour} ${timeZoneName}`,
    daily: date,
    weekly: weekOf(Number(year), Number(month), Number(day)),
    monthly: `${year}-${month}`,
    yearly: year,
  };
}
