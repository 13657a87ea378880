import { authorize, may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import type { Risk } from "../approval/count-needed.ts";
import type { ApprovalRuleList, ApprovalRuleView } from "../types.ts";
import { LEAST_APPROVALS } from "./count-approvals.ts";

interface Row {
  id: string;
  environment: string | null;
  risk: string | null;
  approvals: number;
  createdAt: Date;
}

const toApprovalRule = ({ createdAt, risk, ...row }: Row): ApprovalRuleView => ({
  ...row,
  risk: risk as Risk | null,
  createdAt: createdAt.toISOString(),
});

/** How many have to approve where; the highest number that fits counts. */
export async function listApprovalRules(actor: Actor): Promise<ApprovalRuleList> {
  authorize(actor, "approvalRules.read");
  const rows = await db().approvalRule.findMany({ orderBy: { createdAt: "asc" } });
  return {
    rules: rows.map(toApprovalRule),
    least: LEAST_APPROVALS,
    mayManage: may(actor, "approvalRules.manage").ok,
  };
}
