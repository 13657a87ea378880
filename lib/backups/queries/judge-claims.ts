import type { BoardFilter, BoardSort } from "../constants.ts";
import type { BackupSummary } from "../types.ts";
import type { Claim } from "./read-claims.ts";

const DAY_MS = 86_400_000;
/** Further in the future nothing is taken but by a clock that is wrong: how old that is nobody knows. */
const SKEW_MS = 10 * 60_000;

export const isFailing = ({ lastState }: Pick<Claim, "lastState">) => lastState === "failed" || lastState === "missed";

const isOverdue = ({ overdueSince, proofOverdueSince }: Claim) => overdueSince !== null || proofOverdueSince !== null;

/** Whether a line belongs to what the board is narrowed to. */
export const FITS: Record<BoardFilter, (claim: Claim) => boolean> = {
  overdue: isOverdue,
  failing: isFailing,
  unreachable: (claim) => claim.targetFailingSince !== null,
  unproven: (claim) => claim.proven === null,
  unscheduled: (claim) => claim.policyId === null,
};

/** 0 is the worst: nothing to bring back at all. */
function rank(claim: Claim): number {
  if (claim.proven === null) return isFailing(claim) || isOverdue(claim) ? 0 : 1;
  if (claim.targetFailingSince) return 2;
  if (isOverdue(claim)) return 3;
  if (isFailing(claim)) return 4;
  return claim.enabled ? 6 : 5;
}

const timeOf = (at: Date | null | undefined) => at?.getTime() ?? Number.NEGATIVE_INFINITY;
const nameOf = (claim: Claim) => `${claim.service ?? ""}\0${claim.environment}\0${claim.policy}`;
const byName = (a: Claim, b: Claim) => (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0);

const VALUE: Record<"asOf" | "restore" | "last" | "next" | "size", (claim: Claim) => number> = {
  asOf: (claim) => timeOf(claim.proven?.startedAt),
  restore: (claim) => claim.proven?.restoreMs ?? -1,
  last: (claim) => timeOf(claim.lastAt),
  // What is never begun comes after everything that is.
  next: (claim) => claim.nextAt?.getTime() ?? Number.POSITIVE_INFINITY,
  size: (claim) => claim.lastSize ?? -1,
};
const isValue = (column: string): column is keyof typeof VALUE => column in VALUE;
/** Infinity minus itself is no number: of two without a value neither is first. */
const difference = (a: number, b: number) => (a === b ? 0 : a < b ? -1 : 1);

/** Puts claims in the order of the board; equal ones by name, so that a page ends where the next begins. */
export function sortClaims(claims: readonly Claim[], sort: BoardSort): Claim[] {
  const down = sort.startsWith("-");
  const column = down ? sort.slice(1) : sort;
  const compare = (a: Claim, b: Claim): number => {
    if (column === "service") return byName(a, b);
    if (isValue(column)) return difference(VALUE[column](a), VALUE[column](b));
    return rank(a) - rank(b) || difference(VALUE.asOf(a), VALUE.asOf(b));
  };
  return [...claims].sort((a, b) => (down ? -compare(a, b) : compare(a, b)) || byName(a, b));
}

/** The claim about everything, in numbers. A service counts as restorable when all that is backed up of it is. */
export function summarizeClaims(claims: readonly Claim[], now = Date.now()): BackupSummary {
  const isFresh = ({ proven, targetFailingSince }: Claim) => {
    // What nobody can reach just now cannot be brought back either.
    if (targetFailingSince) return false;
    const age = proven === null ? DAY_MS + 1 : now - proven.startedAt.getTime();
    return age >= -SKEW_MS && age <= DAY_MS;
  };
  const count = (fits: (claim: Claim) => boolean) => claims.filter(fits).length;
  const services = Map.groupBy(
    claims.filter((claim) => claim.serviceId !== null),
    (claim) => claim.serviceId,
  );
  const panel = claims.filter((claim) => claim.serviceId === null);
  return {
    services: services.size,
    withinDay: [...services.values()].filter((all) => all.every(isFresh)).length,
    panelWithinDay: panel.length > 0 && panel.every(isFresh),
    overdue: count(FITS.overdue),
    failing: count(FITS.failing),
    unreachable: count(FITS.unreachable),
    unproven: count(FITS.unproven),
    unscheduled: count(FITS.unscheduled),
  };
}
