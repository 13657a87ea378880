import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { closeDb, db } from "#lib/platform/db/client.ts";
import { migrate } from "#lib/platform/db/migrate.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { type MysqlServer, startMysql } from "#local/servers/mysql.ts";
import { applyTestEnv, testWorld } from "#local/test-world.ts";
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

describe("a panel on MySQL", () => {
  test("signs in to a server that never saw it, without TLS, and brings the database up to its version", async () => {
    expect((await migrate(server.url)).length).toBeGreaterThan(5);
    expect(await migrate(server.url)).toEqual([]);
    expect(await db().backupTarget.count()).toBeGreaterThan(0);
  });

  test("is backed up by the programs of its own image, and that is proven on a MySQL", async () => {
    await createPolicyRow({ service: null, source: { kind: "panel" }, name: "panel" });
    const taking = context();
    const output = (await backupsTake.apply({ policy: "panel", trigger: "person" }, taking.ctx)) as TakeBackupOutput;
    const text = execFileSync("zstd", ["-dc", join(root, output.key, "database.sql.zst")], { maxBuffer: 1e9 });
    expect(text.toString()).toContain("CREATE TABLE `BackupPolicy`");
    const proving = context();
    const which = { backupId: output.backupId };
    expect(await backupsVerify.apply({ policy: "panel", which }, proving.ctx)).toMatchObject({ proven: "counts" });
    expect(await readPoint(output.backupId)).toMatchObject({ state: "verified", proven: "counts" });
  });
});
