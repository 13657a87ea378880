import { expect, test } from "vitest";
import { planMigration } from "./plan-migration.ts";

test("what changes rows only is one transaction; a statement that ends transactions makes it a list", () => {
  const rows = "UPDATE a SET b = 1 WHERE c = 2; INSERT INTO a VALUES (1);";
  expect(planMigration("mariadb", rows)).toMatchObject({ whole: true, refusal: null });
  const mixed = planMigration("mariadb", `CREATE TABLE a (b INT);\n${rows}`);
  expect(mixed.whole).toBe(false);
  expect(mixed.statements.map(({ line, transactional }) => [line, transactional])).toEqual([
    [1, false],
    [2, true],
    [2, true],
  ]);
  expect(planMigration("postgresql", `CREATE TABLE a (b INT); ${rows}`).whole).toBe(true);
  expect(planMigration("postgresql", "CREATE INDEX CONCURRENTLY i ON a (b)").whole).toBe(false);
});

test("transactions of its own are left out and said", () => {
  const { statements, leftOut } = planMigration("mariadb", "BEGIN; UPDATE a SET b = 1 WHERE c = 2; COMMIT;");
  expect(statements).toHaveLength(1);
  expect(leftOut).toEqual(["BEGIN", "COMMIT"]);
  expect(
    planMigration("mysql", "SET autocommit=0; LOCK TABLES a WRITE; DELETE FROM a WHERE b = 1;").statements,
  ).toHaveLength(1);
});

test.each([
  ["mariadb", "\\! touch /tmp/here", /command of the client/],
  ["postgresql", "SELECT 1 \\g /tmp/here", /command of the client/],
  ["postgresql", "INSERT INTO t VALUES ('x\\'); \\! touch /tmp/here\n--')", /chr\(92\)/],
  ["postgresql", "INSERT INTO t VALUES ('a\\'); DROP TABLE users; --');", /chr\(92\)/],
  ["postgresql", "SELECT 1 # 2; DROP TABLE users;\n+ 1;", /no comment in PostgreSQL/],
  ["mariadb", "ALTER TABLE t /*M! DROP COLUMN secret, */ ADD b INT", /MariaDB and MySQL run/],
  ["mariadb", "ALTER TABLE t ADD COLUMN $$ INT, DROP COLUMN secret, ADD COLUMN $$b INT", /\$ outside a text/],
  ["mariadb", "ALTER TABLE t ADD a INT DEFAULT (5--3), DROP COLUMN secret", /space after --/],
  ["postgresql", "COPY a FROM STDIN", /own input/],
  ["postgresql", "COPY a FROM PROGRAM 'touch /tmp/here'", /runs a program/],
  ["postgresql", "CREATE RULE r AS ON INSERT TO a DO (SELECT 1; SELECT 2)", /between parentheses/],
  ["postgresql", "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END", /as a text/],
  ["mariadb", "USE mysql; DROP TABLE user", /another database/],
  ["mariadb", "DELETE FROM a WHERE b = 1; ROLLBACK", /takes back/],
  ["postgresql", "UPDATE a SET b = 1; ABORT", /way of its own/],
  ["postgresql", "UPDATE a SET b = 1; COMMIT AND CHAIN", /way of its own/],
  ["postgresql", "UPDATE a SET b = 1; END TRANSACTION AND CHAIN", /way of its own/],
  ["postgresql", "UPDATE a SET b = 1; PREPARE TRANSACTION 'mine'", /way of its own/],
  ["postgresql", "BEGIN ISOLATION LEVEL SERIALIZABLE; UPDATE a SET b = 1", /way of its own/],
  ["mariadb", "UPDATE a SET b = 1; COMMIT RELEASE", /way of its own/],
  ["mariadb", "BEGIN NOT ATOMIC DELETE FROM a; END", /way of its own/],
  ["mysql", "XA START 'mine'", /way of its own/],
  ["mariadb", "SET @a = 1, autocommit = 1; UPDATE a SET b = 1", /how transactions end/],
  ["mariadb", "SET completion_type = 'CHAIN'", /how transactions end/],
  ["mariadb", "SET STATEMENT max_statement_time = 1 FOR DROP TABLE a", /within another/],
  ["mariadb", "SET sql_mode = 'NO_BACKSLASH_ESCAPES'", /how the database reads/],
  ["mariadb", "SET NAMES gbk", /how the database reads/],
  ["postgresql", "DELETE FROM seaworthy_migrations", /record of what has run/],
] as const)("%s: %s is not run at all", (kind, sql, reason) => {
  expect(planMigration(kind, sql).refusal).toMatch(reason);
});

test.each([
  ["mariadb", "UPDATE a SET b = 'c:\\\\d' WHERE e = 1"],
  ["mariadb", "SET NAMES utf8mb4; SET @a = 1; UPDATE a SET b = @a"],
  ["postgresql", "BEGIN; SET search_path = app; UPDATE a SET b = (c + 1) * 2; END;"],
  ["postgresql", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1; SELECT 2'"],
] as const)("%s: %s is run", (kind, sql) => {
  expect(planMigration(kind, sql).refusal).toBeNull();
});

test("where tables know no transactions, nothing is promised to be taken back", () => {
  const rows = "INSERT INTO a VALUES (1), (2); UPDATE a SET b = 1;";
  const kept = planMigration("mariadb", rows, { keepsRows: true });
  expect(kept.whole).toBe(false);
  expect(kept.statements).toMatchObject([
    { transactional: false, mayBeKept: true },
    { transactional: false, mayBeKept: true },
  ]);
  expect(planMigration("mariadb", `CREATE TABLE a (b INT) ENGINE=MyISAM; ${rows}`).statements[1]?.mayBeKept).toBe(true);
  expect(planMigration("mariadb", `CREATE TABLE a (b INT) ENGINE=InnoDB; ${rows}`).statements[1]?.mayBeKept).toBe(
    false,
  );
});

test.each([
  [
    "mariadb",
    "INSERT INTO people\n VALUES ('Ada', 'it''s', \"x\\\"y\", 41)",
    "INSERT INTO people VALUES ('…', '…', \"…\", …)",
  ],
  ["mariadb", "UPDATE `a b` SET c=0xFF -- secret\n WHERE d>1.5", "UPDATE `a b` SET c=… WHERE d>…"],
  ["postgresql", 'UPDATE "a b" SET c = $$secret$$', 'UPDATE "a b" SET c = $$…$$'],
  ["postgresql", "UPDATE a SET c = E'it\\'s' || U&'secret'", "UPDATE a SET c = E'…' || U&'…'"],
] as const)("%s: %s is shown without what it holds", (kind, sql, shown) => {
  expect(planMigration(kind, sql).statements[0]?.shown).toBe(shown);
});
