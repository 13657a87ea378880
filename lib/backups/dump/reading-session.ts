import type { DatabaseEngine, Login } from "../engines/types.ts";
import type { RunProgram } from "./place.ts";
import { SqlSession } from "./sql-session.ts";

/** A session that reads, or waits, as long as a dump or a load takes: what a server allows a client of an app does not end it. */
export async function openReadingSession(
  run: RunProgram,
  engine: DatabaseEngine,
  login: Login,
  signal: AbortSignal,
): Promise<SqlSession> {
  const session = await SqlSession.open(run, engine, login, signal);
  try {
    await liftLimits(session, engine);
    return session;
  } catch (error) {
    session.close();
    throw error;
  }
}

/** The dump program does the same for itself. */
export async function liftLimits(session: SqlSession, { liftLimits }: DatabaseEngine): Promise<void> {
  for (const sql of liftLimits) await session.query(sql);
}
