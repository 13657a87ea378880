import type { StepContext } from "#lib/steps/types.ts";
import type { RunProgram } from "../dump/place.ts";
import { findEngine } from "../engines/registry.ts";
import type { DatabaseEngine, Login } from "../engines/types.ts";
import { openPlace } from "../sources/open-place.ts";
import { readCredentials } from "../sources/read-credentials.ts";
import type { SqlBackupSource } from "./database-entry.ts";
import { openServer } from "./servers/open-server.ts";
import type { SqlServer } from "./servers/types.ts";

/** The server that the living database is in, with whoever may make databases there. */
export interface Living {
  source: SqlBackupSource;
  run: RunProgram;
  engine: DatabaseEngine;
  admin: Login;
  server: SqlServer;
}

/** Runs `work` with the server and lets go of it afterwards. */
export async function withLiving<T>(
  source: SqlBackupSource,
  ctx: StepContext,
  work: (living: Living) => Promise<T>,
  /** Where one step opens two servers: what tells the second one's helper from the first's. */
  { part = "" }: { part?: string } = {},
): Promise<T> {
  const engine = findEngine(source.kind);
  const credentials = await readCredentials(source, ctx);
  const place = await openPlace(source, ctx, { part });
  try {
    const { run } = place;
    const admin = place.host ? { ...credentials, host: place.host } : credentials;
    const server = await openServer({ run, engine, admin, signal: ctx.signal });
    try {
      const result = await work({ source, run, engine, admin, server });
      await server.settle();
      return result;
    } catch (error) {
      // Its connection may be what failed.
      await server.settle().catch(() => {});
      throw error;
    } finally {
      server.close();
    }
  } finally {
    await place.close();
  }
}
