import { randomUUID } from "node:crypto";
import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { notFound } from "#lib/platform/errors.ts";
import { listApprovalRules } from "../queries/list-approval-rules.ts";
import type { ApprovalRuleInput } from "../schema/approval-rule.ts";
import type { ApprovalRuleList } from "../types.ts";

/**
 * Adds a rule, or changes one. It holds for what is proposed or edited from now on: what waits already keeps the number that its
 * page said.
 */
export async function saveApprovalRule(
  actor: UserActor,
  input: ApprovalRuleInput,
  id: string | null = null,
): Promise<ApprovalRuleList> {
  authorize(actor, "approvalRules.manage");
  await transaction(async (tx) => {
    const before = id === null ? null : await tx.approvalRule.findUnique({ where: { id } });
    if (id !== null && !before) throw notFound("rule");
    const saved = before
      ? await tx.approvalRule.update({ where: { id: before.id }, data: input })
      : await tx.approvalRule.create({ data: { id: randomUUID(), ...input } });
    await recordAudit(tx, actor, {
      action: before ? "approvalRules.edit" : "approvalRules.add",
      ...{ subjectType: "approvalRule", subjectId: saved.id },
      detail: { ...input, before: before?.approvals ?? null },
    });
  });
  return listApprovalRules(actor);
}

export async function removeApprovalRule(actor: UserActor, id: string): Promise<ApprovalRuleList> {
  authorize(actor, "approvalRules.manage");
  await transaction(async (tx) => {
    const before = await tx.approvalRule.findUnique({ where: { id } });
    if (!before) throw notFound("rule");
    await tx.approvalRule.delete({ where: { id } });
    const { environment, risk, approvals } = before;
    await recordAudit(tx, actor, {
      action: "approvalRules.remove",
      ...{ subjectType: "approvalRule", subjectId: id },
      detail: { environment, risk, approvals },
    });
  });
  return listApprovalRules(actor);
}
