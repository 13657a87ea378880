import { isPlain, type RecordContent, type RecordSet } from "#lib/integrations/route53/records.ts";
import {
  isAbsent,
  isSameStanding,
  type Observed,
  outcomesOf,
  type Standing,
  standingFrom,
  standingOf,
} from "./content.ts";
import { judgeHold } from "./judge-hold.ts";
import type { DesiredRow, Plan, PlannedSet } from "./plan-types.ts";
import { findCnameConflicts, refuseForeign, refusePlace } from "./refusals.ts";

export interface PlanInput {
  zone: string;
  rows: readonly DesiredRow[];
  sets: readonly RecordSet[];
  /** Sets in the whole zone, when `sets` is only a part of it. */
  existing?: number;
  /** Tries again what Route 53 has refused. */
  retryErrors?: boolean;
}

const keyOf = ({ name, type }: { name: string; type: string }) => `${name} ${type}`;
/** Values of challenges come and go by another way. */
const isChallenge = ({ name, type }: RecordSet) => type === "TXT" && name.startsWith("_acme-challenge.");
/** An error whose reason is Route 53's and not the planner's: see toRoute53Error. */
const isProvidersRefusal = ({ state, error }: DesiredRow) =>
  state === "error" && /^(Invalid|Limits)\w+: /.test(error ?? "");

/** The one set of a place that could be the panel's; several, weighted or by place, never are. */
function readPlace(sets: readonly RecordSet[]): { only: RecordSet | undefined; observed: Observed } {
  const [first] = sets;
  if (!first) return { only: undefined, observed: { absent: true } };
  return { only: sets.length === 1 && first.setIdentifier === null ? first : undefined, observed: standingOf(first) };
}

/** Contents that stand there by the panel's hand or by a person's leave. */
function knownOf(row: DesiredRow): Standing[] {
  const sent = outcomesOf(row.sent).filter((one): one is RecordContent => !isAbsent(one));
  const own = [...(row.applied ? [row.applied] : []), ...sent];
  const mine = own.length > 0 ? [...own, row.wanted] : [];
  return [...mine.map(standingFrom), ...(row.overwrite ? [row.overwrite] : [])];
}

const isKnown = (row: DesiredRow, set: RecordSet) => knownOf(row).some((one) => isSameStanding(one, standingOf(set)));
const hasMark = ({ applied, sent }: DesiredRow) => applied !== null || sent !== null;
/** A removal was sent, or nothing was ever there: that nothing stands there is no news. */
const mayBeAbsent = ({ applied, sent }: DesiredRow) => applied === null || outcomesOf(sent).some(isAbsent);

/** What is to be done for one row; adds it to the plan. Returns whether the sets at its place are its own. */
function planRow(row: DesiredRow, here: readonly RecordSet[], plan: Plan, { zone, retryErrors }: PlanInput): boolean {
  const { only, observed } = readPlace(here);
  const change = (action: PlannedSet["action"]) => {
    const after = action === "remove" ? undefined : row.wanted;
    plan.changes.push({ action, row, name: row.name, type: row.type, before: only, after });
    return true;
  };
  const drift = () => {
    plan.drifted.push({ row, observed });
    return true;
  };
  const left = () => {
    plan.left.push(row);
    return only !== undefined && isKnown(row, only);
  };
  const gone = () => {
    plan.gone.push(row);
    return false;
  };
  if (row.leaving) {
    if (isAbsent(observed)) return gone();
    if (!retryErrors && isProvidersRefusal(row)) return left();
    if (only && isKnown(row, only)) return change("remove");
    // Changed outside with some of ours still in it: nobody but a person can say whose the rest is.
    const ours = new Set(knownOf(row).flatMap(({ values }) => values));
    return hasMark(row) && observed.values.some((value) => ours.has(value)) ? drift() : gone();
  }
  if (!retryErrors && isProvidersRefusal(row)) return left();
  const misplaced = refusePlace(row, zone);
  if (misplaced) {
    plan.refused.push(misplaced);
    return false;
  }
  if (isAbsent(observed)) return mayBeAbsent(row) ? change("create") : drift();
  if (only && isKnown(row, only)) {
    if (!isPlain(only) || !isSameStanding(standingOf(only), standingFrom(row.wanted))) return change("change");
    plan.inSync.push(row);
    return true;
  }
  if (hasMark(row)) return drift();
  plan.refused.push(refuseForeign(row, here));
  return false;
}

/**
 * Compares what the rows want with what stands in the zone. Pure: everything a pass does follows from this. A set that stands
 * there and equals nothing the panel has put there, and that no person gave leave to replace, is in no change.
 */
export function planChanges(input: PlanInput): Plan {
  const plan: Plan = {
    ...{ changes: [], inSync: [], gone: [], drifted: [], refused: [], left: [], foreign: [], hold: null },
  };
  const places = Map.groupBy(input.sets, keyOf);
  const own = new Set<string>();
  for (const row of input.rows) if (planRow(row, places.get(keyOf(row)) ?? [], plan, input)) own.add(keyOf(row));
  const conflicts = findCnameConflicts(input.sets, plan.changes);
  if (conflicts.length > 0) {
    const refused = new Set(conflicts.map(({ row }) => row.id));
    plan.refused.push(...conflicts);
    plan.changes = plan.changes.filter(({ row }) => !refused.has(row.id));
  }
  plan.foreign = input.sets.filter((set) => !own.has(keyOf(set)) && !isChallenge(set));
  plan.hold = judgeHold(input.zone, plan.changes, input.existing ?? input.sets.length);
  return plan;
}
