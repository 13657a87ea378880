"use client";

import { Plus, UserCheck } from "lucide-react";
import { useRouter } from "next/navigation";
import { toast } from "sonner";
import { plural } from "#lib/platform/format.ts";
import type { ApprovalRuleList, ApprovalRuleView } from "#lib/releases/types.ts";
import { api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardHeader } from "../ui/card.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { NeededMatrix, type NeededRow } from "./needed-matrix.tsx";
import { sayEnvironment, sayRisk } from "./risk-words.ts";
import { RuleDialog } from "./rule-dialog.tsx";

interface ApprovalRulesProps {
  list: ApprovalRuleList;
  /** What they give together, counted by the server as a proposal is. */
  matrix: NeededRow[];
}

/** Which rule a button is for, where the row is not seen. */
const whatFor = (rule: ApprovalRuleView) => (
  <span className="sr-only">
    {" "}
    {sayEnvironment(rule.environment)}, {sayRisk(rule.risk)}
  </span>
);

/** How many people have to approve where, and what the rules give together. */
export function ApprovalRules({ list: { rules, least, mayManage }, matrix }: ApprovalRulesProps) {
  const router = useRouter();
  async function remove(rule: ApprovalRuleView) {
    await api("DELETE /approval-rules/{ruleId}", { params: { ruleId: rule.id } });
    toast.success("The rule is gone. It counts for what is proposed from now on.");
    router.refresh();
  }
  const create = mayManage ? (
    <RuleDialog
      trigger={
        <Button variant="primary">
          <Plus aria-hidden /> New rule
        </Button>
      }
    />
  ) : null;
  return (
    <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-2">
      <Card className="overflow-hidden">
        <CardHeader
          title="Rules"
          note={`The highest number that fits counts. Without any, ${plural(least, "approval")} outside staging; nobody who asked for a release or edited it is among them.`}
          actions={create}
        />
        {rules.length === 0 ? (
          <EmptyState icon={UserCheck} title="No rules">
            {plural(least, "other person")} approves each deployment outside staging. A rule asks for more where more is
            at stake.
          </EmptyState>
        ) : (
          <Table label="Approval rules">
            <TableHead>
              <Th>Where</Th>
              <Th>When</Th>
              <Th numeric>Approvals</Th>
              {mayManage ? (
                <Th>
                  <span className="sr-only">Actions</span>
                </Th>
              ) : null}
            </TableHead>
            <TableBody>
              {rules.map((rule) => (
                <TableRow key={rule.id}>
                  <Td wide className="break-words font-medium">
                    {sayEnvironment(rule.environment)}
                  </Td>
                  <Td label="When">{sayRisk(rule.risk)}</Td>
                  <Td label="Approvals" numeric>
                    {rule.approvals}
                  </Td>
                  {mayManage ? (
                    <Td className="max-sm:col-span-2">
                      <span className="flex justify-end gap-2 max-sm:justify-start">
                        <RuleDialog
                          key={JSON.stringify(rule)}
                          rule={rule}
                          trigger={<Button size="sm">Edit{whatFor(rule)}</Button>}
                        />
                        <ConfirmDialog
                          trigger={
                            <Button size="sm" variant="danger-quiet">
                              Remove{whatFor(rule)}
                            </Button>
                          }
                          title="Remove this rule?"
                          action="Remove the rule"
                          onConfirm={() => remove(rule)}
                        >
                          {plural(rule.approvals, "approval")} in {sayEnvironment(rule.environment)}. What is proposed
                          already keeps the number it was proposed with.
                        </ConfirmDialog>
                      </span>
                    </Td>
                  ) : null}
                </TableRow>
              ))}
            </TableBody>
          </Table>
        )}
      </Card>
      <NeededMatrix rows={matrix} />
    </div>
  );
}
