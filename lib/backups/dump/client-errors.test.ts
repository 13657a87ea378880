import { describe, expect, it } from "vitest";
import { classifyClientError, cutValues } from "./client-errors.ts";

const SECRET = "ada@example.org";
const KEPT: readonly [what: string, said: string, kept: readonly string[]][] = [
  [
    "a key of PostgreSQL that is there twice",
    `psql:<stdin>:42: ERROR:  duplicate key value violates unique constraint "users_email_key"\nDETAIL:  Key (email)=(${SECRET}) already exists.\nCONTEXT:  COPY users, line 2\n`,
    ['unique constraint "users_email_key"', "Key (email)=(…)", "COPY users, line 2"],
  ],
  [
    "a row of PostgreSQL that fails a check, of several lines",
    `ERROR:  new row for relation "users" violates check constraint "adult"\nDETAIL:  Failing row contains (1, first line\n${SECRET}, 3).\nCONTEXT:  COPY users, line 1: "1\tfirst line\\n${SECRET}"\n`,
    ['relation "users"', 'constraint "adult"', "COPY users, line 1"],
  ],
  [
    "a value PostgreSQL cannot read",
    `pg_restore: error: COPY failed for table "users": ERROR:  invalid input syntax for type integer: "${SECRET}"\nCONTEXT:  COPY users, line 1, column age: "${SECRET}"\n`,
    ['table "users"', "type integer", "COPY users, line 1, column age"],
  ],
  [
    "an enum, a range and a word of a statement",
    `ERROR:  invalid input value for enum mood: "${SECRET}"\nLINE 1: UPDATE users SET mood = '${SECRET}'\n                                 ^\nERROR:  value "${SECRET}" is out of range for type integer\nERROR:  syntax error at or near "${SECRET}"\n`,
    ["enum mood", "type integer", "syntax error"],
  ],
  [
    "what pg_restore was doing",
    `pg_restore: while PROCESSING TOC:\npg_restore: error: could not execute query: ERROR:  boom\nCommand was: INSERT INTO users VALUES (1, '${SECRET}');\n\npg_restore: warning: errors ignored on restore: 1\n`,
    ["PROCESSING TOC", "ERROR:  boom", "errors ignored on restore: 1"],
  ],
  [
    "an entry of MariaDB that is there twice, with a quote and a line break",
    `ERROR 1062 (23000) at line 12: Duplicate entry 'it's\n${SECRET}' for key 'users.email'\n`,
    ["ERROR 1062 (23000) at line 12", "for key 'users.email'"],
  ],
  [
    "a statement MariaDB cannot read",
    `ERROR 1064 (42000) at line 3: You have an error in your SQL syntax; check the manual for the right syntax to use near 'WHER email = '${SECRET}'' at line 1\n`,
    ["ERROR 1064 (42000) at line 3", "at line 1"],
  ],
  [
    "a value MariaDB cannot store",
    `ERROR 1366 (22007) at line 7: Incorrect integer value: '${SECRET}' for column \`app\`.\`users\`.\`age\` at row 1\nERROR 1292 (22007) at line 8: Truncated incorrect DOUBLE value: '${SECRET}'\n`,
    ["ERROR 1366 (22007)", "`users`.`age` at row 1", "ERROR 1292"],
  ],
  [
    "a statement that MariaDB's client repeats",
    `--------------\nINSERT INTO users VALUES ('${SECRET}')\n--------------\n\nERROR 1146 (42S02) at line 1: Table 'app.users' doesn't exist\n`,
    ["ERROR 1146 (42S02)", "Table 'app.users' doesn't exist"],
  ],
  [
    "one whose beginning was cut off",
    `VALUES ('${SECRET}')\n--------------\n\nERROR 1146 (42S02) at line 1: Table 'app.users' doesn't exist\n`,
    ["Table 'app.users' doesn't exist"],
  ],
  [
    "a key of MongoDB that is there twice",
    `E11000 duplicate key error collection: app.users index: email_1 dup key: { email: "${SECRET}" }\n`,
    ["app.users index: email_1"],
  ],
];

describe("the words of a database's programs", () => {
  it.each(KEPT)("keep no value of %s", (_what, said, kept) => {
    const left = cutValues(said);
    expect(left).not.toContain(SECRET);
    for (const words of kept) expect(left).toContain(words);
  });

  it.each([
    "ERROR 1045 (28000): Access denied for user 'notes'@'localhost' (using password: YES)\n",
    'psql: error: FATAL:  password authentication failed for user "notes"\n',
    'ERROR:  could not extend file "base/1/2": No space left on device\nHINT:  Check free disk space.\n',
    "ERROR 1114 (HY000) at line 3: The table 'notes' is full\n",
    "tar: ./pipe: Cannot mknod: Operation not permitted\ntar: Exiting with failure status due to previous errors\n",
    "zstd: /*stdin*\\: unsupported format\n",
    "",
  ])("stay as they are where they hold none: %s", (said) => {
    expect(cutValues(said)).toBe(said);
  });
});

const AT = "2026-11-21T03:12:00.000+0000\tFailed: ";
const CONNECTING = "can't create session: failed to connect to mongodb://127.0.0.1/: connection() error occurred";
describe("another try", () => {
  it.each([
    `${AT}${CONNECTING} during connection handshake: auth error: unable to authenticate using mechanism "SCRAM-SHA-256": (AuthenticationFailed) Authentication failed.`,
    `${AT}error getting oplog start: config.transactions.findOne error: (Unauthorized) not authorized on config to execute command`,
    `${AT}error getting oplog start: error getting recent oplog entry: mongo: no documents in result`,
    "MongoServerError: Command listDatabases requires authentication",
    'OCI runtime exec failed: exec failed: unable to start container process: exec: "mongosh": executable file not found in $PATH',
    "ERROR 1045 (28000): Access denied for user 'notes'@'localhost'",
  ])("would meet the same: %s", (said) => {
    expect(classifyClientError(said)).toBe("permanent");
  });

  it.each([
    `${AT}${CONNECTING}: server selection error: connection refused`,
    `${AT}oplog overflow: mongodump was unable to capture all new oplog entries during execution`,
  ])("may go better: %s", (said) => {
    expect(classifyClientError(said)).toBe("retry");
  });
});
