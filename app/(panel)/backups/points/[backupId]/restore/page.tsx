import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { z } from "zod";
import { requireActor } from "#app/actor.ts";
import { RestoreForm } from "#components/backups/restore-form.tsx";
import { TargetFailing } from "#components/backups/target-failing.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { ExactTime } from "#components/ui/relative-time.tsx";
import { getBackup } from "#lib/backups/queries/get-backup.ts";
import { listDestinations } from "#lib/backups/queries/list-destinations.ts";
import type { BackupPoint } from "#lib/backups/types.ts";
import { AppError } from "#lib/platform/errors.ts";

export const metadata: Metadata = { title: "Restore a backup" };

async function loadPoint(backupId: string): Promise<BackupPoint> {
  const actor = await requireActor();
  if (!z.uuid().safeParse(backupId).success) notFound();
  try {
    return await getBackup(actor, backupId);
  } catch (error) {
    if (error instanceof AppError && error.status === 404) notFound();
    throw error;
  }
}

export default async function RestorePage({ params }: { params: Promise<{ backupId: string }> }) {
  const point = await loadPoint((await params).backupId);
  const { destinations } = await listDestinations(await requireActor(), point.id);
  const own = `/backups/points/${point.id}`;
  return (
    <Page>
      <PageHeader
        crumbs={[
          { label: "Backups", href: "/backups" },
          { label: `${point.service ?? "Seaworthy"} · ${point.policy}`, href: own },
        ]}
        title={
          <span className="break-words">
            Restore {point.service ?? "Seaworthy"} as of <ExactTime at={point.startedAt} />
          </span>
        }
        note={`${point.environment} · ${point.policy} · in ${point.target.name}`}
      />
      {point.notRestorable ? (
        <Callout tone="warning" title="It cannot be restored from here">
          {point.notRestorable}
        </Callout>
      ) : destinations.length === 0 ? (
        <Callout title="There is nowhere you may restore it to">
          The owner of the service that gets the data, a database administrator or an administrator may. A destination
          also needs a backup policy: it says where its data lives.
        </Callout>
      ) : (
        <>
          {point.targetFailingSince ? (
            <Callout tone="warning" title="It cannot be read now">
              <TargetFailing point={point} />
            </Callout>
          ) : null}
          <RestoreForm point={point} destinations={destinations} />
        </>
      )}
    </Page>
  );
}
