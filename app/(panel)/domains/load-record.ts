import { notFound } from "next/navigation";
import { cache } from "react";
import { requireActor } from "#app/actor.ts";
import { getRecord } from "#lib/dns/queries/get-record.ts";
import type { RecordDetail } from "#lib/dns/types.ts";
import { AppError } from "#lib/platform/errors.ts";

export interface RecordPageProps {
  params: Promise<{ recordId: string }>;
}

/** The record of the address, asked once for the page and its title. */
export const loadRecord = cache(async (recordId: string): Promise<RecordDetail> => {
  const actor = await requireActor();
  try {
    return await getRecord(actor, recordId);
  } catch (error) {
    if (error instanceof AppError && error.status === 404) notFound();
    throw error;
  }
});
