/** Whom a program inside the database's container signs in as. The password goes into its environment. */
export interface Login {
  user: string;
  password: string;
  database: string;
}

/** How one kind of database is dumped, counted and restored. Every argv is run inside a container, never by a shell of ours. */
export interface DatabaseEngine {
  /** Who dumps: the one that may read everything. */
  pickLogin(input: { userName: string; databaseName: string }, passwords: { user: string; root: string }): Login;
  passwordVariable: "MYSQL_PWD" | "PGPASSWORD";
  dumpArgv(login: Login, snapshot: string | null): string[];
  /** The last words of a complete dump; null where the format has none that text can show. */
  trailer: RegExp | null;
  /** A client that reads statements line by line and prints bare values, tab-separated. */
  clientArgv(login: Login): string[];
  /** Lists "name<TAB>is transactional (1 or 0)" of every table, the name quoted for use in SQL. */
  listTablesSql(database: string): string;
  /** A throw-away server of the same image. */
  scratch: {
    env(login: Login): Record<string, string>;
    readyArgv(login: Login): string[];
    /** Makes the account that restores: it may fill this database and nothing else. */
    prepareSql(admin: Login, restorer: Login): string[];
    restoreArgv(restorer: Login, options: { sandbox: boolean }): string[];
    adminUser: string;
  };
}
