import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "#lib/platform/db/client.ts";
import { sqlKinds } from "#local/test-world.ts";
import { backupsRestore } from "../steps/restore.ts";
import { type BackupWorld, startBackupWorld } from "../testing.ts";
import { askRestore, takePoint } from "./testing.ts";

const MYSQL = `
  CREATE TABLE people (id INT PRIMARY KEY, phone VARCHAR(40));
  INSERT INTO people VALUES (1, '0644');
  CREATE TABLE orders (id INT PRIMARY KEY, person INT, earlier INT,
    CONSTRAINT who FOREIGN KEY (person) REFERENCES people (id),
    CONSTRAINT before_it FOREIGN KEY (earlier) REFERENCES orders (id));
  INSERT INTO orders VALUES (1, 1, NULL), (2, 1, 1);
  CREATE TRIGGER counted BEFORE INSERT ON orders FOR EACH ROW UPDATE people SET phone = NEW.id;
`;
const FILL = {
  mariadb: MYSQL,
  mysql: MYSQL,
  postgresql: `
    CREATE ROLE reader;
    CREATE TABLE people (id int PRIMARY KEY, phone text);
    INSERT INTO people VALUES (1, '0644');
    CREATE POLICY own ON people TO reader USING (true);
    CREATE SCHEMA "the Shop";
    CREATE FUNCTION "the Shop".counted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TABLE "the Shop".orders (id int PRIMARY KEY, person int, earlier int,
      CONSTRAINT who FOREIGN KEY (person) REFERENCES people,
      CONSTRAINT before_it FOREIGN KEY (earlier) REFERENCES "the Shop".orders);
    INSERT INTO "the Shop".orders VALUES (1, 1, NULL), (2, 1, 1);
    CREATE TRIGGER counted BEFORE INSERT ON "the Shop".orders FOR EACH ROW EXECUTE FUNCTION "the Shop".counted();
    CREATE TRIGGER same BEFORE UPDATE ON "the Shop".orders FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
    CREATE POLICY own ON "the Shop".orders TO reader USING (true);
    CREATE TYPE mood AS ENUM ('good');
    CREATE TABLE days (day int, mood mood);
  `,
};

describe.each(sqlKinds)("a part of a %s database, or a masked one", (kind) => {
  let world: BackupWorld;
  let backupId: string;
  const isMysql = kind !== "postgresql";
  const orders = isMysql ? "`orders`" : '"the Shop".orders';
  const ask = (database: string, sql: string) =>
    world.sql(isMysql ? `USE \`${database}\`; ${sql}` : `\\c ${database}\n${sql}`);
  const mask = (maskingSql: string | null) =>
    db().backupPolicy.update({ where: { id: world.policyId }, data: { maskingSql } });

  beforeAll(async () => {
    world = await startBackupWorld(kind);
    await world.sql(FILL[kind]);
    backupId = await takePoint(world);
  });
  afterAll(() => world?.close());

  it("brings a table whose foreign key and trigger need what was not chosen", async () => {
    const asked = await askRestore(world, backupId, { only: [orders] });
    const test = asked.context();
    await backupsRestore.apply(asked.input, test.ctx);
    expect(await ask(asked.destination, `SELECT id FROM ${orders} ORDER BY id;`)).toBe("1\n2");
    await expect(ask(asked.destination, "SELECT 1 FROM people;")).rejects.toThrow();
    if (isMysql) return;
    expect(test.lines.filter((line) => line.startsWith("w "))).toEqual([
      'w Left out, for it needs what was not chosen: the foreign key who of "the Shop".orders to public.people',
      'w Left out, for it needs what was not chosen: the trigger counted of "the Shop".orders',
    ]);
    expect(await ask(asked.destination, "SELECT conname FROM pg_constraint WHERE contype = 'f';")).toBe("before_it");
    expect(await ask(asked.destination, "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal;")).toBe("same");
    const owner = `SELECT nspowner::regrole FROM pg_namespace WHERE nspname = 'the Shop';`;
    expect(await ask(asked.destination, owner)).toBe("notes");
  });

  it("is brought nowhere once its masking was emptied after it was asked for", async () => {
    await mask("UPDATE people SET phone = 'masked';");
    const asked = await askRestore(world, backupId, { mask: true });
    await mask(" \n");
    const test = asked.context();
    await expect(backupsRestore.apply(asked.input, test.ctx)).rejects.toMatchObject({
      code: "backups.no_masking",
      retry: "needs_person",
      message: expect.stringContaining("has no masking SQL"),
    });
    expect(test.lines.join("\n")).not.toContain("throw-away");
    await expect(ask(asked.destination, "SELECT 1;")).rejects.toThrow();

    await mask("UPDATE people SET phone = 'masked';");
    await backupsRestore.apply(asked.input, test.next().ctx);
    expect(await ask(asked.destination, "SELECT phone FROM people;")).toBe("masked");
  });

  if (!isMysql)
    it("says what chosen tables lack, and what to do", async () => {
      const asked = await askRestore(world, backupId, { only: ["public.days"] });
      await expect(backupsRestore.apply(asked.input, asked.context().ctx)).rejects.toMatchObject({
        code: "backups.part_needs_more",
        retry: "permanent",
        message: expect.stringContaining('type "public.mood" does not exist'),
        advice: expect.stringContaining("restore all of it beside"),
      });
    });
});
