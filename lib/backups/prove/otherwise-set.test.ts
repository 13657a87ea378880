import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { db } from "#lib/platform/db/client.ts";
import { type ProofWorld, type SourceServer, startProofWorld, startSource } from "./testing.ts";

let world: ProofWorld;
let source: SourceServer | undefined;
beforeAll(async () => {
  world = await startProofWorld();
});
afterEach(() => source?.close());
afterAll(() => world?.close());

const prove = async (from: SourceServer) => {
  const point = await world.store(await from.draft());
  const output = await world.prove(point);
  return { ...output, ...(await db().backup.findUniqueOrThrow({ where: { id: point.backupId } })) };
};

describe("a good backup of a server that is set otherwise than a new one is proven in one that is set the same", () => {
  test.each([
    ["LATIN1", 'U&"caf\\00e9"', "E'Gr\\xFC\\xDFe'"],
    ["SQL_ASCII", "note", "E'\\xFF\\xFE'"],
  ])("PostgreSQL in %s", async (encoding, table, text) => {
    source = await startSource("postgresql", { settings: { encoding, lc_collate: "C", lc_ctype: "C" } });
    await source.sql(
      `CREATE TABLE ${table} (id int PRIMARY KEY, body text); INSERT INTO ${table} VALUES (1, ${text});`,
    );
    expect(await prove(source)).toMatchObject({ proven: "counts", state: "verified" });
  });

  test("MariaDB with names in lower case and large pages", async () => {
    const settings = { lower_case_table_names: "1", innodb_page_size: "65536" };
    source = await startSource("mariadb", { settings });
    const wide = Array.from({ length: 50 }, (_, nth) => `c${nth} CHAR(250) CHARACTER SET latin1 NOT NULL`);
    await source.sql(`
      CREATE TABLE Note (id INT, ${wide.join(", ")}) ROW_FORMAT = DYNAMIC;
      CREATE TRIGGER shout BEFORE INSERT ON Note FOR EACH ROW SET NEW.id = NEW.id + 1;
    `);
    expect(await prove(source)).toMatchObject({ proven: "counts", manifest: { serverSettings: settings } });
  });

  test("MariaDB with a table that is wider than a page", async () => {
    source = await startSource("mariadb");
    const wide = Array.from({ length: 50 }, (_, nth) => `c${nth} CHAR(250) CHARACTER SET latin1`);
    await source.sql(`SET innodb_strict_mode = OFF; CREATE TABLE wide (id INT, ${wide.join(", ")});`);
    expect(await prove(source)).toMatchObject({ proven: "counts" });
  });
});

test("what asks for a library that only a living server is started with says nothing of the copy", async () => {
  source = await startSource("postgresql", { args: ["postgres", "-c", "shared_preload_libraries=pg_stat_statements"] });
  await source.sql(
    "CREATE EXTENSION pg_stat_statements; CREATE MATERIALIZED VIEW asked AS SELECT count(*) FROM pg_stat_statements;",
  );
  expect(await prove(source)).toMatchObject({
    ...{ proven: "decode", state: "stored", error: null },
    stopped: expect.stringMatching(/set up otherwise .*shared_preload_libraries/),
  });
});

test("what another image than the panel's own refuses of the panel's backup says nothing of the copy", async () => {
  source = await startSource("mariadb");
  const draft = await source.draft();
  const text = Buffer.from(draft.parts.database ?? []).toString("utf8");
  const newer = text.replace("-- Dump completed", "CREATE TABLE newer (id INT) COLLATE utf8mb4_of_tomorrow;\n$&");
  const manifest = { ...draft.manifest, image: null };
  const point = await world.store({ engine: "panel", parts: { database: Buffer.from(newer) }, manifest });
  expect(await world.prove(point)).toMatchObject({
    proven: "decode",
    stopped: expect.stringMatching(/need not be what it came from.*utf8mb4_of_tomorrow/),
  });
  const whole = await world.store({ ...draft, engine: "panel", manifest });
  expect(await world.prove(whole)).toMatchObject({ proven: "counts", stopped: null });
});
