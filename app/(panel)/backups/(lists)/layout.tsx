import type { ReactNode } from "react";
import { BackupTabs } from "#components/backups/backup-tabs.tsx";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";

export default function BackupsLayout({ children }: { children: ReactNode }) {
  return (
    <Page>
      <PageHeader title="Backups" note="What could be brought back, as of when, and how we know." />
      <BackupTabs />
      <div className="pt-4">{children}</div>
    </Page>
  );
}
