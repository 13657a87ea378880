import type { Security } from "#lib/platform/db/security.ts";
import type { DatabaseEngine, Login, TableScan } from "./types.ts";

const MEBIBYTE = 1_048_576;
/** The most that either takes. By itself MariaDB's server takes 16 MiB, MySQL's 64, and a row is dumped twice as long as it is. */
export const LARGEST_PACKET = 1_073_741_824;
const ANY_ROW = `--max-allowed-packet=${LARGEST_PACKET}`;
const DUMP_FLAGS = [
  ANY_ROW,
  "--single-transaction",
  "--quick",
  "--routines",
  "--triggers",
  "--events",
  "--hex-blob",
  // Whoever asks for those needs more rights than the panel's account has on its own database.
  "--no-tablespaces",
  "--default-character-set=utf8mb4",
];

/** The server's own socket, unless it is somewhere else. */
const reach = ({ user, host, port }: Login) => [
  `--user=${user}`,
  ...(host ? [`--host=${host}`, "--protocol=tcp"] : []),
  ...(port ? [`--port=${port}`] : []),
];
/** In MySQL's words. */
const secureMysql = ({ tls, publicKeyFile }: Security) => [
  ...(tls ? [`--ssl-mode=VERIFY_${tls.verifies.toUpperCase()}`, `--ssl-ca=${tls.caFile}`] : []),
  ...(publicKeyFile ? [`--server-public-key-path=${publicKeyFile}`] : []),
];
/**
 * In MariaDB's, where nothing tells a server's key, and only who asks for the name as well refuses a server that claims to have no TLS.
 */
const secureMariadb = ({ tls }: Security) => [
  ...(tls ? [`--ssl-ca=${tls.caFile}`] : []),
  ...(tls?.verifies === "identity" ? ["--ssl-verify-server-cert"] : []),
];
const overTcp = (login: Login) => reach({ ...login, host: login.host ?? "127.0.0.1" });
const quote = (text: string) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;

/** How many rows this session has asked for while it read whole tables; asking this adds a few itself. */
const ROWS_READ = "SHOW SESSION STATUS LIKE 'Handler_read_rnd_next'";

/**
 * Counting by itself would read the whole table once more. The checksum asks for every row, and once for the one after the last;
 * what asking for the number adds is the difference of the two before it. A table in partitions is asked for more, and so counted.
 */
function readScan(values: readonly string[]): TableScan {
  const [rows = "", sumOfCounted = ""] = values;
  if (values.length === 2) return { rows: Number(rows), checksum: orNull(sumOfCounted) };
  const [first, before, sum = "", after] = values;
  return {
    rows: Number(after) - Number(before) - (Number(before) - Number(first)) - 1,
    checksum: orNull(sum),
  };
}

/** What a server is set to when its data is made, and never again; and what it usually is. */
const SERVER_SETTINGS = { lower_case_table_names: 0, innodb_page_size: 16_384 };

const orNull = (sum: string) => (sum === "NULL" || sum === "" ? null : sum);

/**
 * MySQL 8.0 has one privilege for this, 8.2 two others; where a definer is an administrator, SYSTEM_USER is asked for besides. Of these the
 * account gets what this server knows.
 */
const grantDefiners = (user: string) => [
  `SELECT CONCAT('GRANT ', GROUP_CONCAT(DISTINCT PRIVILEGE_TYPE), ' ON *.* TO ', ${quote(`${quote(user)}@'%'`)}) INTO @granting
   FROM information_schema.USER_PRIVILEGES
   WHERE PRIVILEGE_TYPE IN ('SET_USER_ID', 'SET_ANY_DEFINER', 'ALLOW_NONEXISTENT_DEFINER', 'SYSTEM_USER')`.replaceAll(
    /\s+/g,
    " ",
  ),
  "PREPARE granting FROM @granting",
  "EXECUTE granting",
];

/**
 * Whether the history of this schema's system-versioned tables can be dumped: from MariaDB 10.11 on, and of a schema in which none tells its
 * rows apart by transactions, for the dump refuses such a table. MySQL, which MariaDB's client may be talking to, understands it too.
 */
const canDumpHistory = (database: string) =>
  `SUBSTRING_INDEX(VERSION(), '.', 1) * 1000 + SUBSTRING_INDEX(SUBSTRING_INDEX(VERSION(), '.', 2), '.', -1) >= 10011
   AND NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ${quote(database)}
   AND GENERATION_EXPRESSION = 'ROW START' AND DATA_TYPE = 'bigint')`;

function build(names: { dump: string; client: string; admin: string; prefix: string }): DatabaseEngine {
  const isMysql = names.prefix === "MYSQL";
  const reachSafely = (login: Login) => [
    ...reach(login),
    ...(isMysql ? secureMysql : secureMariadb)(login.security ?? {}),
  ];
  return {
    kind: isMysql ? "mysql" : "mariadb",
    pickLogin: ({ userName, databaseName }, { user, root }) => ({
      user: root === null ? userName : "root",
      password: root ?? user,
      database: databaseName,
    }),
    passwordVariable: "MYSQL_PWD",
    dumpArgv: (login) => [
      names.dump,
      ...reachSafely(login),
      ...DUMP_FLAGS,
      ...(isMysql ? ["--set-gtid-purged=OFF"] : []),
      login.database,
    ],
    history: isMysql
      ? null
      : {
          sql: (database) =>
            `SELECT COUNT(*) > 0, ${canDumpHistory(database)} FROM information_schema.TABLES
             WHERE TABLE_SCHEMA = ${quote(database)} AND TABLE_TYPE = 'SYSTEM VERSIONED'`.replaceAll(/\s+/g, " "),
          flag: "--dump-history",
        },
    globalsArgv: null,
    settingsSql: () =>
      Object.entries(SERVER_SETTINGS)
        .map(([name, usual]) => `SELECT '${name}', @@${name} FROM DUAL WHERE @@${name} <> ${usual}`)
        .join(" UNION ALL "),
    clientArgv: (login) => [
      names.client,
      ...reachSafely(login),
      "--batch",
      "--raw",
      "--skip-column-names",
      "--unbuffered",
      "--default-character-set=utf8mb4",
      login.database,
    ],
    // A FLOAT is dumped with six digits, and MySQL's JSON as text, in which a decimal is written like a double: such a table reads a
    // little differently once restored. MariaDB's JSON is text. Columns are asked for once, of this schema: for each table, the server
    // would open all tables of all schemas, which takes seconds, and fails where somebody drops one at this moment.
    listTablesSql: (database) => {
      const isRepeatable = `ENGINE = 'InnoDB' AND TABLE_NAME NOT IN (SELECT TABLE_NAME FROM information_schema.COLUMNS
       WHERE TABLE_SCHEMA = ${quote(database)} AND DATA_TYPE IN ('float', 'json'))`;
      const withHistory = `TABLE_TYPE = 'SYSTEM VERSIONED' AND ${isRepeatable} AND ${canDumpHistory(database)}`;
      return `SELECT CONCAT('\`', REPLACE(TABLE_NAME, '\`', '\`\`'), '\`'), ENGINE = 'InnoDB',
       IF(${isRepeatable}, IF(TABLE_TYPE <> 'BASE TABLE', 3, IF(CREATE_OPTIONS LIKE '%partitioned%', 2, 1)), 0)
       FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${quote(database)}
       AND (TABLE_TYPE = 'BASE TABLE'${isMysql ? "" : ` OR ${withHistory}`}) ORDER BY TABLE_NAME`.replaceAll(
        /\s+/g,
        " ",
      );
    },
    // For a day, for while the dump goes on nothing may be asked. MariaDB's client may be in front of MySQL: each server reads what is its own.
    liftLimits: [
      [
        "SET SESSION wait_timeout = 86400",
        "/*M!100101 , max_statement_time = 0 */",
        // A pause in a transaction has limits of its own.
        "/*M!100300 , idle_transaction_timeout = 0, idle_readonly_transaction_timeout = 0, idle_write_transaction_timeout = 0 */",
        "/*!50708 , max_execution_time = 0 */",
      ].join(" "),
    ],
    beforeCounting: [],
    countSql: (table) => `SELECT COUNT(*) FROM ${table}`,
    scan: {
      sql: (table, inPartitions) =>
        inPartitions
          ? [`SELECT COUNT(*) FROM ${table}`, `CHECKSUM TABLE ${table}`]
          : [ROWS_READ, ROWS_READ, `CHECKSUM TABLE ${table}`, ROWS_READ],
      read: (answers) => readScan(answers.map(([row]) => row?.split("\t").at(-1) ?? "")),
    },
    scratch: {
      adminUser: "root",
      serverArgs: (settings) =>
        Object.keys(SERVER_SETTINGS).flatMap((name) =>
          settings[name] === undefined ? [] : [`--${name.replaceAll("_", "-")}=${settings[name]}`],
        ),
      recreateSql: null,
      // As MySQL 9 sets itself up: it takes 550 MB before its first query, and keeps every restored row in logs and their caches too.
      ...(isMysql ? { ownMemory: 700 * MEBIBYTE, growth: 8 } : { ownMemory: 0, growth: 2.5 }),
      env: ({ password, database }) => ({
        [`${names.prefix}_ROOT_PASSWORD`]: password,
        [`${names.prefix}_DATABASE`]: database,
      }),
      readyArgv: () => [names.admin, "ping", "--silent", "--host=127.0.0.1", "--protocol=tcp", "--connect-timeout=3"],
      prepareSql: ({ database }, { user, password }) => [
        // An event of the dump would change rows before they are counted. Where there is no scheduler it cannot be told to stop.
        "SET @scheduling = IF(@@event_scheduler = 'DISABLED', 'DO 0', 'SET GLOBAL event_scheduler = OFF')",
        "PREPARE scheduling FROM @scheduling",
        "EXECUTE scheduling",
        `SET GLOBAL max_allowed_packet = ${LARGEST_PACKET}`,
        // A table wider than a page, or with options of another server, was let in when it was made.
        "SET GLOBAL innodb_strict_mode = OFF",
        // Triggers and views of the dump name who made them; nobody of that name is here.
        "SET GLOBAL log_bin_trust_function_creators = 1",
        `CREATE USER ${quote(user)}@'%' IDENTIFIED BY ${quote(password)}`,
        `GRANT ALL PRIVILEGES ON \`${database}\`.* TO ${quote(user)}@'%'`,
        ...(isMysql ? grantDefiners(user) : [`GRANT SET USER ON *.* TO ${quote(user)}@'%'`]),
      ],
      restoreArgv: (restorer, { sandbox }) => [
        names.client,
        ...overTcp(restorer),
        // A dump is data: none of the client's own commands are obeyed.
        "--binary-mode",
        ...(sandbox ? ["--sandbox"] : []),
        ANY_ROW,
        "--default-character-set=utf8mb4",
        restorer.database,
      ],
    },
  };
}

export const mariadb = build({ dump: "mariadb-dump", client: "mariadb", admin: "mariadb-admin", prefix: "MARIADB" });
export const mysql = build({ dump: "mysqldump", client: "mysql", admin: "mysqladmin", prefix: "MYSQL" });
