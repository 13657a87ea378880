import type { Metadata } from "next";
import { requireActor } from "#app/actor.ts";
import { RuleList } from "#components/release-calendar/rule-list.tsx";
import { listCalendarRules } from "#lib/releases/queries/list-calendar-rules.ts";

export const metadata: Metadata = { title: "Freezes and windows" };

export default async function FreezesPage() {
  return <RuleList initialData={await listCalendarRules(await requireActor())} />;
}
