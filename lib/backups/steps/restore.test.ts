import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { generateIdentity, identityToRecipient } from "age-encryption";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runExec } from "#lib/integrations/docker/exec.ts";
import { db } from "#lib/platform/db/client.ts";
import { LeaseLost } from "#lib/runs/interrupts.ts";
import { sqlKinds } from "#local/test-world.ts";
import type { SqlKind } from "../constants.ts";
import { OWN_DISK_TARGET } from "../constants.ts";
import { askRestore, dieAt, takePoint } from "../restore/testing.ts";
import { manifestSchema } from "../schema/manifest.ts";
import { type BackupWorld, createPolicyRow, startBackupWorld } from "../testing.ts";
import { backupsRestore } from "./restore.ts";

const SECRET = "0644 123 456";

describe.each(sqlKinds)("a restore of a %s database", (kind) => {
  let world: BackupWorld;
  let backupId: string;
  const isMysql = kind !== "postgresql";
  beforeAll(async () => {
    world = await startBackupWorld(kind);
    await world.sql(
      `CREATE TABLE people (id INT PRIMARY KEY, phone VARCHAR(40)); CREATE TABLE notes (id INT PRIMARY KEY, body TEXT);
       INSERT INTO people VALUES (1, '${SECRET}'), (2, '${SECRET}'); INSERT INTO notes VALUES (1, 'hello');`,
    );
    backupId = await takePoint(world);
  }, 180_000);
  afterAll(async () => {
    await world?.close();
  }, 120_000);
  beforeEach(async () => {
    for (const name of await listDatabases()) if (name !== "notes") await drop(name);
  });

  const listDatabases = async () =>
    (
      await world.sql(
        isMysql
          ? "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema') ORDER BY 1;"
          : "SELECT datname FROM pg_database WHERE datname NOT IN ('postgres', 'template0', 'template1') ORDER BY 1;",
      )
    ).split("\n");
  const drop = (name: string) => world.sql(isMysql ? `DROP DATABASE \`${name}\`;` : `DROP DATABASE "${name}";`);
  const ask = (database: string, sql: string) =>
    world.sql(isMysql ? `USE \`${database}\`; ${sql}` : `\\c ${database}\n${sql}`);
  const people = (database: string) => ask(database, "SELECT phone FROM people ORDER BY id;");
  const accounts = () =>
    world.sql(
      isMysql
        ? "SELECT User FROM mysql.user WHERE User LIKE 'sw\\_%';"
        : "SELECT rolname FROM pg_roles WHERE rolname LIKE 'sw\\_%';",
    );

  it("fills a database of its own and leaves no account behind that could sign in", async () => {
    const asked = await askRestore(world, backupId);
    const test = asked.context();
    const output = await backupsRestore.apply(asked.input, test.ctx);
    expect(output).toMatchObject({ restoreId: asked.restoreId, tables: 2 });
    expect(await people(asked.destination)).toBe(`${SECRET}\n${SECRET}`);
    expect(await accounts()).toBe("");
    expect(await db().restore.findUniqueOrThrow({ where: { id: asked.restoreId } })).toMatchObject({
      state: "restored",
    });
    // The app's own user works with it as with its own.
    const password = `pw-${"passwordSecret" in world.source ? world.source.passwordSecret : ""}`;
    const insert = "INSERT INTO notes VALUES (2, 'by the app')";
    const client: { argv: string[]; env: Record<string, string> } = isMysql
      ? { argv: [kind, "-unotes", "-h127.0.0.1", asked.destination, "-e", insert], env: { MYSQL_PWD: password } }
      : {
          argv: ["psql", "-X", "-h", "127.0.0.1", "-U", "notes", asked.destination, "-c", insert],
          env: { PGPASSWORD: password },
        };
    const result = await runExec(world.containerId, client, AbortSignal.timeout(30_000));
    expect(result, result.stderr).toMatchObject({ exitCode: 0 });

    await backupsRestore.undo([...test.ledger.values()], asked.input, test.next().ctx);
    expect(await listDatabases()).toEqual(["notes"]);
    expect(test.ledger.size).toBe(0);
    expect(await db().restore.findUniqueOrThrow({ where: { id: asked.restoreId } })).toMatchObject({
      state: "removed",
    });
  }, 120_000);

  it("begins a half-made database again, wherever its worker died", async () => {
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
        expect(await people("notes")).toBe(`${SECRET}\n${SECRET}`);
      }
    }
    expect(deaths).toBeGreaterThan(5);
    expect(await db().restore.findUniqueOrThrow({ where: { id: asked.restoreId } })).toMatchObject({
      state: "restored",
    });
    expect(await people(asked.destination)).toBe(`${SECRET}\n${SECRET}`);
    expect(await listDatabases()).toEqual(["notes", asked.destination]);
    expect(await accounts()).toBe("");
  }, 180_000);

  it("leaves a database alone that has its name by accident", async () => {
    const asked = await askRestore(world, backupId);
    await world.sql(isMysql ? `CREATE DATABASE \`${asked.destination}\`` : `CREATE DATABASE "${asked.destination}"`);
    await expect(backupsRestore.apply(asked.input, asked.context().ctx)).rejects.toMatchObject({
      code: "backups.name_taken",
    });
    expect(await listDatabases()).toContain(asked.destination);
  }, 60_000);

  it("brings only the tables that were chosen", async () => {
    const table = isMysql ? "`notes`" : "public.notes";
    const asked = await askRestore(world, backupId, { only: [table] });
    await backupsRestore.apply(asked.input, asked.context().ctx);
    expect(await ask(asked.destination, "SELECT body FROM notes;")).toBe("hello");
    await expect(people(asked.destination)).rejects.toThrow();
  }, 180_000);

  it("brings production to another environment only as the masking leaves it", async () => {
    const { policyId } = world;
    await db().backupPolicy.update({
      where: { id: policyId },
      data: { maskingSql: "UPDATE people SET phone = 'masked';\nDELETE FROM notes;" },
    });
    await createPolicyRow({
      service: world.service,
      source: world.source,
      environment: "staging",
      name: world.input.policy,
    });
    const asked = await askRestore(world, backupId, { environment: "staging", mask: true });
    const test = asked.context();
    await backupsRestore.apply(asked.input, test.ctx);
    expect(await people(asked.destination)).toBe("masked\nmasked");
    expect(await ask(asked.destination, "SELECT COUNT(*) FROM notes;")).toBe("0");
    expect(test.lines.join("\n")).not.toContain(SECRET);

    await db().backupPolicy.update({ where: { id: policyId }, data: { maskingSql: "UPDATE people SET nothing = 1;" } });
    const broken = await askRestore(world, backupId, { environment: "staging", mask: true });
    await expect(backupsRestore.apply(broken.input, broken.context().ctx)).rejects.toMatchObject({
      code: "backups.masking_failed",
    });
    expect(await listDatabases()).toEqual(["notes", asked.destination]);
  }, 240_000);

  it("lets no dump reach out of its own database, whatever it says", async () => {
    const before = await people("notes");
    const crafted = isMysql
      ? [
          "USE `notes`; DELETE FROM people;",
          "DROP DATABASE `notes`;",
          "CREATE DATABASE `evil`;",
          "DELETE FROM notes.people;",
          "CREATE DEFINER=`root`@`localhost` PROCEDURE boom() DELETE FROM notes.people; CALL boom();",
          "CREATE\nDEFINER=`root`@`localhost` PROCEDURE boom() DELETE FROM notes.people;\nCALL boom();",
          "CREATE USER evil@'%'; GRANT ALL ON *.* TO evil@'%';",
          "SET GLOBAL event_scheduler = ON; UPDATE mysql.global_priv SET Priv = '{}';",
          "\\! touch /tmp/evil\nsystem touch /tmp/evil\n\\u notes\nDELETE FROM people;",
        ]
      : [
          "DROP DATABASE notes",
          "CREATE DATABASE evil",
          "ALTER DATABASE notes RENAME TO evil",
          "CREATE ROLE evil SUPERUSER",
          "COPY (SELECT 1) TO PROGRAM 'touch /tmp/evil'",
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'notes'",
          "CREATE EXTENSION file_fdw",
          "SET ROLE notes; DROP TABLE people",
          "ALTER ROLE notes PASSWORD 'x'",
        ];
    // What is crafted does reach the server: where it does no harm it is restored.
    const harmless = await askRestore(world, await plant(world, kind, backupId, "SELECT 1;"));
    await backupsRestore.apply(harmless.input, harmless.context().ctx);
    await drop(harmless.destination);
    for (const sql of crafted) {
      const asked = await askRestore(world, await plant(world, kind, backupId, sql));
      await expect(backupsRestore.apply(asked.input, asked.context().ctx), sql).rejects.toThrow();
      expect(await people("notes"), sql).toBe(before);
      expect(await listDatabases(), sql).toEqual(["notes"]);
      expect(await accounts(), sql).toBe("");
    }
    const touched = await runExec(
      world.containerId,
      { argv: ["test", "-e", "/tmp/evil"] },
      AbortSignal.timeout(10_000),
    );
    expect(touched.exitCode).toBe(1);
  }, 300_000);

  it("opens an encrypted point with an identity that was lent for this one time", async () => {
    const identity = await generateIdentity();
    await world.setPolicy({ recipients: [await identityToRecipient(identity)] });
    const encrypted = await takePoint(world);
    await world.setPolicy({ recipients: [] });
    const asked = await askRestore(world, encrypted, { identity });
    const test = asked.context();
    await backupsRestore.apply(asked.input, test.ctx);
    expect(await people(asked.destination)).toBe(`${SECRET}\n${SECRET}`);
    expect(test.lines.join("\n")).not.toContain(identity);
  }, 120_000);

  it("takes nothing that is not what was stored", async () => {
    const copy = await plant(world, kind, backupId, null);
    const row = await db().backup.findUniqueOrThrow({ where: { id: copy } });
    const manifest = manifestSchema.parse(row.manifest);
    const [part] = manifest.parts;
    const path = join(world.root, part?.key ?? "");
    const bytes = readFileSync(path);
    for (const changed of [bytes.subarray(0, bytes.length - 9), flip(bytes, bytes.length >> 1)]) {
      writeFileSync(path, changed);
      const asked = await askRestore(world, copy);
      await expect(backupsRestore.apply(asked.input, asked.context().ctx)).rejects.toThrow();
      expect(await listDatabases()).toEqual(["notes"]);
    }
  }, 120_000);
});

function flip(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 0xff;
  return copy;
}

/** A restore point of the test's own making: as somebody would leave one in the target. `sql` null: a copy of the real one. */
async function plant(world: BackupWorld, kind: SqlKind, backupId: string, sql: string | null): Promise<string> {
  const real = await db().backup.findUniqueOrThrow({ where: { id: backupId } });
  const manifest = manifestSchema.parse(real.manifest);
  const id = randomUUID();
  const key = `crafted/${id}`;
  const stored = manifest.parts.find((part) => part.name === "database");
  let body: Buffer = readFileSync(join(world.root, stored?.key ?? ""));
  if (sql !== null)
    body = kind !== "postgresql" ? Buffer.from(`${sql}\n-- Dump completed\n`) : await craftArchive(world, sql);
  const part = {
    name: "database",
    key: `${key}/database.${kind === "postgresql" ? "dump" : "sql"}`,
    sizeBytes: body.length,
    sha256: createHash("sha256").update(body).digest("hex"),
  };
  mkdirSync(dirname(join(world.root, part.key)), { recursive: true });
  writeFileSync(join(world.root, part.key), body);
  await db().backup.create({
    data: {
      id,
      serviceId: world.service.id,
      environment: "production",
      policyId: world.policyId,
      engine: kind,
      state: "verified",
      targetId: OWN_DISK_TARGET,
      key,
      manifest: {
        ...manifest,
        backupId: id,
        ...(sql === null ? {} : { compression: "none", counts: {}, checksums: {} }),
        parts: [part],
      },
    },
  });
  return id;
}

/** A real archive of pg_dump, with one function's body exchanged for a statement of the same length that ends it. */
async function craftArchive(world: BackupWorld, sql: string): Promise<Buffer> {
  const marker = `/*${"x".repeat(400)}*/`;
  await world.sql(`\\c postgres\nDROP DATABASE IF EXISTS craft;`);
  await world.sql(`CREATE DATABASE craft;`);
  await world.sql(`\\c craft\nCREATE VIEW v AS SELECT 1 AS one; COMMENT ON VIEW v IS '${marker}';`);
  const result = await runExec(
    world.containerId,
    {
      argv: ["sh", "-c", "pg_dump -h 127.0.0.1 -U notes -Fc -Z0 craft | base64 -w0"],
      env: { PGPASSWORD: world.login.password },
    },
    AbortSignal.timeout(30_000),
  );
  await world.sql("\\c postgres\nDROP DATABASE craft;");
  const archive = Buffer.from(result.stdout, "base64").toString("latin1");
  const broken = `''; ${sql}; --`;
  return Buffer.from(archive.replace(`'${marker}'`, broken.padEnd(marker.length + 2, " ")), "latin1");
}
