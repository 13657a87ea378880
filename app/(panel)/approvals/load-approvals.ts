import type { WaitingForMe } from "#components/releases/use-approvals.ts";
import { may } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { listDataChanges } from "#lib/data-changes/queries/list-data-changes.ts";
import { listApprovals } from "#lib/releases/queries/list-approvals.ts";

/** What waits for somebody's word; undefined for those whose word nothing waits for. */
export async function loadApprovals(actor: UserActor): Promise<WaitingForMe | undefined> {
  if (!may(actor, "deployments.decide").ok) return undefined;
  const [queue, { rows }] = await Promise.all([
    listApprovals(actor),
    listDataChanges(actor, { filter: "waiting", limit: 100 }),
  ]);
  return { queue, dataChanges: rows };
}
