import { afterAll, beforeAll, expect, test } from "vitest";
import { applyTestEnv } from "#local/test-world.ts";
import { SqlSession } from "../dump/sql-session.ts";
import { type SourceServer, startSource } from "../prove/testing.ts";
import { postgresql } from "./postgresql.ts";

let server: SourceServer;
beforeAll(async () => {
  applyTestEnv();
  server = await startSource("postgresql");
});
afterAll(() => server?.close());

const sum = (table: string) => server.sql(`SET search_path = pg_catalog;\n${postgresql.scan.sql(table, false)[0]};`);

test("a checksum is of every column, also where one is called as anything", async () => {
  await server.sql("CREATE TABLE named (t int, r int); INSERT INTO named VALUES (1, 1);");
  const before = await sum("public.named");
  await server.sql("UPDATE named SET r = 2;");
  expect(await sum("public.named")).not.toBe(before);
});

test("a checksum runs no cast that the table's owner made", async () => {
  await server.sql("CREATE TABLE crafted (a int); INSERT INTO crafted VALUES (1);");
  const before = await sum("public.crafted");
  await server.sql(
    `CREATE FUNCTION crafted_text(crafted) RETURNS text LANGUAGE plpgsql AS $$BEGIN RAISE 'it ran'; END$$;
     CREATE CAST (crafted AS text) WITH FUNCTION crafted_text(crafted);`,
  );
  expect(await sum("public.crafted")).toBe(before);
});

test("what a session keeps to itself is not counted, and stops nobody", async () => {
  await server.sql("CREATE TABLE kept (id int)");
  const session = await SqlSession.open(server.run, postgresql, server.login, AbortSignal.timeout(60_000));
  try {
    await session.query("CREATE TEMP TABLE its_own (id int)");
    await session.query("CREATE UNLOGGED TABLE unlogged (id int)");
    const { counts } = await server.survey();
    expect(Object.keys(counts)).toEqual(expect.arrayContaining(["public.kept", "public.unlogged"]));
    expect(Object.keys(counts).join()).not.toContain("its_own");
  } finally {
    session.close();
  }
});

test("tables that a dump has not all rows of are left uncounted: an extension's, and what is partly elsewhere", async () => {
  await server.sql(`
    CREATE TABLE of_extension (id int); INSERT INTO of_extension VALUES (1);
    ALTER EXTENSION plpgsql ADD TABLE of_extension;
    CREATE EXTENSION postgres_fdw;
    CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '192.0.2.1');
    CREATE TABLE whole (id int) PARTITION BY RANGE (id);
    CREATE TABLE near PARTITION OF whole FOR VALUES FROM (0) TO (10);
    CREATE TABLE middle PARTITION OF whole FOR VALUES FROM (10) TO (30) PARTITION BY RANGE (id);
    CREATE FOREIGN TABLE far PARTITION OF middle FOR VALUES FROM (10) TO (20) SERVER elsewhere;
    INSERT INTO whole VALUES (1);
  `);
  const { counts, uncounted } = await server.survey();
  expect(counts).toMatchObject({ "public.near": [1, 1] });
  expect(uncounted).toEqual(["public.middle", "public.of_extension", "public.whole"]);
});
