import { notFound } from "next/navigation";
import { cache } from "react";
import { requireActor } from "#app/actor.ts";
import { AppError } from "#lib/platform/errors.ts";
import { getService } from "#lib/services/queries/get-service.ts";
import type { ServiceView } from "#lib/services/types.ts";

export interface ServicePageProps {
  params: Promise<{ name: string }>;
}

/** The service of the address, asked once for its header and its tab. */
export const loadService = cache(async (name: string): Promise<ServiceView> => {
  const actor = await requireActor();
  try {
    return await getService(actor, decodeURIComponent(name));
  } catch (error) {
    if (error instanceof AppError && error.status === 404) notFound();
    throw error;
  }
});
