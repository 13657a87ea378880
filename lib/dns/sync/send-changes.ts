import { REFUSED, toRoute53Error, UNANSWERED } from "#lib/integrations/route53/errors.ts";
import { toProviderName } from "#lib/integrations/route53/names.ts";
import { changeRecords, findRecordsAt, isPlain, type RecordSet } from "#lib/integrations/route53/records.ts";
import { isSameStanding, standingFrom, standingOf } from "./content.ts";
import { toRecordChanges, type Unit } from "./pack-batches.ts";
import type { PlannedSet } from "./plan-types.ts";

const MAX_TRIES = 3;
/** What Route 53 says when a set is not what was read: somebody else was there in between. */
const STALE = /already exists|not found|do not match/i;

export interface SendOptions {
  providerZoneId: string;
  signal: AbortSignal;
  comment: string;
  onRequest(): void;
  /** Right before each request that changes something; throws when this worker may not go on. */
  guard(): Promise<void>;
  /** A batch was taken as a whole. The id is null when its answer was lost. */
  onDone(changes: readonly PlannedSet[], changeId: string | null): Promise<void>;
  /** Route 53 refuses this one whatever it is sent with; its own words. */
  onRefused(change: PlannedSet, words: string): Promise<void>;
}

type Answer =
  | { kind: "done"; changeId: string | null }
  | { kind: "refused"; words: string }
  /** Not what was read any more: nothing was changed, and it has to be looked at again. */
  | { kind: "stale" };

const isAsWanted = ({ after, type }: PlannedSet, sets: readonly RecordSet[]) => {
  const set = sets.find((one) => one.type === type);
  return after ? set !== undefined && isPlain(set) && isSameStanding(standingOf(set), standingFrom(after)) : !set;
};
const isAsBefore = ({ before, type }: PlannedSet, sets: readonly RecordSet[]) => {
  const set = sets.find((one) => one.type === type);
  return before && set ? isSameStanding(standingOf(set), standingOf(before)) : !before && !set;
};

/** Sends a batch; after a lost answer it looks at one of the changes, for all of a batch is done or nothing. */
async function sendBatch(changes: readonly PlannedSet[], options: SendOptions): Promise<Answer> {
  const { providerZoneId, signal, comment, onRequest } = options;
  const [probe] = changes;
  let isLost = false;
  for (let attempt = 1; ; attempt++) {
    await options.guard();
    try {
      const { changeId } = await changeRecords(providerZoneId, toRecordChanges(changes), {
        signal,
        comment,
        onRequest,
      });
      return { kind: "done", changeId };
    } catch (error) {
      signal.throwIfAborted();
      const mapped = toRoute53Error(error);
      const words = mapped.detail ?? mapped.message;
      // An earlier try of it has landed after all.
      if (mapped.code === REFUSED && isLost && STALE.test(words)) return { kind: "stale" };
      if (mapped.code === REFUSED) return { kind: "refused", words };
      if (mapped.code !== UNANSWERED || !probe) throw mapped;
      isLost = true;
      const now = await findRecordsAt(providerZoneId, probe.name, { signal, onRequest });
      if (isAsWanted(probe, now)) return { kind: "done", changeId: null };
      if (!isAsBefore(probe, now)) return { kind: "stale" };
      if (attempt >= MAX_TRIES) throw mapped;
    }
  }
}

/** The units whose names Route 53's message contains; it usually says which change it does not like. */
function findSuspects(units: readonly Unit[], words: string): Unit[] {
  const spelled = words.toLowerCase();
  return units.filter(({ name }) => {
    const full = toProviderName(name);
    return [`'${full}'`, `'${full.slice(0, -1)}'`, ` ${full} `, ` ${full},`].some((form) => spelled.includes(form));
  });
}

/** Two parts, so that what is refused is found with few requests. */
function split(units: readonly Unit[], words: string): [Unit[], Unit[]] {
  const suspects = findSuspects(units, words);
  if (suspects.length > 0 && suspects.length < units.length) {
    const named = new Set(suspects);
    return [units.filter((unit) => !named.has(unit)), suspects];
  }
  const half = Math.ceil(units.length / 2);
  return [units.slice(0, half), units.slice(half)];
}

/**
 * Sends the changes of a batch. When Route 53 refuses it, everything that is not at fault still goes, in few requests, and
 * `onRefused` hears of each change that is. Returns whether something has to be looked at again.
 */
export async function sendUnits(units: readonly Unit[], options: SendOptions): Promise<boolean> {
  const changes = units.flatMap((unit) => unit.changes);
  if (changes.length === 0) return false;
  const answer = await sendBatch(changes, options);
  if (answer.kind === "stale") return true;
  if (answer.kind === "done") {
    await options.onDone(changes, answer.changeId);
    return false;
  }
  // The zone is full: no part of the batch would fare better.
  if (answer.words.startsWith("LimitsExceeded")) {
    for (const change of changes) await options.onRefused(change, answer.words);
    return false;
  }
  const [unit, ...others] = units;
  if (unit && others.length === 0) {
    const [change, ...more] = unit.changes;
    if (change && more.length > 0) return sendApart(unit, options);
    if (STALE.test(answer.words)) return true;
    if (change) await options.onRefused(change, answer.words);
    return false;
  }
  const [first, second] = split(units, answer.words);
  const again = await sendUnits(first, options);
  return (await sendUnits(second, options)) || again;
}

/** Several types at one name, one of which is refused. What makes room goes first. */
async function sendApart({ name, changes }: Unit, options: SendOptions): Promise<boolean> {
  let again = false;
  for (const change of changes.toSorted((a, b) => Number(a.action !== "remove") - Number(b.action !== "remove")))
    again = (await sendUnits([{ name, changes: [change] }], options)) || again;
  return again;
}
