import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runExec } from "#lib/integrations/docker/exec.ts";
import { removeSecret } from "#lib/integrations/docker/swarm.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { closeDb, db } from "#lib/platform/db/client.ts";
import { storeSecret } from "#lib/secrets/commands.ts";
import { createTestContext, type TestContext, type TestContextOptions } from "#lib/steps/testing/context.ts";
import { swarmStack } from "#lib/swarm/steps/stack.ts";
import { addDatabase, clearStack, contextFor, createStackInput } from "#lib/swarm/testing.ts";
import { applyTestEnv, createTestDatabase } from "#local/test-world.ts";
import type { TakeBackupInput } from "./schema.ts";
import { findDatabaseTask } from "./take/find-database.ts";

export interface BackupWorld {
  input: TakeBackupInput;
  service: { id: string; name: string };
  root: string;
  containerId: string;
  image: string;
  /** Runs SQL as the one who may do everything; returns what it printed. */
  sql(statements: string): Promise<string>;
  context(options?: TestContextOptions): TestContext;
  close(): Promise<void>;
}

/** A real database in the swarm, with its service in a panel's database of the test's own. */
export async function startBackupWorld(engine: "mariadb" | "postgresql"): Promise<BackupWorld> {
  applyTestEnv();
  const panel = await createTestDatabase("backups");
  applyTestEnv({ DATABASE_URL: panel.url });
  const root = mkdtempSync(join(tmpdir(), "seaworthy-backups-"));
  overrideConfig({ BACKUPS_ROOT: root });
  const image = process.env[engine === "mariadb" ? "DATABASE_IMAGE_MARIADB" : "DATABASE_IMAGE_POSTGRES"] ?? "";
  const stack = await addDatabase(createStackInput("127.0.0.1:5000/pad-notes:1.0"), engine, image);
  const { serviceName, stackName, database } = stack;
  const up = contextFor(stack);
  await swarmStack.apply(stack, up.ctx);
  const service = await createServiceRow(serviceName);
  const names = [database?.passwordSecret ?? "", database?.rootPasswordSecret ?? ""];
  for (const name of names) await storeSecret(db(), { name, value: `pw-${name}`, serviceId: service.id });
  const swarmService = `${stackName}_db`;
  const signal = () => AbortSignal.timeout(120_000);
  const task = await findDatabaseTask(swarmService, stackName, signal());
  const client: { argv: string[]; env: Record<string, string> } =
    engine === "mariadb"
      ? { argv: ["mariadb", "-uroot", "-N", "-B", "notes"], env: { MYSQL_PWD: `pw-${names[1]}` } }
      : {
          argv: ["psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-U", "notes", "notes"],
          env: { PGPASSWORD: `pw-${names[0]}` },
        };
  return {
    input: {
      stackName,
      swarmService,
      engine,
      databaseName: "notes",
      userName: "notes",
      passwordSecret: names[0] ?? "",
      rootPasswordSecret: names[1] ?? "",
      prove: true,
    },
    service,
    root,
    ...task,
    sql: async (statements) => {
      const result = await runExec(task.containerId, { ...client, input: statements }, signal());
      if (result.exitCode !== 0) throw new Error(result.stderr);
      return result.stdout.trim();
    },
    context: (options) =>
      createTestContext({
        service,
        environment: "production",
        step: { id: Math.floor(Math.random() * 2 ** 30) },
        ...options,
      }),
    close: async () => {
      await clearStack(stack, up);
      for (const name of names) await removeSecret(name, signal());
      await closeDb();
      await panel.drop();
      overrideConfig(undefined);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

export async function createServiceRow(name: string): Promise<{ id: string; name: string }> {
  const ownerId = randomUUID();
  await db().user.create({
    data: {
      id: ownerId,
      issuer: "test",
      nameId: ownerId,
      email: "robin@example.org",
      displayName: "Robin",
      username: `robin-${ownerId.slice(0, 8)}`,
      roles: "staff",
    },
  });
  const service = { id: randomUUID(), name };
  await db().service.create({ data: { ...service, purpose: "A test", ownerId, state: "live" } });
  return service;
}
