import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { finishExec } from "#lib/integrations/program/finish.ts";
import { applyTestEnv } from "#local/test-world.ts";
import { type SourceServer, startSource } from "../prove/testing.ts";
import { FORMATS, TAIL_BYTES } from "./formats.ts";

const tailOf = (dump: string | Buffer) => Buffer.from(dump).subarray(-TAIL_BYTES);

describe("SQL", () => {
  const ROWS = `INSERT INTO \`note\` VALUES ${"(1,'text'),".repeat(50)}(2,'text');\n`;
  test.each([
    ["MariaDB's and MySQL's last line", `${ROWS}\n-- Dump completed on 2026-11-21  3:12:00\n`, true],
    ["without its date", `${ROWS}\n-- Dump completed\n`, true],
    ["a row that says so", `INSERT INTO \`note\` VALUES ('\n-- Dump completed');\n${ROWS}`, false],
    ["the last line and more", `${ROWS}\n-- Dump completed on 2026-11-21\n${ROWS.slice(0, 100)}\n`, false],
    ["the last line cut", `${ROWS}\n-- Dump completed on 2026-1`, false],
    [
      "a line whose beginning was cut off",
      `'x${`-- Dump completed${"x".repeat(TAIL_BYTES)}`.slice(0, TAIL_BYTES - 1)}\n`,
      false,
    ],
  ])("%s", (_what, dump, isWhole) => {
    expect(FORMATS.sql.ends(tailOf(dump))).toBe(isWhole);
  });

  test.each([
    ["whole", "CREATE ROLE notes;\n\n--\n-- PostgreSQL database cluster dump complete\n--\n\n", true],
    ["cut", "CREATE ROLE notes;\n\n--\n-- PostgreSQL database cluster dump complete\n", false],
    ["a name that says so", "--\n-- PostgreSQL database cluster dump complete\n--\n\nCREATE ROLE notes;\n", false],
  ])("the roles of PostgreSQL, %s", (_what, dump, isWhole) => {
    expect(FORMATS.globals.ends(tailOf(dump))).toBe(isWhole);
  });
});

describe("an archive of pg_dump, of", () => {
  let source: SourceServer;
  beforeAll(async () => {
    applyTestEnv();
    source = await startSource("postgresql");
  }, 120_000);
  afterAll(() => source?.close());

  const dump = async (options = ""): Promise<Buffer> => {
    const env = { PGPASSWORD: source.login.password };
    const script = `pg_dump -h 127.0.0.1 -U ${source.login.user} -Fc ${options} ${source.login.database} | base64 -w0`;
    const signal = AbortSignal.timeout(60_000);
    const said = await finishExec(await source.run({ argv: ["sh", "-c", script], env }, signal));
    expect(said).toMatchObject({ exitCode: 0, stderr: "" });
    return Buffer.from(said.stdout, "base64");
  };
  const isWhole = (archive: Buffer) => FORMATS.custom.ends(tailOf(archive));

  test.each([
    ["an empty database", "", ""],
    ["tables without rows", "CREATE TABLE empty (id int);", ""],
    ["rows", "CREATE TABLE note AS SELECT n, md5(n::text) FROM generate_series(1, 2000) n;", ""],
    ["rows, compressed", "", "-Z6"],
    ["no rows of them", "", "--schema-only"],
    ["large objects", "SELECT lo_from_bytea(0, decode(repeat('00', 5000), 'hex')), lo_from_bytea(0, '');", ""],
    ["a view alone", "CREATE VIEW one AS SELECT 1 AS one;", "--table=one"],
  ])("%s ends as every one does", async (_what, sql, options) => {
    if (sql) await source.sql(sql);
    expect(isWhole(await dump(`-Z0 ${options}`))).toBe(true);
  });

  test("anything, cut within what rows hold, does not", async () => {
    const archive = await dump("-Z0");
    const rows = archive.indexOf("c4ca4238a0b923820dcc509a6f75849b");
    for (let at = rows + 1; at < rows + 20_000; at++) expect(isWhole(archive.subarray(0, at)), `${at}`).toBe(false);
  });
});
