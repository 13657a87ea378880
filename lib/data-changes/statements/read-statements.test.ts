import { describe, expect, test } from "vitest";
import type { SqlKind } from "#lib/backups/constants.ts";
import { readStatements } from "./read-statements.ts";

const problems = (script: string, kind: SqlKind = "mariadb") =>
  readStatements(script, kind).problems.map(({ line, message }) => `${line}: ${message}`);

describe("what a data change may say", () => {
  test.each<[string, SqlKind]>([
    ["UPDATE note SET body = 'It\\'s; fine' WHERE id = 1;\nSELECT COUNT(*) FROM note;", "mariadb"],
    ["INSERT INTO note (body) SELECT body FROM old -- the lost ones\n", "mariadb"],
    ["SET @first = (SELECT MIN(id) FROM note), @b = 2; DELETE FROM note WHERE id = @first", "mariadb"],
    ["SELECT id INTO @id FROM note LIMIT 1; REPLACE INTO note VALUES (@id, 'x')", "mysql"],
    ["UPDATE note SET body = 'DROP TABLE note' WHERE id = 5 - 1 # done", "mariadb"],
    ["WITH lost AS (SELECT 1 AS id) DELETE FROM note USING lost WHERE note.id = lost.id", "postgresql"],
    ["UPDATE note SET body = E'a''b' WHERE at < now() -- old ones", "postgresql"],
  ])("%j on %s", (script, kind) => {
    expect(problems(script, kind)).toEqual([]);
  });

  test.each<[string, SqlKind, RegExp]>([
    [
      "ALTER TABLE note ADD a INT",
      "mariadb",
      /ends the transaction and cannot be taken back: that belongs to a release/,
    ],
    ["UPDATE note SET a = 1;\nTRUNCATE note", "mariadb", /^2: TRUNCATE changes the schema/],
    ["DROP TABLE note", "postgresql", /belongs to a release/],
    ["COMMIT; DELETE FROM note", "mariadb", /Leave COMMIT out/],
    ["START TRANSACTION", "mysql", /Leave START out/],
    ["USE other; DELETE FROM note", "mariadb", /reaches beyond/],
    ["GRANT ALL ON *.* TO me", "mariadb", /reaches beyond/],
    ["CALL tidy()", "mariadb", /cannot be read/],
    ["DO $$ BEGIN DELETE FROM note; END $$", "postgresql", /\$ outside a text/],
    ["source /etc/passwd", "mariadb", /command of the client/],
    ["\\! rm -rf /", "mariadb", /backslash/],
    ["\\! rm -rf /", "postgresql", /backslash/],
    ["UPDATE a SET b = 1; \\. file", "mariadb", /backslash/],
    ["DELIMITER //\nDELETE FROM note//", "mariadb", /DELIMITER/],
    ["UPDATE a SET b =\ndelimiter ;", "mariadb", /DELIMITER/],
    ["SET GLOBAL read_only = 1; DELETE FROM a", "mariadb", /variables of your own/],
    ["SET @a = 1, autocommit = 1; DELETE FROM a", "mariadb", /variables of your own/],
    ["SET @@autocommit = 1; DELETE FROM a", "mariadb", /variables of your own/],
    ["SELECT * FROM note INTO OUTFILE '/tmp/x'; DELETE FROM note", "mariadb", /variable such as|file/],
    ["SELECT * INTO copy FROM note; DELETE FROM note", "postgresql", /makes a table/],
    ["COPY note FROM PROGRAM 'id'", "postgresql", /cannot be read/],
    ["SELECT 1", "mariadb", /Nothing of it changes a row/],
    ["  -- nothing\n", "mariadb", /no statement/],
  ])("refuses %j on %s", (script, kind, why) => {
    expect(problems(script, kind).join("\n")).toMatch(why);
  });

  test.each<[string, SqlKind]>([
    // Each hides a DROP from one of two readers.
    ["UPDATE a SET b = 'x\\'; DROP TABLE a; --' ", "postgresql"],
    ["UPDATE a SET b = 1 #2; DROP TABLE a", "postgresql"],
    ["UPDATE a SET b = 5--1; DROP TABLE a", "mariadb"],
    ['UPDATE a SET b = "a\\" "; DROP TABLE a; -- "', "mariadb"],
    ["UPDATE a SET b = 1 /*M! ; DROP TABLE a */", "mariadb"],
    ["UPDATE a SET b = 1 /*!50000 ; DROP TABLE a */", "mysql"],
    ["UPDATE a SET b = 1 /* /* */ ' */ ; DROP TABLE a; --'", "postgresql"],
    ["SELECT 1 ` 2; DROP TABLE a; SELECT 3 ` 4", "postgresql"],
    ["SELECT 1 AS $$; DROP TABLE a; -- $$", "mariadb"],
    ["UPDATE a SET b = 'never closed; DROP TABLE a", "mariadb"],
  ])("refuses what could be read in two ways: %j on %s", (script, kind) => {
    expect(problems(script, kind)).toHaveLength(1);
    expect(readStatements(script, kind).statements).toEqual([]);
  });
});
