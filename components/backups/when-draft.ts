/** A schedule as the form holds it: the common ones by their parts, anything else as cron. */
export interface WhenDraft {
  preset: "hourly" | "daily" | "weekly" | "custom" | "never";
  /** Of the hour, for hourly. */
  minute: string;
  /** "02:00", for daily and weekly. */
  time: string;
  /** 0 is Sunday, as in cron. */
  weekday: string;
  cron: string;
}

export const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;

const BLANK: WhenDraft = { preset: "never", minute: "0", time: "02:00", weekday: "0", cron: "" };
const twoDigits = (text: string) => text.padStart(2, "0");

const HOURLY = /^([0-5]?\d) \* \* \* \*$/;
const DAILY = /^([0-5]?\d) ([01]?\d|2[0-3]) \* \* \*$/;
const WEEKLY = /^([0-5]?\d) ([01]?\d|2[0-3]) \* \* ([0-7])$/;

/** The form's parts of a schedule; null is one that a person starts. */
export function whenOf(cron: string | null): WhenDraft {
  if (cron === null) return BLANK;
  const text = cron.trim().replaceAll(/\s+/g, " ");
  const known = { ...BLANK, cron: text };
  const hourly = HOURLY.exec(text);
  if (hourly?.[1]) return { ...known, preset: "hourly", minute: String(Number(hourly[1])) };
  const daily = DAILY.exec(text);
  if (daily?.[1] && daily[2])
    return { ...known, preset: "daily", time: `${twoDigits(daily[2])}:${twoDigits(daily[1])}` };
  const weekly = WEEKLY.exec(text);
  if (weekly?.[1] && weekly[2] && weekly[3])
    return {
      ...known,
      preset: "weekly",
      time: `${twoDigits(weekly[2])}:${twoDigits(weekly[1])}`,
      weekday: String(Number(weekly[3]) % 7),
    };
  return { ...known, preset: "custom" };
}

/** The same as cron; what is no time yet becomes an empty text, which the schema refuses with words. */
export function cronOf(when: WhenDraft): string | null {
  const [hour, minute] = when.time.split(":").map(Number);
  const isTime = /^\d{1,2}:\d{2}$/.test(when.time);
  switch (when.preset) {
    case "never":
      return null;
    case "hourly":
      return /^\d{1,2}$/.test(when.minute.trim()) ? `${Number(when.minute)} * * * *` : "";
    case "daily":
      return isTime ? `${minute} ${hour} * * *` : "";
    case "weekly":
      return isTime ? `${minute} ${hour} * * ${when.weekday}` : "";
    case "custom":
      return when.cron.trim();
  }
}

/** Another preset, beginning from what was chosen before: custom begins with the same times. */
export function changePreset(when: WhenDraft, preset: WhenDraft["preset"]): WhenDraft {
  if (preset !== "custom") return { ...when, preset };
  return { ...when, preset, cron: cronOf(when) || when.cron || "0 2 * * *" };
}
