import type { PolicyView } from "#lib/backups/types.ts";
import { StateBadge } from "../ui/state-badge.tsx";

/** Whether a policy does what it is for. */
export function PolicyState({ policy }: { policy: PolicyView }) {
  if (policy.overdueSince) return <StateBadge plain alert state="person" word="Overdue" />;
  if (policy.proofOverdueSince) return <StateBadge plain alert state="person" word="Proof overdue" />;
  if (!policy.enabled) return <StateBadge plain state="skipped" word="Paused" />;
  if (policy.cron === null) return <StateBadge plain state="skipped" word="No schedule" />;
  return <StateBadge plain state="done" word="On schedule" />;
}
