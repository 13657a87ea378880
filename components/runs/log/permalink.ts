/** A place in a run's log: a step, one of its attempts, and lines of it. */
export interface LogPlace {
  stepKey: string;
  /** Absent: the newest there is. */
  attempt?: number;
  lines?: { from: number; to: number };
}

const PLACE = /^#?([a-z0-9][a-z0-9._-]{0,120})(?::(\d{1,6}))?(?::L(\d{1,9})(?:-L?(\d{1,9}))?)?$/i;

/** `#stack:L10-L20`, `#stack:2:L10` (its second attempt), `#stack`. Anything else is no place. */
export function parsePlace(hash: string): LogPlace | undefined {
  let text = hash;
  try {
    text = decodeURIComponent(hash);
  } catch {
    return undefined;
  }
  const [, stepKey, attempt, first, last] = PLACE.exec(text) ?? [];
  if (!stepKey) return undefined;
  const place: LogPlace = { stepKey };
  if (Number(attempt) > 0) place.attempt = Number(attempt);
  const ends = [Number(first), Number(last ?? first)].sort((a, b) => a - b);
  const [from, to] = ends;
  if (from && to) {
    place.lines = { from, to };
    // A link to lines means the log it was copied from, also when there are newer attempts.
    place.attempt ??= 1;
  }
  return place;
}

export function formatPlace({ stepKey, attempt, lines }: LogPlace): string {
  const which = attempt === undefined || (lines && attempt === 1) ? "" : `:${attempt}`;
  if (!lines) return `#${stepKey}${which}`;
  return `#${stepKey}${which}:L${lines.from}${lines.to > lines.from ? `-L${lines.to}` : ""}`;
}
