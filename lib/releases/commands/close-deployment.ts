import type { Actor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { describeDrift } from "../compare/describe-drift.ts";
import { type FoundDeployment, findDeployment } from "../queries/find-deployment.ts";
import { type TargetState, targetStateSchema } from "../schema/deployment-views.ts";
import { tellDeployment } from "./tell-deployment.ts";

const ENDS = {
  void: { action: "deployments.void", news: "void" },
  expired: { action: "deployments.expire", news: "expired" },
  rejected: { action: "deployments.reject", news: "rejected" },
  cancelled: { action: "deployments.cancel", news: null },
} as const;

/**
 * Ends a deployment that never began, in a locked row. Its approvals stay on record and are worth nothing more; whoever wants it
 * all the same proposes it again.
 */
export async function closeDeployment(
  tx: Tx,
  actor: Actor,
  row: FoundDeployment,
  state: keyof typeof ENDS,
  outcome: string,
  now: Date,
): Promise<void> {
  const { action, news } = ENDS[state];
  await tx.deployment.update({
    where: { id: row.id },
    data: { state, outcome, finishedAt: now, version: { increment: 1 } },
  });
  await recordAudit(tx, actor, {
    action,
    ...{ subjectType: "deployment", subjectId: row.id },
    detail: { from: row.state, seal: row.seal, outcome },
  });
  if (news) await tellDeployment(tx, await findDeployment(row.id, tx), news);
}

export const DRIFTED = "What runs there, its settings or its secrets are not what they were when this was proposed.";

/** The same, with what differs. */
export function explainDrift(row: FoundDeployment, now: TargetState): string {
  const before = targetStateSchema.safeParse(row.targetState).data;
  const differences = before ? describeDrift(before, now) : [];
  return [DRIFTED, ...(differences.length > 0 ? differences : ["The release itself is another one."])].join(" ");
}
