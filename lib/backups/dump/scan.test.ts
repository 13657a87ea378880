import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { applyTestEnv } from "#local/test-world.ts";
import { type SourceServer, startSource } from "../prove/testing.ts";

const TABLES = {
  mariadb: `
    CREATE TABLE empty (id INT PRIMARY KEY, body TEXT);
    CREATE TABLE one (id INT PRIMARY KEY, body TEXT); INSERT INTO one VALUES (1, 'x');
    CREATE TABLE many (id INT PRIMARY KEY, body VARCHAR(200), KEY (body)); INSERT INTO many SELECT seq, MD5(seq) FROM seq_1_to_20000;
    DELETE FROM many WHERE id % 3 = 0;
    CREATE TABLE keyless (body VARCHAR(200)); INSERT INTO keyless SELECT 'the same' FROM seq_1_to_500;
    CREATE TABLE parted (id INT PRIMARY KEY, body TEXT) PARTITION BY HASH (id) PARTITIONS 4;
    INSERT INTO parted SELECT seq, MD5(seq) FROM seq_1_to_1000;
    CREATE TABLE computed (id INT PRIMARY KEY, twice INT AS (id * 2) VIRTUAL); INSERT INTO computed (id) SELECT seq FROM seq_1_to_70;
    CREATE TABLE floats (id INT PRIMARY KEY, f FLOAT); INSERT INTO floats SELECT seq, seq / 3 FROM seq_1_to_90;
    CREATE TABLE old_kind (id INT PRIMARY KEY) ENGINE = MyISAM CHECKSUM = 1; INSERT INTO old_kind SELECT seq FROM seq_1_to_80;
    CREATE TABLE listed (id INT PRIMARY KEY) ENGINE = Aria; INSERT INTO listed SELECT seq FROM seq_1_to_60;`,
  postgresql: `
    CREATE TABLE empty (id INT PRIMARY KEY, body TEXT);
    CREATE TABLE many (id INT PRIMARY KEY, body TEXT); INSERT INTO many SELECT n, md5(n::text) FROM generate_series(1, 20000) n;
    DELETE FROM many WHERE id % 3 = 0;
    CREATE TABLE keyless (body TEXT); INSERT INTO keyless SELECT 'the same' FROM generate_series(1, 500);
    CREATE TABLE parted (id INT, body TEXT) PARTITION BY LIST (id); CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
    INSERT INTO parted SELECT 1, 'x' FROM generate_series(1, 40);`,
};

describe.each(["mariadb", "postgresql"] as const)("%s", (kind) => {
  let server: SourceServer;
  beforeAll(async () => {
    applyTestEnv();
    server = await startSource(kind);
    await server.sql(TABLES[kind]);
  }, 120_000);
  afterAll(() => server?.close());

  test("a table read once for its checksum has as many rows as one that is counted; which ones no snapshot holds is said", async () => {
    const { counts, checksums, outsideSnapshot } = await server.survey();
    expect(Object.keys(counts).length).toBeGreaterThan(3);
    for (const [table, [rows]] of Object.entries(counts))
      expect([table, rows]).toEqual([table, Number((await server.sql(`SELECT COUNT(*) FROM ${table};`)).trim())]);
    expect(Object.keys(checksums).length).toBeGreaterThan(2);
    expect(outsideSnapshot).toEqual(kind === "mariadb" ? ["`listed`", "`old_kind`"] : undefined);
  });
});
