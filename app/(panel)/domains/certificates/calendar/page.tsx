import { CalendarDays } from "lucide-react";
import type { Metadata } from "next";
import { requireActor } from "#app/actor.ts";
import { Calendar } from "#components/certificates/calendar.tsx";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { readCalendar } from "#lib/certificates/queries/read-calendar.ts";

export const metadata: Metadata = { title: "Certificates by month" };

export default async function CalendarPage() {
  const calendar = await readCalendar(await requireActor());
  const isEmpty = calendar.overdue.length === 0 && calendar.months.length === 0;
  return (
    <Page>
      <PageHeader
        crumbs={[
          { label: "Domains", href: "/domains" },
          { label: "Certificates", href: "/domains/certificates" },
        ]}
        title="When certificates end"
        note="By month, in UTC. Those that renew by themselves move on before they end."
      />
      {isEmpty ? (
        <Card>
          <EmptyState icon={CalendarDays} title="Nothing ends">
            Certificates stand here in the month in which they end, once there are some.
          </EmptyState>
        </Card>
      ) : (
        <Calendar calendar={calendar} />
      )}
    </Page>
  );
}
