import { z } from "zod";
import type { LedgerResource } from "#lib/steps/types.ts";
import { KINDS } from "../constants.ts";
import { type BackupSource, type SourceOf, sourceSchema } from "../schema/source.ts";
import { isSqlKind, type SqlKind } from "./explain-not-restorable.ts";

export type SqlBackupSource = SourceOf<SqlKind> & { kind: SqlKind };

export const isSqlSource = (source: BackupSource): source is BackupSource & SqlBackupSource => isSqlKind(source.kind);

/** What a database is called in the ledger: with its server, for names are unique only there. */
export const databaseEntry = (source: SqlBackupSource, database: string) => ({
  kind: KINDS.database,
  providerId: `${source.swarmService}/${database}`,
  name: database,
  attributes: { database, source },
});

const entrySchema = z.looseObject({
  database: z.string(),
  source: sourceSchema.transform((source, check) => {
    if (isSqlSource(source)) return source;
    check.addIssue("not a database");
    return z.NEVER;
  }),
});

/** Where a database of the ledger is, also when its policy is long gone. */
export const parseDatabaseEntry = ({ attributes }: Pick<LedgerResource, "attributes">) => entrySchema.parse(attributes);
