import type { StepContext } from "#lib/steps/types.ts";
import type { RunProgram } from "../dump/place.ts";
import { findEngine } from "../engines/registry.ts";
import type { DatabaseEngine, Login } from "../engines/types.ts";
import { openPlace } from "../sources/open-place.ts";
import { readCredentials } from "../sources/read-credentials.ts";
import type { DatabaseSource, MongodbSource, SqlBackupSource } from "./database-entry.ts";
import { openMongodb } from "./servers/mongodb.ts";
import { openServer } from "./servers/open-server.ts";
import type { DatabaseServer, SqlServer } from "./servers/types.ts";

interface LivingServer<Source extends DatabaseSource, Server extends DatabaseServer> {
  source: Source;
  run: RunProgram;
  admin: Login;
  server: Server;
}

export interface SqlLiving extends LivingServer<SqlBackupSource, SqlServer> {
  engine: DatabaseEngine;
}
export type MongodbLiving = LivingServer<MongodbSource, DatabaseServer>;

/** The server that the living database is in, with whoever may make databases there. */
export type Living = SqlLiving | MongodbLiving;

export const isSqlLiving = (living: Living): living is SqlLiving => "engine" in living;

interface LivingOptions {
  /** Where one step opens two servers: what tells the second one's helper from the first's. */
  part?: string;
}

/** Runs `work` with the server and lets go of it afterwards. */
export function withLiving<T>(
  source: SqlBackupSource,
  ctx: StepContext,
  work: (living: SqlLiving) => Promise<T>,
  options?: LivingOptions,
): Promise<T>;
export function withLiving<T>(
  source: DatabaseSource,
  ctx: StepContext,
  work: (living: Living) => Promise<T>,
  options?: LivingOptions,
): Promise<T>;
export async function withLiving<T>(
  source: DatabaseSource,
  ctx: StepContext,
  work: (living: SqlLiving & MongodbLiving) => Promise<T>,
  { part = "" }: LivingOptions = {},
): Promise<T> {
  const credentials = await readCredentials(source, ctx);
  const place = await openPlace(source, ctx, { part });
  try {
    const admin = place.host ? { ...credentials, host: place.host } : credentials;
    const living = await openLiving(source, place.run, admin, ctx);
    const { server } = living;
    try {
      return await work(living as SqlLiving & MongodbLiving);
    } finally {
      const changed = await server.settle();
      if (changed.length > 0)
        ctx.log.warn(
          `Settings of the database server that the load needed could not be put back. Run there, for what they were before: ${changed.join("; ")}`,
        );
      server.close();
    }
  } finally {
    await place.close();
  }
}

async function openLiving(
  source: DatabaseSource,
  run: RunProgram,
  admin: Login,
  { signal }: StepContext,
): Promise<Living> {
  if (source.kind === "mongodb") return { source, run, admin, server: openMongodb({ run, admin, signal }) };
  const engine = findEngine(source.kind);
  return { source, run, admin, engine, server: await openServer({ run, engine, admin, signal }) };
}
