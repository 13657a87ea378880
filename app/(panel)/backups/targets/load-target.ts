import { notFound } from "next/navigation";
import { cache } from "react";
import { z } from "zod";
import { requireActor } from "#app/actor.ts";
import { getTarget } from "#lib/backups/queries/get-target.ts";
import type { TargetView } from "#lib/backups/types.ts";
import { AppError } from "#lib/platform/errors.ts";

export interface TargetPageProps {
  params: Promise<{ targetId: string }>;
}

/** The target of the address, asked once for the page and its title. */
export const loadTarget = cache(async (targetId: string): Promise<TargetView> => {
  const actor = await requireActor();
  if (!z.uuid().safeParse(targetId).success) notFound();
  try {
    return await getTarget(actor, targetId);
  } catch (error) {
    if (error instanceof AppError && error.status === 404) notFound();
    throw error;
  }
});
