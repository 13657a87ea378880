"use client";

import { Siren } from "lucide-react";
import { useRouter } from "next/navigation";
import { REVIEW_HOURS } from "#lib/releases/constants.ts";
import type { ComparisonView } from "#lib/releases/types.ts";
import { api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { ReasonDialog } from "./reason-dialog.tsx";
import { useRefresh } from "./use-releases.ts";

/** Deploys without approval and in spite of freezes: for when production is on fire. Nothing for those who may not. */
export function BreakGlassDialog({ comparison }: { comparison: ComparisonView }) {
  const router = useRouter();
  const refresh = useRefresh();
  const { release, environment, serviceName, may, irreversible } = comparison;
  if (!may.breakGlass.ok) return null;
  return (
    <p className="flex flex-wrap items-center justify-end gap-x-2 border-line border-t pt-3 text-muted text-sm">
      Is it an emergency?
      <ReasonDialog
        trigger={
          <Button size="sm" variant="danger-quiet">
            <Siren aria-hidden /> Break the glass…
          </Button>
        }
        title={`Deploy release ${release.number} to ${environment} without approval?`}
        reason={{
          label: "Reason",
          why: "Every manager reads it, and so does whoever reviews it.",
          min: 10,
        }}
        nameToType={serviceName}
        action={`Deploy release ${release.number} now`}
        onConfirm={async ({ reason, confirm }) => {
          const { id } = await api("POST /deployments/break-glass", {
            body: { releaseId: release.id, environment, reason, confirm },
          });
          void refresh();
          router.push(`/deployments/${id}`);
        }}
      >
        <p>It begins at once: nobody approves it, and freezes do not stop it.</p>
        <ul className="grid list-disc gap-1 pl-5">
          <li>Every manager gets a mail with your name and your reason.</li>
          <li>Somebody else has to review it within {REVIEW_HOURS} hours.</li>
          <li>Backups, health checks, the soak and the automatic rollback stay as they are.</li>
          {irreversible ? <li className="text-failed">Its migrations cannot be taken back without a backup.</li> : null}
        </ul>
      </ReasonDialog>
    </p>
  );
}
