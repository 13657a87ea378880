import type { UserActor } from "#lib/access/types.ts";
import { mayMakePolicy } from "#lib/backups/queries/may-make-policy.ts";
import { suggestSources } from "#lib/backups/queries/suggest-sources.ts";
import { AppError } from "#lib/platform/errors.ts";

/** What there is of a service to back up, and whether this reader may; null: there is no such service, or none any more. */
export async function loadSuggested(actor: UserActor, serviceName: string) {
  try {
    const places = await suggestSources(actor, serviceName);
    return { places, mayMakePolicy: await mayMakePolicy(actor, serviceName) };
  } catch (error) {
    if (error instanceof AppError && error.status === 404) return null;
    throw error;
  }
}
