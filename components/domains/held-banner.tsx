"use client";

import type { ZoneView } from "#lib/dns/types.ts";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { DryRunDialog } from "./dry-run-dialog.tsx";

/** Why the panel stopped writing to the zone, and the way on. */
export function HeldBanner({ zone }: { zone: ZoneView }) {
  if (!zone.heldReason) return null;
  return (
    <div role="alert">
      <Callout
        tone="warning"
        title="The panel stopped before changing this zone, and asks a person"
        actions={
          <DryRunDialog
            zone={zone}
            {...(zone.may.allow && zone.heldPlanHash ? { allowHash: zone.heldPlanHash } : {})}
            trigger={<Button variant="primary">Review changes</Button>}
          />
        }
      >
        <p>{zone.heldReason}</p>
        <p className="pt-1 text-muted text-sm">
          {zone.heldAt ? (
            <>
              Held <RelativeTime at={zone.heldAt} />.{" "}
            </>
          ) : null}
          {zone.may.allow ? null : "A manager or an administrator can allow the changes."}
        </p>
      </Callout>
    </div>
  );
}
