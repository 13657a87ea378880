import { notFound } from "next/navigation";
import { cache } from "react";
import { requireActor } from "#app/actor.ts";
import { AppError } from "#lib/platform/errors.ts";
import { getConfig } from "#lib/releases/queries/get-config.ts";
import type { EnvironmentConfigView } from "#lib/releases/types.ts";

/** Settings of the environment in the address, the newest when no version is named. */
export const loadConfig = cache(
  async (name: string, environment: string, version?: number): Promise<EnvironmentConfigView> => {
    const actor = await requireActor();
    try {
      return await getConfig(actor, name, environment, version);
    } catch (error) {
      if (error instanceof AppError && error.status === 404) notFound();
      throw error;
    }
  },
);
