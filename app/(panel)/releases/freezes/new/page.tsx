import type { Metadata } from "next";
import { requireActor } from "#app/actor.ts";
import { RuleForm } from "#components/release-calendar/rule-form.tsx";
import { SubHeader } from "#components/releases/sub-header.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { may } from "#lib/access/policy.ts";

export const metadata: Metadata = { title: "New freeze or window" };

export default async function NewRulePage() {
  const actor = await requireActor();
  return (
    <>
      <SubHeader
        back={{ href: "/releases/freezes", label: "Freezes and windows" }}
        title="New freeze or window"
        note="A freeze stops deployments from starting; a window is the only time at which they start. Where both hold, the freeze wins. Rollbacks and break-glass go on."
      />
      {may(actor, "calendar.manage").ok ? (
        <RuleForm />
      ) : (
        <Callout title="Managers and administrators make them">Ask one, with the time you have in mind.</Callout>
      )}
    </>
  );
}
