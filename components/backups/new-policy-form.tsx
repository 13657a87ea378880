"use client";

import type { TargetView } from "#lib/backups/types.ts";
import { Card } from "../ui/card.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { useHydrated } from "../ui/use-now.ts";
import { blankIdentity, blankSettings } from "./policy-draft.ts";
import { PolicyForm } from "./policy-form.tsx";
import { blankSource, sourceDraftOf } from "./source-draft.ts";
import { findWished, type SuggestedSources } from "./suggested-source.ts";
import { ownTimeZone } from "./time-zone-field.tsx";

interface NewPolicyFormProps {
  /** null: the panel itself. */
  serviceName: string | null;
  environment: string | null;
  /** Which of the service's data, by what provisioning calls its policy; null: the first. */
  source: string | null;
  targets: TargetView[];
  /** What the service's answers say there is, in each of its environments, production's first; none for the panel. */
  suggested: SuggestedSources[];
}

/** An empty policy, as far as it can be filled in for the reader: their time zone, the service's own data. */
export function NewPolicyForm({ serviceName, environment, source, targets, suggested }: NewPolicyFormProps) {
  // Only the browser knows the reader's time zone.
  if (!useHydrated())
    return (
      <Card>
        <SkeletonRows rows={8} label="Preparing the form" />
      </Card>
    );
  const target = targets.find((one) => one.isDefault) ?? targets[0];
  const wished = findWished(suggested, { environment, source });
  const blank = blankIdentity(serviceName ?? "");
  const identity =
    serviceName === null
      ? { ...blank, environment: "panel", name: "panel", source: blankSource("panel") }
      : {
          ...blank,
          environment: wished.environment ?? blank.environment,
          ...(wished.source ? { name: wished.source.name, source: sourceDraftOf(wished.source.source) } : {}),
        };
  return (
    <PolicyForm
      identity={identity}
      settings={blankSettings(target?.id ?? "", ownTimeZone())}
      targets={targets}
      suggested={suggested}
    />
  );
}
