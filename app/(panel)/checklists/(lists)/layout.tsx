import type { ReactNode } from "react";
import { ChecklistTabs } from "#components/ticks/checklist-tabs.tsx";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";

export default function ChecklistsLayout({ children }: { children: ReactNode }) {
  return (
    <Page>
      <PageHeader title="Checklists" note="What was done for each service, and whether it is still so." />
      <ChecklistTabs />
      <div className="pt-4">{children}</div>
    </Page>
  );
}
