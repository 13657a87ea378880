import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runExec } from "#lib/integrations/docker/exec.ts";
import { removeService } from "#lib/integrations/docker/services.ts";
import { removeSecret } from "#lib/integrations/docker/swarm.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { closeDb, db } from "#lib/platform/db/client.ts";
import { storeSecret } from "#lib/secrets/commands.ts";
import { createTestContext, type TestContext, type TestContextOptions } from "#lib/steps/testing/context.ts";
import type { StackInput } from "#lib/swarm/schema.ts";
import { swarmStack } from "#lib/swarm/steps/stack.ts";
import { addDatabase, clearStack, contextFor, createStackInput } from "#lib/swarm/testing.ts";
import { provideMongodbImage } from "#local/images/mongodb.ts";
import { provideMysqlImage } from "#local/images/mysql.ts";
import { applyTestEnv, createTestDatabase, testWorld } from "#local/test-world.ts";
import { OWN_DISK_TARGET } from "./constants.ts";
import type { Login } from "./engines/types.ts";
import { scopeOf } from "./queries/find-policy.ts";
import { DEFAULT_POLICY } from "./schema/policy.ts";
import { DEFAULT_RETENTION, type Retention } from "./schema/retention.ts";
import type { BackupSource } from "./schema/source.ts";
import type { TakeBackupInput } from "./schema/steps.ts";
import { findDatabaseTask } from "./sources/find-database.ts";
import { addMongodb, askMongodb, describeMongodb, isMongodb, waitForMongodb, withMongodb } from "./testing/mongodb.ts";

/** mongodb-set: a replica set that asks for no password, of which everything is backed up. */
export type WorldKind = "mariadb" | "mysql" | "postgresql" | "redis" | "mongodb" | "mongodb-set" | "files";

export interface BackupWorld {
  /** Of backups.take, for the policy that is there. */
  input: TakeBackupInput;
  source: BackupSource;
  policyId: string;
  /** Who reads everything. */
  login: Login;
  service: { id: string; name: string };
  /** BACKUPS_ROOT: the folder of the target. */
  root: string;
  /** Of kind "files": what is backed up. */
  folder: string;
  containerId: string;
  image: string;
  /** Runs SQL (Redis: commands, MongoDB: a script of mongosh) as the one who may do everything; returns what it printed. */
  sql(statements: string): Promise<string>;
  /** Changes the policy. */
  setPolicy(values: PolicyValues): Promise<void>;
  setPolicyOf(id: string, values: PolicyValues): Promise<void>;
  context(options?: TestContextOptions): TestContext;
  close(): Promise<void>;
}

interface PolicyValues {
  targetId?: string;
  compression?: string;
  recipients?: string[];
  lockDays?: number;
  source?: object;
  retention?: Retention;
}

/** A real source with a policy that backs it up into a folder, its service in a panel's database of the test's own. */
export async function startBackupWorld(kind: WorldKind): Promise<BackupWorld> {
  applyTestEnv();
  const panel = await createTestDatabase("backups");
  applyTestEnv({ DATABASE_URL: panel.url });
  const root = mkdtempSync(join(tmpdir(), "seaworthy-backups-"));
  overrideConfig({ BACKUPS_ROOT: root });
  const started = kind === "files" ? startFolder() : await startServer(kind);
  const service = await createServiceRow(started.serviceName);
  for (const name of started.secrets) await storeSecret(db(), { name, value: `pw-${name}`, serviceId: service.id });
  const policyId = await createPolicyRow({ service, source: started.source });
  return {
    ...started,
    input: { policy: policyNameOf(started.source), trigger: "person" },
    policyId,
    service,
    root,
    setPolicy: (values) => setPolicyOf(policyId, values),
    setPolicyOf,
    context: (options) =>
      createTestContext({
        service,
        environment: "production",
        step: { id: Math.floor(Math.random() * 2 ** 30) },
        ...options,
      }),
    close: async () => {
      await started.stop();
      await closeDb();
      await panel.drop();
      overrideConfig(undefined);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

async function setPolicyOf(id: string, values: PolicyValues): Promise<void> {
  await db().backupPolicy.update({ where: { id }, data: values });
}

type Started = Pick<BackupWorld, "source" | "login" | "folder" | "containerId" | "image" | "sql"> & {
  serviceName: string;
  secrets: string[];
  stop(): Promise<void>;
};

function startFolder(): Started {
  const folder = mkdtempSync(join(tmpdir(), "seaworthy-folder-"));
  // Readable by a container's root whatever the umask.
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  return {
    serviceName: `t-${randomUUID().slice(0, 8)}`,
    secrets: [],
    source: { kind: "files", path: folder, exclude: [] },
    login: { user: "", password: "", database: "" },
    ...{ folder, containerId: "", image: "" },
    sql: async () => "",
    stop: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

const signal = () => AbortSignal.timeout(120_000);

async function startServer(kind: Exclude<WorldKind, "files">): Promise<Started> {
  const base = createStackInput("127.0.0.1:5000/pad-notes:1.0");
  const serverImage = await findImage(kind);
  const stack =
    kind === "redis"
      ? { ...base, app: { ...base.app, image: serverImage } }
      : isMongodb(kind)
        ? withMongodb(base, kind, serverImage)
        : await addDatabase(base, kind, serverImage);
  const up = contextFor(stack);
  await swarmStack.apply(stack, up.ctx);
  const swarmService = isMongodb(kind)
    ? await addMongodb(stack, kind, serverImage)
    : `${stack.stackName}_${stack.database ? "db" : "app"}`;
  const { containerId, image } = await findDatabaseTask(swarmService, stack.stackName, signal());
  if (containerId === null) throw new Error("The world has one node, and the database is on another.");
  const { source, login, secrets } = describeServer(kind, stack, swarmService);
  const client = CLIENTS[kind](login);
  if (isMongodb(kind)) await waitForMongodb(containerId);
  return {
    serviceName: stack.serviceName,
    ...{ secrets, source, login, containerId, image, folder: "" },
    sql: async (statements) => {
      const result = await runExec(containerId, { ...client, input: statements }, signal());
      if (result.exitCode !== 0) throw new Error(result.stderr);
      return result.stdout.trim();
    },
    stop: async () => {
      // Whatever is not of the stack's own making holds its network.
      if (isMongodb(kind)) await removeService(swarmService, signal());
      await clearStack(stack, up);
      for (const name of secrets) await removeSecret(name, signal());
    },
  };
}

async function findImage(kind: Exclude<WorldKind, "files">): Promise<string> {
  if (kind === "mysql") return provideMysqlImage(testWorld());
  if (isMongodb(kind)) return provideMongodbImage(testWorld());
  const { images } = testWorld();
  if (!images) throw new Error("This world has no sample images.");
  return images[kind === "postgresql" ? "postgres" : kind];
}

function describeServer(kind: Exclude<WorldKind, "files">, stack: StackInput, swarmService: string) {
  const inStack = { stackName: stack.stackName, swarmService };
  if (kind === "redis") {
    const source: BackupSource = { kind, ...inStack, passwordSecret: null };
    return { source, login: { user: "", password: "", database: "" }, secrets: [] };
  }
  if (isMongodb(kind)) return describeMongodb(kind, stack, inStack);
  const passwordSecret = stack.database?.passwordSecret ?? "";
  const rootPasswordSecret = stack.database?.rootPasswordSecret ?? "";
  const names = { databaseName: "notes", userName: "notes", passwordSecret };
  const source: BackupSource = {
    kind,
    ...inStack,
    ...names,
    rootPasswordSecret: kind === "postgresql" ? null : rootPasswordSecret,
  };
  const login: Login =
    kind === "postgresql"
      ? { user: "notes", password: `pw-${passwordSecret}`, database: "notes" }
      : { user: "root", password: `pw-${rootPasswordSecret}`, database: "notes" };
  return { source, login, secrets: [passwordSecret, rootPasswordSecret] };
}

const CLIENTS: Record<
  Exclude<WorldKind, "files">,
  (login: Login) => { argv: string[]; env: Record<string, string> }
> = {
  mariadb: ({ password }) => ({ argv: ["mariadb", "-uroot", "-N", "-B", "notes"], env: { MYSQL_PWD: password } }),
  mysql: ({ password }) => ({ argv: ["mysql", "-uroot", "-N", "-B", "notes"], env: { MYSQL_PWD: password } }),
  postgresql: ({ password }) => ({
    argv: ["psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-U", "notes", "notes"],
    env: { PGPASSWORD: password },
  }),
  redis: () => ({ argv: ["redis-cli"], env: {} }),
  mongodb: askMongodb,
  "mongodb-set": askMongodb,
};

const policyNameOf = (source: BackupSource) => (source.kind === "files" ? "files" : "database");

/** A policy as commands would make it, into the panel's own folder. */
export async function createPolicyRow(options: {
  service: { id: string } | null;
  source: BackupSource;
  environment?: string;
  name?: string;
  targetId?: string;
}): Promise<string> {
  const { service, source, environment = "production", targetId = OWN_DISK_TARGET } = options;
  const name = options.name ?? policyNameOf(source);
  const id = randomUUID();
  const serviceId = service?.id ?? null;
  const { kind, ...rest } = source;
  const { compression, recipients, timeZone, jitterMinutes, graceMinutes, verification } = DEFAULT_POLICY;
  await db().backupPolicy.create({
    data: {
      ...{ id, serviceId, environment, name, kind, targetId, compression, timeZone, jitterMinutes, graceMinutes },
      scope: scopeOf({ serviceId, environment, name }),
      source: rest,
      recipients: [...recipients],
      retention: DEFAULT_RETENTION,
      verification,
    },
  });
  return id;
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
