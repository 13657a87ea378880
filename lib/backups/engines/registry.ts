import { mariadb, mysql } from "./mariadb.ts";
import { postgresql } from "./postgresql.ts";
import type { DatabaseEngine, SqlKind } from "./types.ts";

const DATABASE_ENGINES: Record<SqlKind, DatabaseEngine> = { mariadb, mysql, postgresql };

export const findEngine = (kind: SqlKind): DatabaseEngine => DATABASE_ENGINES[kind];

export const isSql = (kind: string): kind is SqlKind => kind in DATABASE_ENGINES;
