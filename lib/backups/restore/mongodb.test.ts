import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runExec } from "#lib/integrations/docker/exec.ts";
import { findService } from "#lib/integrations/docker/services.ts";
import { db } from "#lib/platform/db/client.ts";
import { LeaseLost } from "#lib/runs/interrupts.ts";
import type { TestContext } from "#lib/steps/testing/context.ts";
import { appServiceName } from "#lib/swarm/names.ts";
import { hasMongodb } from "#local/test-world.ts";
import { tamper } from "../prove/testing.ts";
import { manifestSchema } from "../schema/manifest.ts";
import { backupsRestore } from "../steps/restore.ts";
import { backupsSwap } from "../steps/swap.ts";
import { destroyMongodb, fillMongodb, listMongodb, readMongodb } from "../testing/mongodb.ts";
import { type BackupWorld, startBackupWorld } from "../testing.ts";
import { type AskedRestore, askRestore, dieAt, takePoint } from "./testing.ts";

/** The server and its tools are stand-ins (`local/mongodb/`); mongosh is the real one. */
describe.skipIf(!hasMongodb)("a MongoDB database", () => {
  let world: BackupWorld;
  let backupId: string;
  let before: string[];
  const read = (database?: string) => readMongodb(world.containerId, world.login, database);
  const listDatabases = () => listMongodb(world.containerId, world.login);
  const drop = (name: string) => world.sql(`db.getSiblingDB("${name}").dropDatabase()`);
  const rowOf = (id: string) => db().restore.findUniqueOrThrow({ where: { id } });
  const run = (script: string) =>
    runExec(world.containerId, { argv: ["sh", "-c", script] }, AbortSignal.timeout(30_000));

  /** What is done before mongorestore does its work. */
  const wrap = (first: string) => {
    const script = ["#!/bin/sh", first, 'exec mongorestore.real "$@"'].join("\n");
    return run(
      `cd /usr/local/bin && mv mongorestore mongorestore.real && cat >mongorestore <<'SH'\n${script}\nSH\nchmod 755 mongorestore`,
    );
  };
  const unwrap = () => run("cd /usr/local/bin && mv mongorestore.real mongorestore");

  beforeAll(async () => {
    world = await startBackupWorld("mongodb");
    await fillMongodb(world);
    before = await read();
    backupId = await takePoint(world);
  });
  afterAll(() => world?.close());
  beforeEach(async () => {
    for (const name of await listDatabases()) if (name !== "notes") await drop(name);
  });

  describe("beside the living one", () => {
    it("comes back document for document, and nobody reads its password", async () => {
      await wrap('echo "$@" >>/tmp/said');
      await run(": >/tmp/said; chmod 666 /tmp/said");
      await world.sql("db.kinds.deleteMany({})");
      const living = await read();
      const asked = await askRestore(world, backupId);
      const test = asked.context();
      const output = await backupsRestore.apply(asked.input, test.ctx);
      const said = (await run("cat /tmp/said")).stdout;
      await unwrap();
      expect(output).toMatchObject({ tables: 6, compared: expect.stringMatching(/^6 collections, 1.205 documents$/) });
      expect(asked.destination).toMatch(/^notes_restored_\d/);
      expect(await read(asked.destination)).toEqual(before);
      expect(await read()).toEqual(living);
      expect(await rowOf(asked.restoreId)).toMatchObject({ state: "restored" });
      expect(said).toContain(`--nsTo=${asked.destination}.*`);
      for (const text of [said, test.lines.join("\n")]) expect(text).not.toContain(world.login.password);

      await backupsRestore.undo([...test.ledger.values()], asked.input, test.next().ctx);
      expect(await listDatabases()).toEqual(["notes"]);
      expect(test.ledger.size).toBe(0);
      expect(await rowOf(asked.restoreId)).toMatchObject({ state: "removed" });
      await fillAgain();
    });

    it("is begun again when it is half-made, wherever its worker died", async () => {
      const asked = await askRestore(world, backupId);
      let current = asked.context();
      let deaths = 0;
      for (let nth = 1; ; nth++) {
        const dying = dieAt((options) => current.next(options), nth);
        current = dying;
        try {
          await backupsRestore.apply(asked.input, dying.ctx);
          break;
        } catch (error) {
          expect(error).toBeInstanceOf(LeaseLost);
          deaths += 1;
        }
      }
      expect(deaths).toBeGreaterThan(4);
      expect(await read(asked.destination)).toEqual(before);
      expect(await listDatabases()).toEqual(["notes", asked.destination]);
      expect(await read()).toEqual(before);
    });

    it("leaves alone what has its name by accident", async () => {
      const asked = await askRestore(world, backupId);
      await world.sql(`db.getSiblingDB("${asked.destination}").mine.insertOne({ _id: 1 })`);
      const mine = await read(asked.destination);
      const refused = { code: "backups.name_taken" };
      await expect(backupsRestore.apply(asked.input, asked.context().ctx)).rejects.toMatchObject(refused);
      expect(await read(asked.destination)).toEqual(mine);
    });

    it("brings only the collections that were chosen", async () => {
      const odd = "notes.odd 'name.with ü";
      const asked = await askRestore(world, backupId, { only: ["notes.strict", odd] });
      await backupsRestore.apply(asked.input, asked.context().ctx);
      const wanted = before.filter((line) => line.startsWith("strict ") || line.startsWith("odd "));
      expect(wanted.length).toBeGreaterThan(4);
      expect(await read(asked.destination)).toEqual(wanted);
      await expect(askRestore(world, backupId, { only: ["notes.gone"] })).rejects.toMatchObject({ status: 422 });

      // To the tools a name is a pattern.
      await world.sql(
        `for (const name of ["st*r", "stir", "st\\\\*r"]) db.getCollection(name).insertOne({ _id: name })`,
      );
      const starred = await askRestore(world, await takePoint(world), { only: ["notes.st*r"] });
      await backupsRestore.apply(starred.input, starred.context().ctx);
      expect((await read(starred.destination)).filter((line) => line.includes("document"))).toEqual([
        'st*r document {"_id":"st*r"}',
      ]);
      await fillAgain();
    });

    it("takes nothing that is not what was stored, and leaves nothing of it", async () => {
      const bad = await takePoint(world);
      const { manifest } = await db().backup.findUniqueOrThrow({ where: { id: bad } });
      const path = join(world.root, manifestSchema.parse(manifest).parts[0]?.key ?? "");
      const stored = readFileSync(path);
      const fails = async (wanted: object) => {
        const asked = await askRestore(world, bad);
        const test = asked.context();
        await expect(backupsRestore.apply(asked.input, test.ctx)).rejects.toMatchObject(wanted);
        expect(await listDatabases()).toEqual(["notes"]);
        expect(test.ledger.size).toBe(0);
        expect((await rowOf(asked.restoreId)).error).toBeTruthy();
      };
      writeFileSync(path, stored.subarray(0, stored.length - 9));
      await fails({ code: expect.stringMatching(/changed_object|restore_failed|truncated/) });
      writeFileSync(path, stored);
      // From here on its hash says that it is as stored.
      let whole: Buffer = Buffer.alloc(0);
      await tamper(world.root, bad, "database", (raw) => {
        whole = raw;
        return raw.subarray(0, raw.indexOf(Buffer.alloc(4, 0xff), raw.length / 2) + 4);
      });
      await fails({ code: "backups.restore_failed", detail: expect.stringContaining("archive finished") });
      await tamper(world.root, bad, "database", () => {
        const changed = Buffer.from(whole);
        changed.write("Zoé", changed.indexOf("Zoë"));
        return changed;
      });
      await fails({ code: "backups.restore_failed", detail: expect.stringContaining("CRC mismatch") });
      const { counts, ...more } = manifestSchema.parse(manifest);
      await tamper(world.root, bad, "database", () => whole);
      const told = await db().backup.findUniqueOrThrow({ where: { id: bad } });
      const { parts } = manifestSchema.parse(told.manifest);
      const recount = (others: object) => {
        const lies = { ...more, parts, counts: { ...counts, ...others } };
        return db().backup.update({ where: { id: bad }, data: { manifest: lies } });
      };
      await recount({ "notes.gone": [3, 3], "notes.kinds": [3, 3] });
      await fails({ code: "backups.restored_differs", detail: "gone is missing" });
      // What was counted around the dump is another number: no reason to take the restored away.
      await recount({ "notes.kinds": [3, 3] });
      const asked = await askRestore(world, bad);
      const test = asked.context();
      await backupsRestore.apply(asked.input, test.ctx);
      expect(test.lines.join("\n")).toContain("kinds has 2 rows instead of 3: not judged");
      expect(await read(asked.destination)).toEqual(before);
    });

    it("brings of a backup of the whole server the one that was asked for, over nothing that lives", async () => {
      await world.sql(`db.getSiblingDB("other").people.insertOne({ _id: 1 })`);
      const { kind: _, ...source } = world.source;
      await world.setPolicy({ source: { ...source, databaseName: null } });
      const whole = await takePoint(world);
      await expect(askRestore(world, whole)).rejects.toMatchObject({ fields: { database: expect.any(String) } });
      await expect(askRestore(world, whole, { database: "admin" })).rejects.toMatchObject({ status: 422 });
      const asked = await askRestore(world, whole, { database: "other" });
      expect(asked.destination).toMatch(/^other_restored_/);
      await world.sql(`db.getSiblingDB("other").people.insertOne({ _id: 2 })`);
      await backupsRestore.apply(asked.input, asked.context().ctx);
      expect(await listDatabases()).toEqual(["notes", "other", asked.destination]);
      expect((await read(asked.destination)).filter((line) => line.includes("document"))).toHaveLength(1);
      expect((await read("other")).filter((line) => line.includes("document"))).toHaveLength(2);
      expect(await read()).toEqual(before);
      await world.setPolicy({ source });
    });
  });

  describe("in the place of the living one", () => {
    let old: string[];
    const look = async () => {
      const names = await listDatabases();
      return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await read(name)] as const)));
    };
    const replicas = async () =>
      (await findService(appServiceName(`${world.service.name}-production`), AbortSignal.timeout(10_000)))?.Spec.Mode
        .Replicated?.Replicas;

    async function prepare(): Promise<AskedRestore> {
      await destroyMongodb(world);
      await world.sql("db.people.insertMany([{ _id: 1, name: 'old' }, { _id: 2 }]); db.mine.insertOne({ _id: 1 })");
      old = await read();
      const asked = await askRestore(world, backupId);
      await backupsRestore.apply(asked.input, asked.context().ctx);
      return asked;
    }

    /** At every death both are somewhere, whole. */
    async function dieOnTheWay(first: TestContext, states: string[][], work: (test: TestContext) => Promise<unknown>) {
      let current = first;
      for (let nth = 1; ; nth++) {
        current = dieAt((options) => current.next(options), nth);
        try {
          await work(current);
          return current;
        } catch (error) {
          if (!(error instanceof LeaseLost)) throw error;
          const held = Object.values(await look());
          for (const state of states) expect(held, `after death ${nth}`).toContainEqual(state);
        }
      }
    }

    it("loses nothing when its worker dies at any call of the engine, nor on the way back", async () => {
      const asked = await prepare();
      const last = await dieOnTheWay(asked.context(), [old, before], (test) =>
        backupsSwap.apply(asked.input, test.ctx),
      );
      const { previous } = await rowOf(asked.restoreId);
      expect(previous).toMatch(/^notes_before_/);
      expect(await look()).toEqual({ notes: before, [previous ?? ""]: old });
      expect(await replicas()).toBe(1);

      await world.sql("db.later.insertOne({ _id: 1 })");
      const newer = await read();
      await dieOnTheWay(last, [old, newer], (test) =>
        backupsSwap.undo([...last.ledger.values()], asked.input, test.ctx),
      );
      expect(await look()).toEqual({ notes: old, [asked.destination]: newer });
      expect(await replicas()).toBe(1);
      expect(last.ledger.size).toBe(0);
    });

    it("puts the living one back when what was restored cannot be put there", async () => {
      const asked = await prepare();
      // Once: what fails when it is filled does not when it is put back.
      await run("touch /tmp/refuse; chmod 1777 /tmp");
      await wrap(`case "$*" in *--nsTo=notes.\\**) [ ! -e /tmp/refuse ] || { rm -f /tmp/refuse; exit 1; } ;; esac`);
      await run("chown 65534 /tmp/refuse");
      const first = asked.context();
      await expect(backupsSwap.apply(asked.input, first.ctx)).rejects.toMatchObject({ code: "backups.restore_failed" });
      await unwrap();
      expect(await look()).toMatchObject({ notes: old, [asked.destination]: before });
      expect(await replicas()).toBe(1);
      await backupsSwap.apply(asked.input, first.next().ctx);
      expect((await look()).notes).toEqual(before);
    });

    it("comes back where nothing lives any more, to which no way leads back", async () => {
      const asked = await prepare();
      await destroyMongodb(world);
      const test = asked.context();
      await backupsSwap.apply(asked.input, test.ctx);
      expect(await look()).toEqual({ notes: before });
      expect(await rowOf(asked.restoreId)).toMatchObject({ state: "swapped", previous: null });
      const undo = backupsSwap.undo([...test.ledger.values()], asked.input, test.next().ctx);
      await expect(undo).rejects.toMatchObject({ code: "backups.nothing_kept" });
      expect(await replicas()).toBe(1);
      expect(await look()).toEqual({ notes: before });
    });

    it("touches nothing when what was restored is gone", async () => {
      const asked = await prepare();
      await drop(asked.destination);
      const refused = { code: "backups.swap_unclear" };
      await expect(backupsSwap.apply(asked.input, asked.context().ctx)).rejects.toMatchObject(refused);
      expect(await look()).toEqual({ notes: old });
      expect(await replicas()).toBe(1);
    });
  });

  async function fillAgain(): Promise<void> {
    await destroyMongodb(world);
    await fillMongodb(world);
    expect(await read()).toEqual(before);
  }
});
