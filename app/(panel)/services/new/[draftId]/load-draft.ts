import { notFound } from "next/navigation";
import { cache } from "react";
import { z } from "zod";
import { requireActor } from "#app/actor.ts";
import { AppError } from "#lib/platform/errors.ts";
import { getDraft } from "#lib/services/queries/read-draft.ts";
import type { DraftView } from "#lib/services/types.ts";

export interface DraftPageProps {
  params: Promise<{ draftId: string }>;
}

/** The draft of the address, asked once for its layout and its page. */
export const loadDraft = cache(async (draftId: string): Promise<DraftView> => {
  const actor = await requireActor();
  if (!z.uuid().safeParse(draftId).success) notFound();
  try {
    return await getDraft(actor, draftId);
  } catch (error) {
    if (error instanceof AppError && error.status === 404) notFound();
    throw error;
  }
});
