import { notFound } from "next/navigation";
import { cache } from "react";
import { requireActor } from "#app/actor.ts";
import { AppError } from "#lib/platform/errors.ts";
import { findReleaseId } from "#lib/releases/queries/find-release.ts";
import { getRelease } from "#lib/releases/queries/get-release.ts";
import type { ReleaseView } from "#lib/releases/types.ts";

export interface ReleasePageProps {
  params: Promise<{ name: string; release: string }>;
}

/** The release of the address, by its number or its id. */
export const loadRelease = cache(async (name: string, release: string): Promise<ReleaseView> => {
  const actor = await requireActor();
  try {
    return await getRelease(actor, await findReleaseId(decodeURIComponent(name), release));
  } catch (error) {
    if (error instanceof AppError && error.status === 404) notFound();
    throw error;
  }
});
