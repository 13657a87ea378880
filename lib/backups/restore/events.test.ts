import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasMysql } from "#local/test-world.ts";
import { SqlSession } from "../dump/sql-session.ts";
import { findEngine } from "../engines/registry.ts";
import { withScratch } from "../prove/scratch.ts";
import { backupsRestore } from "../steps/restore.ts";
import { backupsSwap } from "../steps/swap.ts";
import { type BackupWorld, startBackupWorld } from "../testing.ts";
import { askRestore, takePoint } from "./testing.ts";

const KINDS = hasMysql ? (["mariadb", "mysql"] as const) : (["mariadb"] as const);

describe.each(KINDS)("events of a %s database", (kind) => {
  let world: BackupWorld;
  beforeAll(async () => {
    world = await startBackupWorld(kind);
    // In the living database it changes nothing, so that this one may be copied at any moment.
    await world.sql(`
      SET GLOBAL event_scheduler = ON;
      CREATE TABLE note (id INT PRIMARY KEY, body VARCHAR(20));
      INSERT INTO note VALUES (1, 'ENABLE'), (2, 'one');
      SET sql_mode = 'ANSI_QUOTES';
      CREATE DEFINER = root@localhost EVENT "every, second" ON SCHEDULE EVERY 1 SECOND COMMENT 'it''s ENABLE, now'
        DO DELETE FROM note WHERE DATABASE() <> 'notes' OR body = ' ON COMPLETION NOT PRESERVE ENABLE ';
      CREATE EVENT off ON SCHEDULE EVERY '0:1' MINUTE_SECOND DISABLE DO DELETE FROM note;
      CREATE EVENT once ON SCHEDULE AT '2037-01-01 00:00:00' ON COMPLETION PRESERVE DO DELETE FROM note;
    `);
  });
  afterAll(() => world?.close());

  const look = async (database: string) =>
    (
      await world.sql(`SELECT CONCAT_WS(' ', EVENT_NAME, STATUS, IF(LAST_EXECUTED IS NULL, '', 'ran'))
       FROM information_schema.EVENTS WHERE EVENT_SCHEMA = '${database}' ORDER BY EVENT_NAME`)
    )
      .replaceAll("REPLICA_SIDE", "SLAVESIDE")
      .split("\n")
      .map((line) => line.trimEnd());
  const asleep = ["every, second SLAVESIDE_DISABLED", "off DISABLED", "once SLAVESIDE_DISABLED"];
  const awake = ["every, second ENABLED ran", "off DISABLED", "once ENABLED"];

  test("run where their database lives, and nowhere else", async () => {
    await expect.poll(() => look("notes")).toEqual(awake);
    const backupId = await takePoint(world);
    const { destination, input, context } = await askRestore(world, backupId);
    await backupsRestore.apply(input, context().ctx);
    expect(await look(destination)).toEqual(asleep);

    const swapping = context();
    const { previous } = (await backupsSwap.apply(input, swapping.ctx)) as { previous: string };
    expect(await look(previous)).toEqual(asleep);
    await expect.poll(() => look("notes")).toEqual(awake);
    // As whoever runs the app, in the words they were made with.
    const made = `SELECT DISTINCT DEFINER FROM information_schema.EVENTS WHERE EVENT_SCHEMA = 'notes';
      SELECT SQL_MODE, EVENT_COMMENT FROM information_schema.EVENTS WHERE EVENT_SCHEMA = 'notes' AND EVENT_NAME LIKE 'every%'`;
    expect(await world.sql(made)).toBe("notes@%\nANSI_QUOTES\tit's ENABLE, now");

    await backupsSwap.undo([...swapping.ledger.values()], input, swapping.next().ctx);
    expect(await look(destination)).toEqual(asleep);
    await expect.poll(() => look("notes")).toEqual(awake);
    expect(await world.sql("SELECT COUNT(*) FROM note")).toBe("2");
  });

  test("do not run in a throw-away server, where their rows are compared", async () => {
    const engine = findEngine(kind);
    const { ctx } = world.context();
    const options = { image: world.image, engine, database: "notes", rawBytes: null };
    const scheduler = await withScratch(ctx, options, async ({ run, admin }) => {
      const session = await SqlSession.open(run, engine, admin, ctx.signal);
      try {
        return await session.query("SELECT @@event_scheduler");
      } finally {
        session.close();
      }
    });
    expect(scheduler).toEqual(["OFF"]);
  });
});
