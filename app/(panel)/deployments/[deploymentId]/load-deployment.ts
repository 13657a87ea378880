import { notFound } from "next/navigation";
import { cache } from "react";
import { z } from "zod";
import { requireActor } from "#app/actor.ts";
import { AppError } from "#lib/platform/errors.ts";
import { getDeployment } from "#lib/releases/queries/get-deployment.ts";
import type { DeploymentView } from "#lib/releases/types.ts";

export interface DeploymentPageProps {
  params: Promise<{ deploymentId: string }>;
}

/** Asked once for the page and its title. Mails link here: looking changes nothing. */
export const loadDeployment = cache(async (id: string): Promise<DeploymentView> => {
  const actor = await requireActor();
  if (!z.uuid().safeParse(id).success) notFound();
  try {
    return await getDeployment(actor, id);
  } catch (error) {
    if (error instanceof AppError && error.status === 404) notFound();
    throw error;
  }
});
