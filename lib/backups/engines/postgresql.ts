import type { DatabaseEngine, Login } from "./types.ts";

const sign = ({ user, host, port }: Login) => [
  `--username=${user}`,
  `--host=${host ?? "127.0.0.1"}`,
  ...(port ? [`--port=${port}`] : []),
  "--no-password",
];
const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;
const name = (text: string) => `"${text.replaceAll('"', '""')}"`;

/** As they are called where a database is made. */
const SETTINGS = ["encoding", "lc_collate", "lc_ctype"] as const;

/**
 * Not what a session keeps to itself: nobody else can read it. Of an extension's own tables a dump has no rows, or only those that the
 * extension marks, and of a foreign table none, also where it is part of another.
 */
const LIST_TABLES = `
  SELECT format('%I.%I', n.nspname, c.relname), 1, CASE WHEN
    EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
    OR EXISTS (
      WITH RECURSIVE part AS (
        SELECT i.inhrelid FROM pg_inherits i WHERE i.inhparent = c.oid
        UNION ALL SELECT i.inhrelid FROM part JOIN pg_inherits i ON i.inhparent = part.inhrelid
      ) SELECT 1 FROM part JOIN pg_class f ON f.oid = part.inhrelid AND f.relkind = 'f')
    THEN 4 ELSE 1 END
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  ORDER BY 1`
  .replaceAll(/\s+/g, " ")
  .trim();

export const postgresql: DatabaseEngine = {
  kind: "postgresql",
  // The image makes this user the cluster's superuser.
  pickLogin: ({ userName, databaseName }, { user }) => ({ user: userName, password: user, database: databaseName }),
  passwordVariable: "PGPASSWORD",
  dumpArgv: (login, snapshot) => [
    "pg_dump",
    ...sign(login),
    "--format=custom",
    // zstd compresses it outside, whatever the version of pg_dump.
    "--compress=0",
    ...(snapshot ? [`--snapshot=${snapshot}`] : []),
    `--dbname=${login.database}`,
  ],
  history: null,
  globalsArgv: (login) => ["pg_dumpall", ...sign(login), "--globals-only", `--database=${login.database}`],
  clientArgv: (login) => [
    "psql",
    ...sign(login),
    "--no-psqlrc",
    "--no-align",
    "--tuples-only",
    "--quiet",
    "--field-separator=\t",
    "--set=ON_ERROR_STOP=1",
    `--dbname=${login.database}`,
  ],
  settingsSql: (database) =>
    ["pg_encoding_to_char(encoding)", "datcollate", "datctype"]
      .map(
        (value, index) => `SELECT '${SETTINGS[index]}', ${value} FROM pg_database WHERE datname = ${quote(database)}`,
      )
      .join(" UNION ALL "),
  listTablesSql: () => LIST_TABLES,
  liftLimits: [
    "SET statement_timeout = 0",
    // Asked for by name: which there are depends on the version.
    `SELECT set_config(name, '0', false) FROM pg_settings WHERE name IN
     ('lock_timeout', 'idle_session_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout')`.replaceAll(
      /\s+/g,
      " ",
    ),
  ],
  beforeCounting: [
    // A function of the database's own must not be taken for one of the server's.
    "SET search_path = pg_catalog",
    // Names are read and written so, whatever the database's own encoding is.
    "SET client_encoding = 'UTF8'",
    "SET TIME ZONE 'UTC'",
    "SET DateStyle = 'ISO, YMD'",
    "SET IntervalStyle = 'postgres'",
    "SET bytea_output = 'hex'",
    "SET extra_float_digits = 1",
  ],
  countSql: (table) => `SELECT COUNT(*) FROM ${table}`,
  // Not row::text: whoever owns the table may have made a cast of it, which would run in the name of who counts. And no column has
  // the alias' name, for which it would be taken.
  scan: {
    sql: (table) => [
      `SELECT COUNT(*), COALESCE(SUM(hashtextextended(textin(record_out("whole row")), 0)::numeric), 0) FROM ${table} "whole row"`,
    ],
    read: ([answer]) => {
      const [rows, checksum = null] = answer?.[0]?.split("\t") ?? [];
      return { rows: Number(rows), checksum };
    },
  },
  scratch: {
    adminUser: "scratch_admin",
    ownMemory: 0,
    growth: 2.5,
    serverArgs: () => [],
    // Its text is summed as it is encoded.
    recreateSql: (database, settings) => [
      `DROP DATABASE ${name(database)}`,
      `CREATE DATABASE ${name(database)} TEMPLATE template0 ${SETTINGS.map((one) => `${one} ${quote(settings[one] ?? "")}`).join(" ")}`,
    ],
    env: ({ user, password, database }) => ({
      POSTGRES_USER: user,
      POSTGRES_PASSWORD: password,
      POSTGRES_DB: database,
    }),
    readyArgv: (login) => ["pg_isready", "--quiet", "--host=127.0.0.1", `--username=${login.user}`],
    prepareSql: ({ database }, { user, password }) => [
      // Where policies hold for a table's owner too, materialized views are made of what they let through.
      `CREATE ROLE ${name(user)} LOGIN BYPASSRLS PASSWORD ${quote(password)}`,
      `ALTER DATABASE ${name(database)} OWNER TO ${name(user)}`,
    ],
    restoreArgv: (restorer, { replication = false }) => [
      "pg_restore",
      ...sign(restorer),
      "--exit-on-error",
      "--no-owner",
      "--no-privileges",
      // A copy tells no other server of its changes and hears of none; and most of these only a superuser may make.
      ...(replication ? [] : ["--no-publications", "--no-subscriptions"]),
      `--dbname=${restorer.database}`,
    ],
  },
};
