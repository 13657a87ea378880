import type { BoardFilter, BoardSort } from "../constants.ts";
import type { BackupSummary } from "../types.ts";
import type { Claim, Claims } from "./read-claims.ts";

export const isFailing = ({ lastState }: Pick<Claim, "lastState">) => lastState === "failed" || lastState === "missed";

const isOverdue = ({ overdueSince, proofOverdueSince }: Claim) => overdueSince !== null || proofOverdueSince !== null;

/** Whether a line belongs to what the board is narrowed to. */
export const FITS: Record<BoardFilter, (claim: Claim) => boolean> = {
  overdue: isOverdue,
  failing: isFailing,
  tooOld: (claim) => claim.tooOld,
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
  if (claim.tooOld) return 5;
  return claim.enabled ? 7 : 6;
}

const timeOf = (at: Date | null | undefined) => at?.getTime() ?? Number.NEGATIVE_INFINITY;
const nameOf = (claim: Claim) =>
  `${claim.service ?? ""}\0${claim.environment}\0${claim.policy}\0${claim.policyId ?? ""}`;
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

/** Provably restorable as scheduled: something is proven, can be had, and nothing of it is late, failing or too old. */
const isAsScheduled = (claim: Claim) =>
  claim.proven !== null && claim.targetFailingSince === null && !isOverdue(claim) && !isFailing(claim) && !claim.tooOld;

/** The claim about everything, in numbers. A service counts when all that is to be backed up of it does. */
export function summarizeClaims({ claims, withoutData }: Claims): BackupSummary {
  const count = (fits: (claim: Claim) => boolean) => claims.filter(fits).length;
  const services = Map.groupBy(
    claims.filter((claim) => claim.serviceId !== null),
    (claim) => claim.serviceId,
  );
  const panel = claims.filter((claim) => claim.serviceId === null);
  return {
    services: services.size,
    asScheduled: [...services.values()].filter((all) => all.every(isAsScheduled)).length,
    panelAsScheduled: panel.length > 0 && panel.every(isAsScheduled),
    overdue: count(FITS.overdue),
    failing: count(FITS.failing),
    tooOld: count(FITS.tooOld),
    unreachable: count(FITS.unreachable),
    unproven: count(FITS.unproven),
    unscheduled: count(FITS.unscheduled),
    withoutData,
  };
}
