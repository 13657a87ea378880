import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SqlKind } from "#lib/backups/constants.ts";
import { lintMigration } from "./lint-migration.ts";
import { splitStatements } from "./split-statements.ts";

const effects = (script: string, kind: SqlKind = "mariadb") =>
  lintMigration(script, kind).findings.map(({ effect }) => effect);

describe("a migration", () => {
  test.each([
    ["DROP TABLE note", "loses"],
    ["drop table if exists `note`", "loses"],
    ["TRUNCATE note", "loses"],
    ["DELETE FROM note", "loses"],
    ["DELETE n FROM note n JOIN old o ON o.id = n.id", "loses"],
    ["WITH old AS (SELECT 1) DELETE FROM note", "loses"],
    ["UPDATE note SET body = ''", "loses"],
    ["REPLACE INTO note VALUES (1)", "loses"],
    ["INSERT INTO note VALUES (1) ON DUPLICATE KEY UPDATE a = 1", "loses"],
    ["INSERT INTO note VALUES (1) ON CONFLICT (id) DO UPDATE SET a = 1", "loses"],
    ["ALTER TABLE note DROP COLUMN body", "loses"],
    ["ALTER TABLE note DROP body", "loses"],
    ["ALTER TABLE note ADD COLUMN a INT, DROP `body`", "loses"],
    ["ALTER TABLE note DROP IF EXISTS body", "loses"],
    ["ALTER TABLE note MODIFY body VARCHAR(10)", "loses"],
    ["ALTER TABLE note ALTER COLUMN body TYPE varchar(10)", "loses"],
    ["ALTER TABLE note DROP PARTITION p1", "loses"],
    ["/*!40000 DROP TABLE note */", "unknown,loses"],
    ["ALTER TABLE note RENAME COLUMN body TO text", "breaks"],
    ["RENAME TABLE note TO notes", "breaks"],
    ["ALTER TABLE note ADD COLUMN a INT NOT NULL", "breaks"],
    ["ALTER TABLE note ADD CONSTRAINT c CHECK (a > 0)", "breaks"],
    ["DROP VIEW recent", "breaks"],
    ["CREATE UNIQUE INDEX i ON note (a)", "breaks"],
    ["CREATE OR REPLACE VIEW recent AS SELECT 1", "breaks"],
    ["CREATE TABLE note (id INT NOT NULL)", "changes"],
    ["ALTER TABLE note ADD COLUMN a INT NOT NULL DEFAULT 0", "changes"],
    ["ALTER TABLE note DROP INDEX i", "changes"],
    ["ALTER TABLE note DROP CONSTRAINT c", "changes"],
    ["CREATE INDEX i ON note (a)", "changes"],
    ["CALL clean_up()", "unknown"],
    ["SELECT * INTO copy FROM note", "unknown"],
    ["FROBNICATE note", "unknown"],
    ["CREATE OR REPLACE TABLE note (id INT)", "loses"],
    ["ALTER TABLE note TRUNCATE PARTITION p1", "loses"],
    ["ALTER TABLE note DISCARD TABLESPACE", "loses"],
    ["ALTER TABLE note EXCHANGE PARTITION p WITH TABLE other", "loses"],
    ["ALTER TABLE note CONVERT TO CHARACTER SET latin1", "loses"],
    ["ALTER TABLE note ENGINE=BLACKHOLE", "loses"],
    ["ALTER TABLE note ENGINE=InnoDB", "changes"],
    ["ALTER TABLE note DROP expression", "loses"],
    ["ALTER TABLE note ALTER COLUMN a DROP DEFAULT", "changes"],
    ["EXPLAIN ANALYZE DELETE FROM note WHERE id = 1", "loses"],
    ["ANALYZE FORMAT=JSON UPDATE note SET a = 1", "loses"],
    ["ANALYZE TABLE note", "changes"],
    ["SET STATEMENT max_statement_time=1 FOR DELETE FROM note", "loses"],
    ["SELECT clean_up()", "unknown"],
    ["SELECT `clean_up`(1), COUNT(*) FROM note", "unknown"],
    ["INSERT INTO note (id) SELECT clean_up()", "unknown"],
    ["SET @a = clean_up()", "unknown"],
    ["CREATE TABLE copy AS SELECT clean_up() AS a", "unknown"],
    ["CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM note", "unknown"],
    ["CREATE DEFINER = me EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM note", "unknown"],
    ["CREATE TRIGGER t AFTER INSERT ON note FOR EACH ROW DELETE FROM other", "unknown"],
    ["SET GLOBAL max_connections = 1", "unknown"],
    ["ALTER TABLE note ADD a INT DEFAULT (5--3), DROP COLUMN secret", "unknown,loses"],
    ["ALTER TABLE note /*M! DROP COLUMN secret, */ ADD b INT", "unknown,loses"],
    ["ALTER TABLE note ADD a INT DEFAULT (5--\u00a03), DROP COLUMN secret", "unknown,loses"],
    ["/* \u202e */ SELECT 1", "unknown"],
    ["ALTER TABLE note ADD COLUMN $$ INT, DROP COLUMN secret, ADD COLUMN $$b INT", "unknown,loses"],
  ])("%s → %s", (sql, effect) => {
    expect(effects(sql)).toEqual(effect.split(","));
  });

  test.each([
    ["DO $$ BEGIN EXECUTE 'DROP TABLE note'; END $$", "unknown"],
    ["\\! rm -rf /", "unknown"],
    ["INSERT INTO t VALUES ('a\\'); DROP TABLE users; --');", "loses"],
    ["SELECT 1 # 2; DROP TABLE users;\n+ 1;", "loses"],
    ["EXPLAIN (ANALYZE, BUFFERS) DELETE FROM note WHERE id = 1", "loses"],
    ["ALTER TABLE note DROP key", "loses"],
    ["ALTER TABLE note ALTER COLUMN a DROP NOT NULL", "changes"],
    ["DROP TYPE mood CASCADE", "loses"],
    ["CREATE RULE r AS ON INSERT TO note DO INSTEAD DELETE FROM note", "unknown"],
    ["SELECT setval('note_id_seq', 1)", "unknown"],
    ["SELECT ifnull(1)", "unknown"],
    ["INSERT INTO note SELECT 1ON CONFLICT (id) DO UPDATE SET a = 1", "loses"],
    ["SELECT 1; -- x\rDROP TABLE users", "unknown"],
    ["/* \0 */\nSELECT ' */ DROP TABLE users; --'", "unknown"],
    ["ALTER SYSTEM SET fsync = off", "unknown"],
  ])("of PostgreSQL: %s → %s", (sql, effect) => {
    expect(effects(sql, "postgresql")).toContain(effect);
    expect(lintMigration(sql, "postgresql").dataLoss).toBe(effect !== "changes");
  });

  test.each([
    "SELECT 1",
    "SELECT COUNT(*), MAX(id) FROM note WHERE id IN (1, 2) AND EXISTS (SELECT 1)",
    "INSERT INTO note (id, at) VALUES (1, NOW())",
    "EXPLAIN SELECT 1",
    "INSERT INTO note VALUES ('DROP TABLE note; DELETE FROM note')",
    "-- DROP TABLE note\nSELECT 1",
    "/* DROP TABLE note; */ SELECT 1",
    'SELECT `DROP TABLE note`, "TRUNCATE note" FROM note',
    "BEGIN; INSERT INTO note VALUES (1); COMMIT;",
    "",
  ])("%j is harmless", (sql) => {
    expect(lintMigration(sql, "mariadb")).toMatchObject({
      findings: [],
      dataLoss: false,
      schemaChange: false,
      irreversible: false,
    });
  });

  test("says which line, and reads past what is quoted", () => {
    const script = "CREATE TABLE a (t TEXT DEFAULT 'it''s; \\' fine');\n\n# note\nALTER TABLE a\n  DROP COLUMN t;\n";
    expect(lintMigration(script, "mariadb")).toMatchObject({
      statements: 2,
      findings: [
        { effect: "changes", line: 1 },
        { effect: "loses", line: 4, text: "ALTER TABLE a DROP COLUMN t" },
      ],
      dataLoss: true,
      schemaChange: true,
      irreversible: true,
    });
  });

  test("understands DELIMITER and dollar quotes", () => {
    const script =
      "DELIMITER //\nCREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET NEW.b = 1; END//\nDELIMITER ;\nDROP TABLE a;";
    expect(splitStatements(script, "mariadb").map(({ line, tokens }) => [line, tokens[0]])).toEqual([
      [2, "CREATE"],
      [4, "DROP"],
    ]);
    expect(
      splitStatements("CREATE FUNCTION f() AS $body$ DROP TABLE a; $body$ LANGUAGE sql; SELECT 1", "postgresql"),
    ).toHaveLength(2);
  });
});

const quoted = fc.string({ maxLength: 30 }).map((text) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`);
const harmless = fc.oneof(
  quoted.map((text) => `INSERT INTO note VALUES (${text})`),
  fc.string({ maxLength: 30 }).map((text) => `-- ${text.replaceAll(/[\r\n]/g, " ")}\nSELECT 1`),
  fc.string({ maxLength: 30 }).map((text) => `/* ${text.replaceAll("*", "")} */ SELECT 1`.replace("/* !", "/*  ")),
  fc.string({ maxLength: 30 }).map((text) => `SELECT \`${text.replaceAll("`", "``").replaceAll("\\", "")}\``),
);

test("nothing that is quoted hides a loss after it, or is taken for one", () => {
  fc.assert(
    fc.property(fc.array(harmless, { maxLength: 6 }), fc.nat(6), (before, at) => {
      const at2 = Math.min(at, before.length);
      const script = [...before.slice(0, at2), "DROP TABLE note", ...before.slice(at2)].join(";\n");
      expect(effects(script)).toEqual(["loses"]);
      expect(effects(before.join(";\n"))).toEqual([]);
    }),
  );
});
