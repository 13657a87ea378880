import type { Metadata } from "next";
import { requireActor } from "#app/actor.ts";
import { BackupBoard } from "#components/backups/board.tsx";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { listBackupBoard } from "#lib/backups/queries/list-backup-board.ts";

export const metadata: Metadata = { title: "Backups" };

export default async function BackupsPage() {
  const rows = await listBackupBoard(await requireActor());
  return (
    <Page>
      <PageHeader title="Backups" note="What could be brought back, as of when, and how we know." />
      <BackupBoard rows={rows} />
    </Page>
  );
}
