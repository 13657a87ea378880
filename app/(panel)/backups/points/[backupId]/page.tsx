import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache } from "react";
import { z } from "zod";
import { requireActor } from "#app/actor.ts";
import { PointPage } from "#components/backups/point-page.tsx";
import { Page } from "#components/ui/page.tsx";
import { getBackup } from "#lib/backups/queries/get-backup.ts";
import { AppError } from "#lib/platform/errors.ts";

interface Props {
  params: Promise<{ backupId: string }>;
}

/** Asked once for the page and its title. */
const loadPoint = cache(async (id: string) => {
  const actor = await requireActor();
  if (!z.uuid().safeParse(id).success) notFound();
  try {
    return await getBackup(actor, id);
  } catch (error) {
    if (error instanceof AppError && error.status === 404) notFound();
    throw error;
  }
});

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const point = await loadPoint((await params).backupId);
  return { title: `${point.service ?? "Seaworthy"} · ${point.policy} · ${point.startedAt.slice(0, 10)}` };
}

export default async function RestorePointPage({ params }: Props) {
  const point = await loadPoint((await params).backupId);
  return (
    <Page>
      <PointPage key={point.id} initialData={point} />
    </Page>
  );
}
