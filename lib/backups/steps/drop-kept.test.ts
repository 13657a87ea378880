import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPerson, type Person } from "#lib/access/testing/people.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { undoRun } from "#lib/runs/commands/undo-run.ts";
import { NOT_ALLOWED } from "#lib/runs/constants.ts";
import { LeaseLost } from "#lib/runs/interrupts.ts";
import { createLedger } from "#lib/runs/ledger.ts";
import type { TestContext, TestContextOptions } from "#lib/steps/testing/context.ts";
import { testWorld } from "#local/test-world.ts";
import { askRestore, dieAt, takePoint } from "../restore/testing.ts";
import { type BackupWorld, startBackupWorld } from "../testing.ts";
import { backupsDropKept } from "./drop-kept.ts";
import { backupsRestore } from "./restore.ts";
import { backupsSwap } from "./swap.ts";

type Kind = "mariadb" | "postgresql" | "files";

/** How the test itself reads, writes and takes away what it is about. */
interface Hands {
  living: string;
  write(value: string): Promise<void>;
  /** What the living data and everything beside it hold. */
  look(): Promise<Record<string, string>>;
  drop(name: string): Promise<void>;
}

function takeHands(kind: Kind, world: BackupWorld): Hands {
  if (kind === "files") {
    const home = dirname(world.folder);
    const read = (name: string) => readFileSync(join(home, name, "value"), "utf8");
    return {
      living: world.folder,
      write: async (value) => {
        mkdirSync(join(world.folder, "deep"), { recursive: true });
        for (const name of ["value", "deep/[x]*.txt"]) writeFileSync(join(world.folder, name), value);
      },
      look: async () => {
        const names = readdirSync(home).filter((name) => name.startsWith(basename(world.folder)));
        const whole = names.filter((name) => existsSync(join(home, name, "value")));
        return Object.fromEntries(whole.map((name) => [join(home, name), read(name)]));
      },
      drop: async (path) => rmSync(path, { recursive: true }),
    };
  }
  const isMariadb = kind === "mariadb";
  const list = isMariadb
    ? "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE 'notes%';"
    : "SELECT datname FROM pg_database WHERE datname LIKE 'notes%';";
  const read = (name: string) =>
    world.sql(isMariadb ? `SELECT v FROM \`${name}\`.t;` : `\\c ${name}\nSELECT v FROM t;`).catch(() => "half");
  return {
    living: "notes",
    write: async (value) => {
      await world.sql("CREATE TABLE IF NOT EXISTS t (v VARCHAR(9)); DELETE FROM t;");
      await world.sql(`INSERT INTO t VALUES ('${value}');`);
    },
    look: async () => {
      const names = (await world.sql(list)).split("\n");
      return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await read(name)])));
    },
    drop: async (name) => void (await world.sql(isMariadb ? `DROP DATABASE \`${name}\`` : `DROP DATABASE "${name}"`)),
  };
}

describe.each<Kind>(["mariadb", "postgresql", "files"])("what a swap of kind %s kept", (kind) => {
  let world: BackupWorld;
  let hands: Hands;
  let dba: Person;
  let backupId: string;
  beforeAll(async () => {
    world = await startBackupWorld(kind);
    overrideConfig({ BACKUPS_ROOT: world.root, BACKUP_HELPER_IMAGE: testWorld().images?.tools ?? "" });
    hands = takeHands(kind, world);
    dba = await createPerson({ name: "Dina Drop", roles: ["dba"] });
    await hands.write("new");
    backupId = await takePoint(world);
  });
  afterAll(async () => {
    const { living, look, drop } = hands;
    if (kind === "files") for (const name of Object.keys(await look())) if (name !== living) await drop(name);
    await world?.close();
  });

  /** "old" lived, "new" took its place, and since then a backup was proven. */
  async function swapIn() {
    for (const name of Object.keys(await hands.look())) if (name !== hands.living) await hands.drop(name);
    await hands.write("old");
    const asked = await askRestore(world, backupId);
    await backupsRestore.apply(asked.input, asked.context().ctx);
    const swapping = asked.context();
    await backupsSwap.apply(asked.input, swapping.ctx);
    const { previous } = await db().restore.findUniqueOrThrow({ where: { id: asked.restoreId } });
    if (!previous) throw new Error("nothing was kept");
    expect(await hands.look()).toEqual({ [hands.living]: "new", [previous]: "old" });
    // The test's ledger is in memory; the engine's is what others ask.
    const [entry] = swapping.ledger.values();
    if (!entry) throw new Error("it is in no ledger");
    const { id: stepId } = await db().step.findFirstOrThrow({ where: { runId: asked.runId } });
    const owner = { stepId, stepName: "backups.swap", serviceId: world.service.id };
    await createLedger(owner, transaction).record(entry);
    const { id: resourceId } = await db().resource.findFirstOrThrow({ where: { stepId } });
    const since = await takePoint(world);
    await db().backup.update({ where: { id: since }, data: { state: "verified" } });
    const context = (options: TestContextOptions = {}) => asked.context({ run: { requestedById: dba.id }, ...options });
    return { ...asked, swapping, previous, since, entry, resourceId, context, input: { ...asked.input, previous } };
  }
  const rowOf = (id: string) => db().restore.findUniqueOrThrow({ where: { id } });

  it("goes, and nothing else, wherever its worker dies; the swap is not undone from then on", async () => {
    const { input, previous, restoreId, runId, swapping, entry, resourceId, context } = await swapIn();
    const goBack = () => backupsSwap.undo([entry], input, swapping.next().ctx);
    let last: TestContext = context();
    let deaths = 0;
    // Each twice: what an earlier try has noted is not noted again, so that the next one comes further by as many calls.
    for (const nth of [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]) {
      last = dieAt((options) => last.next(options), nth);
      try {
        await backupsDropKept.apply(input, last.ctx);
        break;
      } catch (error) {
        if (!(error instanceof LeaseLost)) throw error;
        deaths += 1;
      }
      const { [hands.living]: living, ...beside } = await hands.look();
      expect(living, `after death ${nth}`).toBe("new");
      const { givenUpAt } = await rowOf(restoreId);
      // As long as anybody may go back to it, it is whole.
      if (givenUpAt === null) expect(beside).toEqual({ [previous]: "old" });
      else await expect(goBack()).rejects.toMatchObject({ code: "backups.nothing_kept" });
    }
    expect(deaths).toBeGreaterThan(3);
    expect(await hands.look()).toEqual({ [hands.living]: "new" });
    expect(await rowOf(restoreId)).toMatchObject({ state: "swapped", previous: null });
    expect(await db().resource.findUniqueOrThrow({ where: { id: resourceId } })).toMatchObject({
      ...{ state: "gone", liveKey: null, goneAt: expect.any(Date) },
    });
    expect(await backupsDropKept.verify(input, last.next().ctx)).toMatchObject({ ok: true });

    await backupsDropKept.apply(input, last.next().ctx);
    await expect(goBack()).rejects.toMatchObject({ code: "backups.nothing_kept" });
    await expect(undoRun(dba.actor, runId, [])).rejects.toMatchObject({ code: "backups.nothing_kept", status: 409 });
    expect(await hands.look()).toEqual({ [hands.living]: "new" });
  });

  it("is not missed where somebody has taken it away by hand", async () => {
    const { input, previous, restoreId, context } = await swapIn();
    await hands.drop(previous);
    const test = context();
    await backupsDropKept.apply(input, test.ctx);
    expect(test.lines.join("\n")).toContain(`w ${previous} was not there any more`);
    expect(await hands.look()).toEqual({ [hands.living]: "new" });
    expect(await rowOf(restoreId)).toMatchObject({ state: "swapped", previous: null });
  });

  it("stays while it is another, is on its way back, nothing newer is proven, or who asked may no longer", async () => {
    const { input, previous, restoreId, since, entry, resourceId, context } = await swapIn();
    const before = await hands.look();
    const refused = async (code: string, asked = input, test = context()) => {
      await expect(backupsDropKept.apply(asked, test.ctx)).rejects.toMatchObject({ code });
      expect(await hands.look()).toEqual(before);
      expect(await rowOf(restoreId)).toMatchObject({ previous, givenUpAt: null });
    };
    await refused("backups.not_kept", { ...input, previous: hands.living });
    await db().restore.update({ where: { id: restoreId }, data: { state: "restored" } });
    await refused("backups.not_kept");
    await db().restore.update({ where: { id: restoreId }, data: { state: "swapped" } });

    const { exchange } = entry.attributes as { exchange: object };
    const note = (more: object) =>
      db().resource.update({
        where: { id: resourceId },
        data: { attributes: { ...entry.attributes, ...more } as object },
      });
    await note({ back: { ...exchange, phase: "begun" } });
    await refused("backups.going_back");
    if (kind !== "files") {
      await note({ exchange: { ...exchange, phase: "kept" } });
      await refused("backups.half_swapped");
    }
    await note({});

    await db().backup.update({ where: { id: since }, data: { state: "stored" } });
    await refused("backups.nothing_newer");
    await db().backup.update({ where: { id: since }, data: { state: "verified" } });
    const viewer = await createPerson({ name: "Vera View", roles: ["viewer"] });
    await refused(NOT_ALLOWED, input, context({ run: { requestedById: viewer.id } }));
    await backupsDropKept.apply(input, context().ctx);
    expect(await hands.look()).toEqual({ [hands.living]: "new" });
  });
});
