const PARTS: Intl.DateTimeFormatOptions = {
  ...{ year: "numeric", month: "2-digit", day: "2-digit" },
  ...{ hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
};

/** A moment as the clocks of a zone show it: `2026-12-18T18:00`, as a date-and-time field has it. */
export function toLocal(at: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", { ...PARTS, timeZone }).formatToParts(at);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? "00";
  return `${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}`;
}

const LOCAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/;

/** The moment at which a zone's clocks show this; null: it is no time. Of an hour that is skipped, the one after it. */
export function fromLocal(text: string, timeZone: string): Date | null {
  if (!LOCAL.test(text)) return null;
  const wanted = Date.parse(`${text.slice(0, 16)}Z`);
  if (Number.isNaN(wanted)) return null;
  let at = wanted;
  // The first correction may step over a change of the clocks; the second is right on its other side.
  for (let tries = 0; tries < 2; tries++) at += wanted - Date.parse(`${toLocal(new Date(at), timeZone)}Z`);
  return new Date(at);
}
