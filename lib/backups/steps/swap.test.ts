import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findService } from "#lib/integrations/docker/services.ts";
import { db } from "#lib/platform/db/client.ts";
import { LeaseLost, RunCancelled } from "#lib/runs/interrupts.ts";
import type { TestContext } from "#lib/steps/testing/context.ts";
import { appServiceName } from "#lib/swarm/names.ts";
import { swapProgressSchema } from "../restore/exchange.ts";
import { databaseBefore } from "../restore/names.ts";
import { type AskedRestore, askRestore, dieAt, dieOnceBegun, takePoint } from "../restore/testing.ts";
import { type BackupWorld, startBackupWorld } from "../testing.ts";
import { backupsRestore } from "./restore.ts";
import { backupsSwap } from "./swap.ts";
import { backupsTake } from "./take.ts";

type Kind = "mariadb" | "postgresql";
const OLD = "1:old,2:old";
const NEW = "1:new,2:new,3:new";

describe.each<Kind>(["postgresql", "mariadb"])("a swap of a %s database", (kind) => {
  let world: BackupWorld;
  let backupId: string;
  beforeAll(async () => {
    world = await startBackupWorld(kind);
    await world.sql(
      "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(9)); INSERT INTO t VALUES (1, 'new'), (2, 'new'), (3, 'new');",
    );
    backupId = await takePoint(world);
  }, 180_000);
  afterAll(async () => {
    await world?.close();
  }, 120_000);

  const isMariadb = kind === "mariadb";
  const maintenance = kind === "mariadb" ? "" : "\\c template1\n";
  const listDatabases = async () =>
    (
      await world.sql(
        kind === "mariadb"
          ? "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE 'notes%' ORDER BY 1;"
          : `${maintenance}SELECT datname FROM pg_database WHERE datname LIKE 'notes%' ORDER BY 1;`,
      )
    ).split("\n");
  const read = (database: string) =>
    world
      .sql(
        kind === "mariadb"
          ? `USE \`${database}\`; SELECT GROUP_CONCAT(CONCAT(id, ':', v) ORDER BY id) FROM t;`
          : `\\c ${database}\nSELECT string_agg(id || ':' || v, ',' ORDER BY id) FROM t;`,
      )
      .catch(() => "half");
  /** What each database of the server holds. */
  const look = async () =>
    Object.fromEntries(
      await Promise.all((await listDatabases()).map(async (name) => [name, await read(name)] as const)),
    );
  const replicas = async () =>
    (await findService(appServiceName(`${world.service.name}-production`), AbortSignal.timeout(10_000)))?.Spec.Mode
      .Replicated?.Replicas;
  const makeOld = () => world.sql("DELETE FROM t; INSERT INTO t VALUES (1, 'old'), (2, 'old');");

  async function prepare(): Promise<AskedRestore & { restoring: TestContext }> {
    for (const name of await listDatabases())
      if (name !== "notes") await world.sql(isMariadb ? `DROP DATABASE \`${name}\`` : `DROP DATABASE "${name}"`);
    await makeOld();
    const asked = await askRestore(world, backupId);
    const restoring = asked.context();
    await backupsRestore.apply(asked.input, restoring.ctx);
    expect(await look()).toEqual({ notes: OLD, [asked.destination]: NEW });
    return { ...asked, restoring };
  }

  /** One more call than the try before, until one comes through. At every death both states are somewhere, whole. */
  async function dieOnTheWay(
    asked: Pick<AskedRestore, "context">,
    newer: string,
    work: (test: TestContext) => Promise<unknown>,
  ): Promise<number> {
    let current = asked.context();
    for (let nth = 1; nth < 60; nth++) {
      const dying = dieAt((options) => current.next(options), nth);
      try {
        await work(dying);
        return nth;
      } catch (error) {
        if (!(error instanceof LeaseLost)) throw error;
        const held = Object.values(await look());
        expect(held, `after death ${nth}`).toContain(OLD);
        expect(held, `after death ${nth}`).toContain(newer);
      }
      current = dying;
    }
    throw new Error("it never came through");
  }

  it("loses nothing when its worker dies at any call of the engine, nor on the way back", async () => {
    const { restoring, ...asked } = await prepare();
    let last = asked.context();
    const deaths = await dieOnTheWay(asked, NEW, async (test) => {
      last = test;
      return backupsSwap.apply(asked.input, test.ctx);
    });
    expect(deaths).toBeGreaterThan(2);
    const { previous } = await db().restore.findUniqueOrThrow({ where: { id: asked.restoreId } });
    expect(await look()).toEqual({ notes: NEW, [previous ?? ""]: OLD });
    expect(await replicas()).toBe(1);

    // What the app wrote since goes aside with the rest of it: nothing is thrown away by going back.
    await world.sql("INSERT INTO t VALUES (4, 'app');");
    const newer = `${NEW},4:app`;
    const swapped = last;
    await dieOnTheWay({ context: () => swapped }, newer, (test) =>
      backupsSwap.undo([...swapped.ledger.values()], asked.input, test.ctx),
    );
    expect(await look()).toEqual({ notes: OLD, [asked.destination]: newer });
    expect(await replicas()).toBe(1);
    expect(last.ledger.size).toBe(0);
    // The same undo run comes to the restore next.
    const run = { id: asked.runId + 1_000 };
    await backupsRestore.undo([...restoring.ledger.values()], asked.input, restoring.next({ run }).ctx);
    expect(await look()).toEqual({ notes: OLD, [asked.destination]: newer });
    expect(restoring.ledger.size).toBe(0);
    expect(await db().restore.findUniqueOrThrow({ where: { id: asked.restoreId } })).toMatchObject({
      state: "restored",
      previous: null,
    });
  }, 400_000);

  it("lets the app go on when it is cancelled, on data that is whole", async () => {
    const asked = await prepare();
    const base = asked.context();
    for (let nth = 2; nth < 6; nth++) {
      let calls = 0;
      const cancelled: TestContext = base.next({
        onCall: () => {
          calls += 1;
          if (calls < nth) return;
          cancelled.abort(new RunCancelled());
          throw new RunCancelled();
        },
      });
      const came = await backupsSwap.apply(asked.input, cancelled.ctx).then(
        () => true,
        () => false,
      );
      if (came) break;
      expect(Object.values(await look())).toEqual(expect.arrayContaining([OLD, NEW]));
      const living = (await look()).notes;
      // Only where the living name may hold half of something it stays stopped; the undo below mends that.
      if (living !== "half") expect(await replicas(), `cancelled at ${nth}`).toBe(1);
    }
    await backupsSwap.undo([...base.ledger.values()], asked.input, base.next().ctx);
    expect((await look()).notes).toBe(OLD);
    expect(await replicas()).toBe(1);
  }, 240_000);

  it("leaves a later swap as it is when one that had changed nothing is undone", async () => {
    const asked = await prepare();
    const first = await dieOnceBegun(asked);
    const [aside] = [...first.ledger.values()].map(({ name }) => name);
    // They are named by the second.
    await expect.poll(() => databaseBefore("notes", new Date())).not.toBe(aside);
    await backupsSwap.apply(asked.input, asked.context().ctx);
    const { previous } = await db().restore.findUniqueOrThrow({ where: { id: asked.restoreId } });

    await backupsSwap.undo([...first.ledger.values()], asked.input, first.next().ctx);
    expect(first.ledger.size).toBe(0);
    expect(await look()).toEqual({ notes: NEW, [previous ?? ""]: OLD });
    expect(await db().restore.findUniqueOrThrow({ where: { id: asked.restoreId } })).toMatchObject({
      state: "swapped",
      previous,
    });
  }, 240_000);

  it.runIf(kind === "mariadb")(
    "puts the living data back when what was restored cannot be put there",
    async () => {
      const asked = await prepare();
      await world.sql("REVOKE ALL PRIVILEGES ON `notes`.* FROM 'notes'@'%';");
      const first = asked.context();
      await expect(backupsSwap.apply(asked.input, first.ctx)).rejects.toMatchObject({ code: "backups.restore_failed" });
      const after = await look();
      expect(after.notes).toBe(OLD);
      expect(after[asked.destination]).toBe(NEW);
      expect(await replicas()).toBe(1);
      await backupsSwap.apply(asked.input, first.next().ctx);
      expect((await look()).notes).toBe(NEW);
    },
    240_000,
  );

  it.runIf(isMariadb)(
    "keeps backups and other swaps from the data while one stands half-way, until it is retried or undone",
    async () => {
      const { restoring, ...asked } = await prepare();
      let current = asked.context();
      const phase = () => [...current.ledger.values()].map(({ attributes }) => swapProgressSchema.parse(attributes))[0];
      for (let nth = 1; phase()?.exchange.phase !== "kept"; nth++) {
        current = dieAt((options) => current.next(options), nth);
        await expect(backupsSwap.apply(asked.input, current.ctx)).rejects.toThrow(LeaseLost);
      }
      const [entry] = current.ledger.values();
      if (!entry) throw new Error("it is in no ledger");
      // The test's ledger is in memory; the engine's is what others ask.
      const step = await db().step.findFirstOrThrow({ where: { runId: asked.runId } });
      const { kind: of, id, providerId, name, attributes } = entry;
      const row = { kind: of, id, providerId, name, attributes: attributes as object };
      await db().resource.create({ data: { ...row, stepId: step.id, stepName: "backups.swap", state: "present" } });

      const refused = { code: "backups.half_swapped", retry: "permanent" };
      await expect(backupsTake.apply(world.input, world.context().ctx)).rejects.toMatchObject(refused);
      const missed = await db().backup.findFirstOrThrow({ orderBy: { startedAt: "desc" } });
      expect(missed).toMatchObject({ state: "missed", error: expect.stringContaining(`Run ${asked.runId} `) });
      await expect(backupsSwap.apply(asked.input, asked.context().ctx)).rejects.toMatchObject(refused);

      await backupsSwap.undo([entry], asked.input, current.next().ctx);
      await db().resource.update({ where: { id }, data: { state: "gone" } });
      expect(await look()).toEqual({ notes: OLD, [asked.destination]: NEW });
      await backupsTake.apply(world.input, world.context().ctx);
    },
    240_000,
  );

  it("touches nothing when what was restored is gone", async () => {
    const asked = await prepare();
    await world.sql(isMariadb ? `DROP DATABASE \`${asked.destination}\`` : `DROP DATABASE "${asked.destination}"`);
    await expect(backupsSwap.apply(asked.input, asked.context().ctx)).rejects.toMatchObject({
      code: "backups.swap_unclear",
    });
    expect(await look()).toEqual({ notes: OLD });
    expect(await replicas()).toBe(1);
  }, 120_000);

  it("takes the place of one that cannot be backed up any more, as the failed backup before a restore says", async () => {
    const asked = await prepare();
    await world.sql(
      isMariadb
        ? "CREATE TABLE broken (id INT); CREATE VIEW over_broken AS SELECT * FROM broken; DROP TABLE broken;"
        : "CREATE SCHEMA broken; CREATE TABLE broken.t (); DELETE FROM pg_namespace WHERE nspname = 'broken';",
    );
    const taking = backupsTake.apply({ ...world.input, trigger: "restore" }, world.context().ctx);
    await expect(taking).rejects.toMatchObject({
      advice: expect.stringContaining(isMariadb ? "drop that, and swap in" : "A swap renames what lives"),
    });
    if (isMariadb) {
      await expect(backupsSwap.apply(asked.input, asked.context().ctx)).rejects.toThrow();
      expect(await look()).toMatchObject({ notes: OLD, [asked.destination]: NEW });
      await world.sql("DROP DATABASE notes");
    }
    await backupsSwap.apply(asked.input, asked.context().ctx);
    expect(await look()).toMatchObject({ notes: NEW });
    expect(await replicas()).toBe(1);
  }, 240_000);
});
