import { AppError } from "#lib/platform/errors.ts";
import { isAbsent, type Observed } from "../sync/content.ts";
import { describeRecord } from "../sync/describe-record.ts";
import type { DesiredRow, Plan, Refusal, RefusalCode } from "../sync/plan-types.ts";

const ADVICE: Record<RefusalCode, string> = {
  "dns.foreign_record":
    "The panel never overwrites another's record. Remove it in Route 53 if nobody needs it, or choose another name.",
  "dns.cname_conflict": "Remove the other record first, or choose another name.",
  "dns.outside_zone": "Choose a name below the panel's domain.",
  "dns.apex_cname": "Use an A record there, or a name below it.",
  "dns.too_large": "Give it fewer or shorter values.",
};

const refuse = ({ code, reason, rivals }: Refusal) =>
  new AppError({
    ...{ code, message: reason, advice: ADVICE[code], retry: "permanent", status: 409 },
    ...(rivals.length > 0 ? { detail: rivals.map(describeRecord).join("; ") } : {}),
  });

const changedElsewhere = ({ name, type }: DesiredRow, observed: Observed) =>
  new AppError({
    code: "dns.changed_elsewhere",
    message: `Somebody changed the ${type} record of ${name} outside the panel.`,
    advice: "Put it right or adopt it on the record's page, or put it back in Route 53; then retry.",
    detail: isAbsent(observed) ? "It is gone." : `It now says ${describeRecord({ ...observed, name, type })}.`,
    retry: "needs_person",
    status: 409,
  });

/** Throws what a plan has against one record, in words for whoever waits for it. */
export function assertPlanned(plan: Plan, row: Pick<DesiredRow, "name" | "type">): void {
  const isIt = (one: { row: DesiredRow }) => one.row.name === row.name && one.row.type === row.type;
  const refusal = plan.refused.find(isIt);
  if (refusal) throw refuse(refusal);
  const drift = plan.drifted.find(isIt);
  if (drift) throw changedElsewhere(drift.row, drift.observed);
}
