import type { TargetView } from "#lib/backups/types.ts";
import { StateBadge } from "../ui/state-badge.tsx";

/** How the last check of a target ended. */
export function TargetState({ target }: { target: TargetView }) {
  if (target.state === "failing") return <StateBadge plain state="failed" word="Failing" />;
  if (target.state === "unchecked") return <StateBadge plain state="waiting" word="Not checked yet" />;
  if (target.missing > 0) return <StateBadge plain alert state="person" word="Backups missing" />;
  return <StateBadge plain state="done" word="Works" />;
}
