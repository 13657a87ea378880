import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache } from "react";
import { requireActor } from "#app/actor.ts";
import { RunPage } from "#components/runs/run-page.tsx";
import { AppError } from "#lib/platform/errors.ts";
import { getRun } from "#lib/runs/queries/get-run.ts";
import { runView } from "#lib/runs/schema.ts";

interface Props {
  params: Promise<{ runId: string }>;
}

/** Asked once for the page and its title. Only what the API would show leaves the server. */
const loadRun = cache(async (id: string) => {
  const actor = await requireActor();
  if (!/^[1-9]\d{0,8}$/.test(id)) notFound();
  try {
    return runView.parse(await getRun(actor, Number(id)));
  } catch (error) {
    if (error instanceof AppError && error.status === 404) notFound();
    throw error;
  }
});

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const run = await loadRun((await params).runId);
  return { title: `${run.title} · run ${run.id}` };
}

export default async function RunDetailPage({ params }: Props) {
  const run = await loadRun((await params).runId);
  return <RunPage key={run.id} initialData={run} />;
}
