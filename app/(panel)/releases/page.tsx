import type { Metadata } from "next";
import { requireActor } from "#app/actor.ts";
import { ReleaseCalendar } from "#components/release-calendar/calendar.tsx";

export const metadata: Metadata = { title: "Deployments calendar" };

export default async function CalendarPage() {
  await requireActor();
  return <ReleaseCalendar />;
}
