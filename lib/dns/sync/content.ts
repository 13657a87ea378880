import type { RecordContent, RecordSet } from "#lib/integrations/route53/records.ts";

/** What stands at a place, as a row keeps it: also an alias, which has no TTL and no values. */
export interface Standing {
  ttl: number | null;
  values: string[];
  alias: string | null;
}

/** What a change leaves behind: content, or nothing. */
export type Outcome = RecordContent | { absent: true };

/** A row's `sent`: the change whose outcome is not noted, and any earlier one that could still land. */
export type Sent = Outcome & { earlier?: Outcome[] };

export type Observed = Standing | { absent: true };

export const isAbsent = (outcome: object): outcome is { absent: true } => "absent" in outcome;

const sorted = (values: readonly string[]) => [...values].sort().join("\n");

export function isSameStanding(a: Standing, b: Standing): boolean {
  return a.ttl === b.ttl && a.alias === b.alias && (a.values === b.values || sorted(a.values) === sorted(b.values));
}

export const standingOf = ({ ttl, values, alias }: RecordSet): Standing => ({ ttl, values, alias });
export const standingFrom = ({ ttl, values }: RecordContent): Standing => ({ ttl, values, alias: null });

const isObject = (json: unknown): json is Record<string, unknown> => typeof json === "object" && json !== null;

/** A JSON column of a row, which may be from an earlier release or somebody's SQL. */
export function readStanding(json: unknown): Standing | null {
  if (!isObject(json) || !Array.isArray(json.values)) return null;
  return {
    ttl: typeof json.ttl === "number" ? json.ttl : null,
    values: json.values.map(String),
    alias: typeof json.alias === "string" ? json.alias : null,
  };
}

export function readContent(json: unknown): RecordContent | null {
  const standing = readStanding(json);
  return standing && standing.ttl !== null ? { ttl: standing.ttl, values: standing.values } : null;
}

export function readObserved(json: unknown): Observed | null {
  return isObject(json) && json.absent === true ? { absent: true } : readStanding(json);
}

const readOutcome = (json: unknown): Outcome | null =>
  isObject(json) && json.absent === true ? { absent: true } : readContent(json);

export function readSent(json: unknown): Sent | null {
  const last = readOutcome(json);
  if (!last || !isObject(json)) return null;
  const earlier = Array.isArray(json.earlier) ? json.earlier.map(readOutcome).filter((one) => one !== null) : [];
  return earlier.length > 0 ? { ...last, earlier } : last;
}

/** Every outcome a row's unanswered changes may have had. */
export function outcomesOf(sent: Sent | null): Outcome[] {
  if (!sent) return [];
  const { earlier = [], ...last } = sent;
  return [last, ...earlier];
}
