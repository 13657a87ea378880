import { expect, test } from "vitest";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { applyTestEnv } from "#local/test-world.ts";
import { postgresql } from "../engines/postgresql.ts";
import { startSource } from "../prove/testing.ts";
import { pourDatabase } from "./pour-database.ts";

test("PostgreSQL's publications come along where a database is moved, and not where it is copied", async () => {
  applyTestEnv();
  const { run, login, sql, close } = await startSource("postgresql");
  try {
    await sql("CREATE TABLE t (id int); CREATE PUBLICATION changes FOR TABLE t;");
    const { ctx } = createTestContext();
    for (const [database, replication] of [
      ["copied", false],
      ["moved", true],
    ] as const) {
      await sql(`CREATE DATABASE ${database}`);
      const to = { run, login: { ...login, database }, replication };
      await pourDatabase({ run, login }, to, postgresql, {}, ctx);
      const found = await sql(`\\c ${database}\nSELECT pubname FROM pg_publication`);
      expect(found).toBe(replication ? "changes" : "");
    }
  } finally {
    await close();
  }
});
