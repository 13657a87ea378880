import { afterAll, beforeAll, expect, test } from "vitest";
import { applyTestEnv } from "#local/test-world.ts";
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
