import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { requireActor } from "#app/actor.ts";
import { RuleForm } from "#components/release-calendar/rule-form.tsx";
import { SubHeader } from "#components/releases/sub-header.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { listCalendarRules } from "#lib/releases/queries/list-calendar-rules.ts";

export const metadata: Metadata = { title: "Change a freeze or window" };

interface EditRulePageProps {
  params: Promise<{ ruleId: string }>;
}

export default async function EditRulePage({ params }: EditRulePageProps) {
  const { ruleId } = await params;
  const { rules, mayManage } = await listCalendarRules(await requireActor());
  const rule = rules.find(({ id }) => id === ruleId);
  if (!rule) notFound();
  return (
    <>
      <SubHeader
        back={{ href: "/releases/freezes", label: "Freezes and windows" }}
        title={rule.effect === "deny" ? "Change the freeze" : "Change the window"}
        note="It holds as changed from the moment it is saved. What it was before stays in the audit record."
      />
      {mayManage ? (
        <RuleForm rule={rule} />
      ) : (
        <Callout title="Managers and administrators change them">Ask one, with the time you have in mind.</Callout>
      )}
    </>
  );
}
