import { sourceKey } from "#lib/backups/sources/source-key.ts";
import type { ServiceDatabase } from "#lib/databases/queries/find-database.ts";
import { AppError } from "#lib/platform/errors.ts";

/** Refuses where the service's database is another by now than the one it was written, approved and previewed for. */
export function assertSameDatabase(change: { sourceKey: string }, { policy, source }: ServiceDatabase): void {
  if (sourceKey(source) === change.sourceKey) return;
  throw new AppError({
    code: "dataChanges.other_database",
    message: `The backup policy ${policy.name} names another database (${source.databaseName} on ${source.swarmService}) than the one it was written for.`,
    advice: "Save it again and have it approved for this database, or name the one before in the policy.",
    retry: "permanent",
    status: 409,
  });
}
