import type { UserActor } from "#lib/access/types.ts";
import { suggestSources } from "#lib/backups/queries/suggest-sources.ts";
import { AppError } from "#lib/platform/errors.ts";

/** What a service's answers say there is to back up; null: there is no such service, or none any more. */
export async function loadSuggested(actor: UserActor, serviceName: string) {
  try {
    return await suggestSources(actor, serviceName);
  } catch (error) {
    if (error instanceof AppError && error.status === 404) return null;
    throw error;
  }
}
