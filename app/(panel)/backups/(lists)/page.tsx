import type { Metadata } from "next";
import { requireActor } from "#app/actor.ts";
import { BackupBoard } from "#components/backups/board.tsx";
import { listBackupBoard } from "#lib/backups/queries/list-backup-board.ts";

export const metadata: Metadata = { title: "Backups" };

export default async function BackupsPage() {
  return <BackupBoard rows={await listBackupBoard(await requireActor())} />;
}
