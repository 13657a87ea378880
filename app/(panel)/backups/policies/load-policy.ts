import { notFound } from "next/navigation";
import { cache } from "react";
import { z } from "zod";
import { requireActor } from "#app/actor.ts";
import { getPolicy } from "#lib/backups/queries/get-policy.ts";
import type { PolicyView } from "#lib/backups/types.ts";
import { AppError } from "#lib/platform/errors.ts";

/** The policy of the address, asked once for the page and its title. */
export const loadPolicy = cache(async (policyId: string): Promise<PolicyView> => {
  const actor = await requireActor();
  if (!z.uuid().safeParse(policyId).success) notFound();
  try {
    return await getPolicy(actor, policyId);
  } catch (error) {
    if (error instanceof AppError && error.status === 404) notFound();
    throw error;
  }
});
