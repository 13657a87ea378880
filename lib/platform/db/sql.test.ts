import { afterAll, afterEach, expect, it } from "vitest";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { closeSql, sql, sqlTransaction } from "./sql.ts";

useTestDatabase("sql");
const zone = process.env.TZ;
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});
afterAll(closeSql);

const AT = new Date("2026-07-04T12:30:15.250Z");

it.each(["UTC", "America/New_York", "Asia/Kolkata"])(
  "writes and reads dates in UTC, whatever zone the process is in: %s",
  async (place) => {
    process.env.TZ = place;
    const [one] = await sql.rows<{ text: string }>("SELECT CAST(? AS CHAR) AS text", [AT]);
    expect(one?.text).toBe("2026-07-04 12:30:15.250");
    await sqlTransaction(async (tx) => {
      await tx.run("CREATE TEMPORARY TABLE Moment (id INT PRIMARY KEY, at DATETIME(3) NULL)");
      await tx.batch("INSERT INTO Moment (id, at) VALUES (?, ?)", [
        [1, AT],
        [2, null],
      ]);
      await tx.run("INSERT INTO Moment (id, at) VALUES (3, ?)", [AT]);
      const rows = await tx.rows<{ text: string | null; at: Date | null }>(
        "SELECT DATE_FORMAT(at, '%Y-%m-%d %H:%i:%s') AS text, at FROM Moment ORDER BY id",
      );
      expect(rows).toEqual([
        { text: "2026-07-04 12:30:15", at: AT },
        { text: null, at: null },
        { text: "2026-07-04 12:30:15", at: AT },
      ]);
      await tx.run("DROP TEMPORARY TABLE Moment");
    });
  },
);
