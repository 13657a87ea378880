import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noteRows, readRows } from "#lib/dns/sync/rows.ts";
import { finishExec } from "#lib/integrations/program/finish.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { closeDb, db } from "#lib/platform/db/client.ts";
import { migrate } from "#lib/platform/db/migrate.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { type MysqlServer, startMysql } from "#local/servers/mysql.ts";
import { applyTestEnv, hasMysql, testWorld } from "#local/test-world.ts";
import { inContainer } from "./dump/place.ts";
import { backupsTake, type TakeBackupOutput } from "./steps/take.ts";
import { backupsVerify } from "./steps/verify.ts";
import { readPoint } from "./testing/proofs.ts";
import { createPolicyRow } from "./testing.ts";

/** The panel's own database, on a server as docker-stack.yml starts it. */
let server: MysqlServer;
const root = mkdtempSync(join(tmpdir(), "seaworthy-backups-"));

beforeAll(async () => {
  server = await startMysql(testWorld());
  applyTestEnv({ DATABASE_URL: server.url, DATABASE_IMAGE_MYSQL: server.image });
  overrideConfig({ BACKUPS_ROOT: root });
});
afterAll(async () => {
  await closeDb();
  overrideConfig(undefined);
  rmSync(root, { recursive: true, force: true });
  await server?.stop();
});
const context = () => createTestContext({ step: { id: Math.floor(Math.random() * 2 ** 30) }, service: null });

describe.skipIf(!hasMysql)("a panel on MySQL", () => {
  test("signs in to a server that never saw it, without TLS, and brings the database up to its version", async () => {
    expect((await migrate(server.url)).length).toBeGreaterThan(5);
    expect(await migrate(server.url)).toEqual([]);
    expect(await db().backupTarget.count()).toBeGreaterThan(0);
  });

  test("notes what a pass over a zone found, and leaves what was found before where the record changed since", async () => {
    const zone = { id: randomUUID(), name: "example.org", providerZoneId: "Z1", nameServers: [] };
    await db().dnsZone.create({ data: zone });
    const record = { zoneId: zone.id, type: "A", ttl: 60, values: ["192.0.2.1"], state: "pending" };
    const observed = { ttl: 300, values: ["192.0.2.7"], alias: null };
    await db().dnsRecord.createMany({
      data: ["a", "b"].map((name) => ({ id: randomUUID(), name, ...record, observed })),
    });
    const rows = await readRows(zone.id);
    await db().dnsRecord.updateMany({ where: { name: "b" }, data: { version: 2 } });
    const found = { state: "drift", applied: null, sent: null, observed: { absent: true } } as const;
    await transaction((tx) =>
      noteRows(
        tx,
        rows.map((row) => ({ row, ...found })),
      ),
    );
    const noted = await db().dnsRecord.findMany({ orderBy: { name: "asc" }, select: { state: true, observed: true } });
    expect(noted).toEqual([
      { state: "drift", observed: found.observed },
      { state: "pending", observed },
    ]);
  });

  test("is backed up by MariaDB's client, which the panel's image has, and that is proven on a MySQL and restored", async () => {
    await createPolicyRow({ service: null, source: { kind: "panel" }, name: "panel" });
    const taking = context();
    const output = (await backupsTake.apply({ policy: "panel", trigger: "person" }, taking.ctx)) as TakeBackupOutput;
    const text = execFileSync("zstd", ["-dc", join(root, output.key, "database.sql.zst")], { maxBuffer: 1e9 });
    expect(text.toString()).toMatch(/^.*MariaDB dump/m);
    expect(text.toString()).toContain("CREATE TABLE `BackupPolicy`");
    const proving = context();
    const which = { backupId: output.backupId };
    expect(await backupsVerify.apply({ policy: "panel", which }, proving.ctx)).toMatchObject({ proven: "counts" });
    expect(await readPoint(output.backupId)).toMatchObject({ state: "verified", proven: "counts" });
    // By hand, as its page says it.
    const ask = async (input: string, ...more: string[]) => {
      const argv = ["mysql", "--user=root", "--host=127.0.0.1", "--skip-column-names", ...more];
      const env = { MYSQL_PWD: decodeURIComponent(new URL(server.url).password) };
      return finishExec(await inContainer(server.containerId)({ argv, env }, AbortSignal.timeout(60_000)), input);
    };
    await ask("CREATE DATABASE seaworthy_restored CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
    const filled = await ask(text.toString(), "--default-character-set=utf8mb4", "seaworthy_restored");
    expect(filled).toMatchObject({ exitCode: 0, stderr: "" });
    const counted = await ask("SELECT COUNT(*) FROM BackupPolicy", "seaworthy_restored");
    expect(counted.stdout.trim()).toBe("1");
  });
});
