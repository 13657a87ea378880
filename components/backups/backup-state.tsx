import { Lock, Pin } from "lucide-react";
import type { BackupState as StateName, VerificationLevel } from "#lib/backups/constants.ts";
import type { BackupView } from "#lib/backups/types.ts";
import { Badge } from "../ui/badge.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { Tooltip } from "../ui/tooltip.tsx";
import { describeAvailability, describeState } from "./backup-words.ts";

interface BackupStateProps {
  state: StateName;
  proven: VerificationLevel | null;
  plain?: boolean;
}

/** How it ended and how far it was proven. */
export function BackupState({ state, proven, plain = true }: BackupStateProps) {
  const look = describeState(state, proven);
  return <StateBadge plain={plain} alert={look.alert ?? false} state={look.state} word={look.word} />;
}

type Kept = Pick<BackupView, "availability" | "removedReason" | "pinned" | "lockedUntil" | "anomaly">;

/** Whether it can be had now, and what keeps it there. */
export function AvailabilityBadges({ backup }: { backup: Kept }) {
  const look = describeAvailability(backup);
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-1">
      {look ? (
        <span title={look.why ?? undefined}>
          <StateBadge plain state={look.state} word={look.word} />
        </span>
      ) : (
        <span className="text-muted">–</span>
      )}
      {backup.pinned ? (
        <Badge>
          <Pin aria-hidden /> Pinned
        </Badge>
      ) : null}
      {backup.lockedUntil ? (
        <Tooltip text={`Nobody can delete it before ${backup.lockedUntil.slice(0, 10)}`}>
          <span className="relative">
            <Badge>
              <Lock aria-hidden /> Locked
            </Badge>
          </span>
        </Tooltip>
      ) : null}
    </span>
  );
}
