import { z } from "zod";
import type { LedgerResource } from "#lib/steps/types.ts";
import { isDatabaseKind, isSqlKind, KINDS, type SqlKind } from "../constants.ts";
import { type BackupSource, type SourceOf, sourceSchema } from "../schema/source.ts";

export type SqlBackupSource = SourceOf<SqlKind> & { kind: SqlKind };

export type MongodbSource = SourceOf<"mongodb"> & { kind: "mongodb" };
/** A server of databases, beside one of which another is made. */
export type DatabaseSource = SqlBackupSource | MongodbSource;

export const isSqlSource = (source: BackupSource): source is BackupSource & SqlBackupSource => isSqlKind(source.kind);
export const isDatabaseSource = (source: BackupSource): source is BackupSource & DatabaseSource =>
  isDatabaseKind(source.kind);

/** What a database is called in the ledger: with its server, for names are unique only there. */
export const databaseEntry = (source: DatabaseSource, database: string) => ({
  kind: KINDS.database,
  providerId: `${source.swarmService}/${database}`,
  name: database,
  attributes: { database, source },
});

const entrySchema = z.looseObject({
  database: z.string(),
  source: sourceSchema.transform((source, check) => {
    if (isDatabaseSource(source)) return source;
    check.addIssue("not a database");
    return z.NEVER;
  }),
});

/** Where a database of the ledger is, also when its policy is long gone. */
export const parseDatabaseEntry = ({ attributes }: Pick<LedgerResource, "attributes">) => entrySchema.parse(attributes);
