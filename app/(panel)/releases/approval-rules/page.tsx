import type { Metadata } from "next";
import { requireActor } from "#app/actor.ts";
import { ApprovalRules } from "#components/approval-rules/approval-rules.tsx";
import { listApprovalRules } from "#lib/releases/queries/list-approval-rules.ts";
import { readNeededMatrix } from "#lib/releases/queries/read-needed-matrix.ts";

export const metadata: Metadata = { title: "Approval rules" };

export default async function ApprovalRulesPage() {
  const actor = await requireActor();
  return <ApprovalRules list={await listApprovalRules(actor)} matrix={await readNeededMatrix(actor)} />;
}
