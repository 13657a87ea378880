import type { Engine } from "../schema.ts";
import { mariadb, mysql } from "./mariadb.ts";
import { postgresql } from "./postgresql.ts";
import type { DatabaseEngine } from "./types.ts";

const DATABASE_ENGINES: Record<Engine, DatabaseEngine> = { mariadb, mysql, postgresql };

export const findEngine = (engine: Engine): DatabaseEngine => DATABASE_ENGINES[engine];
