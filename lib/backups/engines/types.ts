import type { Security } from "#lib/platform/db/security.ts";
import type { SqlKind } from "../constants.ts";
import type { Manifest } from "../schema/manifest.ts";

/** Whom a program signs in as. The password goes into its environment. */
export interface Login {
  user: string;
  password: string;
  database: string;
  /** Of a server in another container or on another machine; undefined: the program's own container. */
  host?: string;
  port?: number;
  /** Of a server on another machine. */
  security?: Security;
}

export type ServerSettings = NonNullable<Manifest["serverSettings"]>;

/** null: the server has no checksum of this table. */
export interface TableScan {
  rows: number;
  checksum: string | null;
}

/** How one kind of database is dumped, counted and restored. Every argv is run where the data is, never by a shell of ours. */
export interface DatabaseEngine {
  kind: SqlKind;
  /** Who dumps: the one that may read everything. Without the second password it is the user. */
  pickLogin(input: { userName: string; databaseName: string }, passwords: { user: string; root: string | null }): Login;
  passwordVariable: "MYSQL_PWD" | "PGPASSWORD";
  dumpArgv(login: Login, snapshot: string | null): string[];
  /** Of tables that keep their earlier rows: `sql` prints "are there any<TAB>can that be dumped" (1 or 0 each), `flag` makes the dump do so. */
  history: { sql(database: string): string; flag: string } | null;
  /** Accounts and other things of the whole server, as SQL; null where the dump has all of it. */
  globalsArgv: ((login: Login) => string[]) | null;
  /** Prints "name<TAB>value" of what a server, or a new database, must be set to before it takes a dump of this one as it is. */
  settingsSql(database: string): string;
  /** A client that reads statements line by line and prints bare values, tab-separated. */
  clientArgv(login: Login): string[];
  /**
   * Lists "name<TAB>is transactional (1 or 0)<TAB>has a checksum that a restore gives again (1, 2 in partitions, 3 with its history, or 0)"
   * of every table, the name quoted for use in SQL; 4 is one whose rows are not in the dump, or not all of them.
   */
  listTablesSql(database: string): string;
  /** For a session that reads, or waits, as long as a dump or a load takes: the server's own limits do not end it. */
  liftLimits: string[];
  /** Run once before counting, so that the same data reads the same everywhere. */
  beforeCounting: string[];
  countSql(table: string): string;
  /** Reads a table whose checksum a restore gives again, once, for both its rows and its checksum. */
  scan: {
    sql(table: string, inPartitions: boolean): string[];
    /** From what each statement printed. The checksum is the same whatever the order of the rows. */
    read(answers: readonly (readonly string[])[]): TableScan;
  };
  /** A throw-away server of the same image. */
  scratch: {
    /** What a server is started with to be set like the one that was dumped. */
    serverArgs(settings: ServerSettings): string[];
    /** Makes the database anew, so set; null: nothing of it is a database's own. */
    recreateSql: ((database: string, settings: ServerSettings) => string[]) | null;
    env(login: Login): Record<string, string>;
    readyArgv(login: Login): string[];
    /** Makes the account that restores: it may fill this database and nothing else. */
    prepareSql(admin: Login, restorer: Login): string[];
    restoreArgv(restorer: Login, options: { sandbox: boolean; replication?: boolean }): string[];
    adminUser: string;
    /** Bytes that its programs take where its data is in memory beside them; 0: less than half of what the server gets. */
    ownMemory: number;
    /** What a dump becomes once restored, with indexes, half-filled pages and logs. */
    growth: number;
  };
}
