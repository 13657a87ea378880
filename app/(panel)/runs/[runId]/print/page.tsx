import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { requireActor } from "#app/actor.ts";
import { ExportedChecklist } from "#components/templates/exported-checklist.tsx";
import { Page } from "#components/ui/page.tsx";
import { AppError } from "#lib/platform/errors.ts";
import { exportRun } from "#lib/templates/queries/export-run.ts";

export const metadata: Metadata = { title: "Print a run" };

export default async function PrintRunPage({ params }: { params: Promise<{ runId: string }> }) {
  const actor = await requireActor();
  const { runId } = await params;
  if (!/^[1-9]\d{0,8}$/.test(runId)) notFound();
  const checklist = await exportRun(actor, Number(runId)).catch((error: unknown) => {
    if (error instanceof AppError && error.status === 404) notFound();
    throw error;
  });
  return (
    <Page>
      <ExportedChecklist checklist={checklist} back={`/runs/${runId}`} />
    </Page>
  );
}
