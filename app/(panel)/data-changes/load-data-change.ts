import { notFound } from "next/navigation";
import { cache } from "react";
import { z } from "zod";
import { requireActor } from "#app/actor.ts";
import { may } from "#lib/access/policy.ts";
import { getDataChange } from "#lib/data-changes/queries/get-data-change.ts";
import type { DataChangeView } from "#lib/data-changes/types.ts";
import { AppError } from "#lib/platform/errors.ts";

export interface DataChangePageProps {
  params: Promise<{ dataChangeId: string }>;
}

/** Asked once for the page and its title; null: the reader's role does not read these. */
export const loadDataChange = cache(async (id: string): Promise<DataChangeView | null> => {
  const actor = await requireActor();
  if (!z.uuid().safeParse(id).success) notFound();
  if (!may(actor, "dataChanges.read").ok) return null;
  try {
    return await getDataChange(actor, id);
  } catch (error) {
    if (error instanceof AppError && error.status === 404) notFound();
    throw error;
  }
});
