import type { Tx } from "#lib/platform/db/client.ts";
import type { CheckedAnswers } from "../approval/check-answers.ts";
import { countNeeded, type Risk } from "../approval/count-needed.ts";
import { STAGING } from "../constants.ts";

/** However lax the rules: nothing but staging changes on one person's word. */
export const LEAST_APPROVALS = 1;

/**
 * How many have to approve. Releases go to staging by themselves, so only rules that name it hold there; everywhere else one is
 * the least, with no rule at all too.
 */
export async function readNeeded(
  tx: Tx,
  environment: string,
  { risks, raisedBy }: Pick<CheckedAnswers, "risks" | "raisedBy">,
): Promise<number> {
  const rows = await tx.approvalRule.findMany();
  const rules = rows.map((row) => ({ ...row, risk: row.risk as Risk | null }));
  if (environment !== STAGING) return Math.max(countNeeded(rules, environment, risks), LEAST_APPROVALS) + raisedBy;
  const own = rules.filter((rule) => rule.environment === STAGING);
  return own.length > 0 ? countNeeded(own, environment, risks, raisedBy) : 0;
}
