import type { RunProgram } from "../../dump/place.ts";
import type { DatabaseEngine, Login } from "../../engines/types.ts";

interface Account {
  user: string;
  password: string;
}

/** A living server, as its administrator may change it. Closing ends the connection. */
export interface DatabaseServer {
  exists(database: string): Promise<boolean>;
  /** Takes it away if it is there, with everybody cut off who is connected to it, all that was granted on it and whoever filled it. */
  drop(database: string): Promise<void>;
  /** Puts back what was changed of the server itself. Never fails: what stayed is answered, as the statements that put it back. */
  settle(): Promise<string[]>;
  close(): void;
}

/** One in which an account of its own fills a new database, for what fills it are statements. */
export interface SqlServer extends DatabaseServer {
  /** An empty one, with the character set of `like` where that exists. */
  create(database: string, like: string): Promise<void>;
  /** The same name with nothing in it; who may do what there stays. */
  empty(database: string, like: string): Promise<void>;
  /** Somebody who may do everything in this one database and nothing in any other. */
  addAccount(account: Account, database: string): Promise<void>;
  /** The app's own user may do there what it may in its living database; who filled it cannot sign in any more. */
  handOver(database: string, account: string, appUser: string): Promise<void>;
}

export interface ServerOptions {
  run: RunProgram;
  engine: DatabaseEngine;
  /** May make databases and accounts. */
  admin: Login;
  signal: AbortSignal;
}
