import type { RunProgram } from "#lib/backups/dump/place.ts";
import type { SqlSession } from "#lib/backups/dump/sql-session.ts";
import type { DatabaseEngine } from "#lib/backups/engines/types.ts";

/** A service's database, with its administrator signed in. */
export interface AdminSession {
  session: SqlSession;
  /** Whether this account and password come in, asked over the network as the app does. */
  signsIn(user: string, password: string): Promise<boolean>;
}

/** How to reach it. */
export interface Reach {
  run: RunProgram;
  engine: DatabaseEngine;
  databaseName: string;
  /** Its own address in the stack's network: over the loopback some images let everybody in. */
  host: string;
  signal: AbortSignal;
}

export interface Passwords {
  user: string;
  /** The new one. */
  next: string;
  /** Those it replaces. */
  before: readonly string[];
}

/** Changes of one account's password. Every verb may be repeated, also after dying anywhere within it. */
export interface PasswordChange {
  /** From now on the old and the new one open. */
  open(passwords: Passwords): Promise<void>;
  /** From now on only the new one opens. */
  switchTo(passwords: Passwords): Promise<void>;
  /** Takes away what `open` made besides. */
  close(passwords: Passwords): Promise<void>;
}
