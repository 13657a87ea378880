const FORMAT: Intl.DateTimeFormatOptions = {
  ...{ weekday: "short", day: "numeric", month: "short", year: "numeric" },
  ...{ hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
};

/** "Sun, 22 Nov 2026, 02:00": a moment as the clocks of a time zone show it. */
export function formatInZone(at: string, timeZone: string): string {
  try {
    return new Intl.DateTimeFormat("en-GB", { ...FORMAT, timeZone }).format(new Date(at));
  } catch {
    return at;
  }
}
