import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { config, overrideConfig } from "#lib/platform/config/config.ts";
import { closeDb, db } from "#lib/platform/db/client.ts";
import { migrate } from "#lib/platform/db/migrate.ts";
import { readSecurity } from "#lib/platform/db/security.ts";
import { openSecureServer, type SecureServer } from "#lib/platform/db/testing/open-secure-server.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { applyTestEnv } from "#local/test-world.ts";
import { backupsTake, type TakeBackupOutput } from "./steps/take.ts";
import { createPolicyRow } from "./testing.ts";

/** The panel's own database, on a server that lets nobody in without TLS. */
let server: SecureServer;
const root = mkdtempSync(join(tmpdir(), "seaworthy-backups-"));

beforeAll(async () => {
  server = await openSecureServer();
  applyTestEnv({ DATABASE_URL: server.url(), DATABASE_TLS: "verify-identity", DATABASE_TLS_CA_FILE: server.caFile });
  overrideConfig({ BACKUPS_ROOT: root });
  await migrate(config().DATABASE_URL, readSecurity());
  await db().$executeRaw`SET GLOBAL require_secure_transport = ON`;
});
afterAll(async () => {
  await closeDb();
  overrideConfig(undefined);
  rmSync(root, { recursive: true, force: true });
  await server?.stop();
});

test("is backed up over TLS too", async () => {
  await createPolicyRow({ service: null, source: { kind: "panel" }, name: "panel" });
  const { ctx } = createTestContext({ step: { id: 1 }, service: null });
  const { key } = (await backupsTake.apply({ policy: "panel", trigger: "person" }, ctx)) as TakeBackupOutput;
  const text = execFileSync("zstd", ["-dc", join(root, key, "database.sql.zst")], { maxBuffer: 1e9 });
  expect(text.toString()).toContain("CREATE TABLE `BackupPolicy`");
});
