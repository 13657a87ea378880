import type { DatabaseEngine, Login } from "./types.ts";

const sign = ({ user }: Login) => [`--username=${user}`, "--host=127.0.0.1", "--no-password"];
const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;
const name = (text: string) => `"${text.replaceAll('"', '""')}"`;

export const postgresql: DatabaseEngine = {
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
  trailer: null,
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
  listTablesSql: () =>
    `SELECT format('%I.%I', schemaname, tablename), 1 FROM pg_tables
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`.replaceAll(/\s+/g, " "),
  scratch: {
    adminUser: "scratch_admin",
    env: ({ user, password, database }) => ({
      POSTGRES_USER: user,
      POSTGRES_PASSWORD: password,
      POSTGRES_DB: database,
    }),
    readyArgv: (login) => ["pg_isready", "--quiet", "--host=127.0.0.1", `--username=${login.user}`],
    prepareSql: ({ database }, { user, password }) => [
      `CREATE ROLE ${name(user)} LOGIN PASSWORD ${quote(password)}`,
      `ALTER DATABASE ${name(database)} OWNER TO ${name(user)}`,
    ],
    restoreArgv: (restorer) => [
      "pg_restore",
      ...sign(restorer),
      "--exit-on-error",
      "--no-owner",
      "--no-privileges",
      `--dbname=${restorer.database}`,
    ],
  },
};
