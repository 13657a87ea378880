import type { SqlKind } from "../constants.ts";
import { mariadb, mysql } from "./mariadb.ts";
import { postgresql } from "./postgresql.ts";
import type { DatabaseEngine } from "./types.ts";

const DATABASE_ENGINES: Record<SqlKind, DatabaseEngine> = { mariadb, mysql, postgresql };

export const findEngine = (kind: SqlKind): DatabaseEngine => DATABASE_ENGINES[kind];
