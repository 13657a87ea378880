import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { removeContainer, startScratch } from "#lib/integrations/docker/containers.ts";
import { runExec } from "#lib/integrations/docker/exec.ts";
import { finishExec } from "#lib/integrations/program/finish.ts";
import { startProgram } from "#lib/integrations/programs/run.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { closeDb, db } from "#lib/platform/db/client.ts";
import { createTestContext, type TestContext, type TestContextOptions } from "#lib/steps/testing/context.ts";
import { applyTestEnv, createTestDatabase } from "#local/test-world.ts";
import { type Compression, OWN_DISK_TARGET, type SourceKind } from "../constants.ts";
import { COMPRESS_ARGV, DECOMPRESS_ARGV } from "../dump/compression.ts";
import { formatOf } from "../dump/formats.ts";
import { choosePointKey, compressionOf, manifestKey, partKey } from "../dump/paths.ts";
import { inContainer, type RunProgram } from "../dump/place.ts";
import { openReadingSession } from "../dump/reading-session.ts";
import { readServerSettings, type Survey, surveyTables } from "../dump/snapshot.ts";
import { findEngine } from "../engines/registry.ts";
import type { Login, ServerSettings } from "../engines/types.ts";
import { MAINTENANCE } from "../restore/servers/postgresql.ts";
import type { Manifest } from "../schema/manifest.ts";
import type { SmokeCheck } from "../schema/policy.ts";
import { DEFAULT_RETENTION } from "../schema/retention.ts";
import type { BackupSource } from "../schema/source.ts";
import { backupsVerify, type VerifyBackupOutput } from "../steps/verify.ts";

const soon = () => AbortSignal.timeout(120_000);

/** What is put where a backup would be. */
export interface PointDraft {
  engine: SourceKind;
  /** Before compression. */
  parts: Record<string, Uint8Array>;
  compression?: Compression;
  manifest: Pick<Manifest, "source" | "image" | "counts" | "checksums"> & Partial<Manifest>;
}

export interface StoredPoint {
  backupId: string;
  key: string;
  manifest: Manifest;
  /** Path of a part's object. */
  path(part: string): string;
  /** Writes another manifest to the row and to the target, as if it had been so from the beginning. */
  rewrite(change: (manifest: Manifest) => void): Promise<void>;
}

export interface ProofWorld {
  folder: string;
  store(draft: PointDraft): Promise<StoredPoint>;
  context(options?: TestContextOptions): TestContext;
  /** Makes a policy with this check, and the point one of its. */
  setPolicy(point: StoredPoint, smoke: SmokeCheck, source?: BackupSource, service?: { id: string }): Promise<void>;
  prove(point: StoredPoint, test?: TestContext): Promise<VerifyBackupOutput>;
  close(): Promise<void>;
}

/** A panel's database and a folder of backups of the test's own, without anything that takes them. */
export async function startProofWorld(): Promise<ProofWorld> {
  applyTestEnv();
  const panel = await createTestDatabase("proofs");
  applyTestEnv({ DATABASE_URL: panel.url });
  const folder = mkdtempSync(join(tmpdir(), "seaworthy-proofs-"));
  overrideConfig({ BACKUPS_ROOT: folder });
  const context = (options?: TestContextOptions) =>
    createTestContext({
      environment: "production",
      step: { id: Math.floor(Math.random() * 2 ** 30) },
      ...options,
    });
  return {
    folder,
    store: (draft) => storePoint(folder, draft),
    context,
    setPolicy,
    prove: (point, test = context()) =>
      backupsVerify.apply(
        { policy: "database", which: { backupId: point.backupId } },
        test.ctx,
      ) as Promise<VerifyBackupOutput>,
    close: async () => {
      await closeDb();
      await panel.drop();
      overrideConfig(undefined);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const ANY_SOURCE: BackupSource = {
  kind: "mariadb",
  stackName: "no-such-stack",
  swarmService: "no-such-stack_db",
  databaseName: "notes",
  userName: "notes",
  passwordSecret: "services.no-such.db_pass",
  rootPasswordSecret: null,
};

async function setPolicy(
  { backupId }: StoredPoint,
  smoke: SmokeCheck,
  source: BackupSource = ANY_SOURCE,
  service?: { id: string },
): Promise<void> {
  const { kind, ...rest } = source;
  const id = randomUUID();
  await db().backupPolicy.create({
    data: {
      ...{ id, kind, source: rest, serviceId: service?.id ?? null, scope: id },
      ...{
        environment: "production",
        name: "database",
        targetId: OWN_DISK_TARGET,
        compression: "zstd",
        recipients: [],
      },
      ...{ timeZone: "UTC", jitterMinutes: 0, graceMinutes: 60, retention: DEFAULT_RETENTION },
      verification: { restoreEach: true, cron: null, randomOlder: false, smoke },
    },
  });
  await db().backup.update({ where: { id: backupId }, data: { policyId: id } });
}

export const compress = (data: Uint8Array, how: Compression) => pass([...COMPRESS_ARGV[how]], data);

async function pass(argv: string[], data: Uint8Array): Promise<Buffer> {
  const running = await startProgram({ argv }, soon());
  const chunks: Buffer[] = [];
  const feed = running.write(data).then(() => running.end());
  for await (const { stream, data: chunk } of running.output) if (stream === "stdout") chunks.push(chunk);
  await feed;
  return Buffer.concat(chunks);
}

const hashOf = (data: Uint8Array) => createHash("sha256").update(data).digest("hex");

async function storePoint(folder: string, draft: PointDraft): Promise<StoredPoint> {
  const { engine, compression = "zstd" } = draft;
  const backupId = randomUUID();
  const scope = { service: null, environment: "production", policy: "database" };
  const key = choosePointKey(scope, backupId, new Date());
  const parts: Manifest["parts"] = [];
  for (const [name, raw] of Object.entries(draft.parts)) {
    const stored = await compress(raw, compression);
    const object = partKey(key, { name, format: formatOf(engine, name), compression, encrypted: false });
    mkdirSync(join(folder, dirname(object)), { recursive: true });
    writeFileSync(join(folder, object), stored);
    parts.push({ name, key: object, sizeBytes: stored.length, sha256: hashOf(stored) });
  }
  const now = new Date().toISOString();
  const manifest: Manifest = {
    version: 2,
    backupId,
    ...scope,
    engine,
    startedAt: now,
    finishedAt: now,
    compression,
    recipients: [],
    parts,
    counting: "exact",
    ...draft.manifest,
  };
  const rawBytes = Object.values(draft.parts).reduce((sum, raw) => sum + raw.length, 0);
  await db().backup.create({
    data: {
      id: backupId,
      environment: scope.environment,
      policy: scope.policy,
      ...{ engine, state: "stored", targetId: OWN_DISK_TARGET, key, manifest, rawBytes },
    },
  });
  const write = () => writeFileSync(join(folder, manifestKey(key)), JSON.stringify(manifest, null, 2));
  write();
  return {
    backupId,
    key,
    manifest,
    path: (name) => join(folder, manifest.parts.find((part) => part.name === name)?.key ?? ""),
    rewrite: async (change) => {
      change(manifest);
      await db().backup.update({ where: { id: backupId }, data: { manifest } });
      write();
    },
  };
}

/** Replaces a part's object and makes the manifest fit: what only looking at the content can find out. */
export async function replacePart(point: StoredPoint, name: string, stored: Uint8Array): Promise<void> {
  writeFileSync(point.path(name), stored);
  await point.rewrite((manifest) => {
    const part = manifest.parts.find((one) => one.name === name);
    if (part) Object.assign(part, { sizeBytes: stored.length, sha256: hashOf(stored) });
  });
}

/** Changes what one part of a stored backup holds, and makes everything else fit. */
export async function tamper(root: string, backupId: string, name: string, change: (raw: Buffer) => Uint8Array) {
  const { key, manifest: kept } = await db().backup.findUniqueOrThrow({ where: { id: backupId } });
  const manifest = structuredClone(kept) as Manifest;
  const part = manifest.parts.find((one) => one.name === name);
  if (!part) throw new Error(`no part ${name}`);
  const path = join(root, part.key);
  const how = compressionOf(part.key);
  const raw = await pass([...DECOMPRESS_ARGV[how]], readFileSync(path));
  const stored = await compress(change(raw), how);
  writeFileSync(path, stored);
  Object.assign(part, { sizeBytes: stored.length, sha256: hashOf(stored) });
  await db().backup.update({ where: { id: backupId }, data: { manifest } });
  writeFileSync(join(root, manifestKey(key)), JSON.stringify(manifest));
}

export const readStored = (point: StoredPoint, name: string) => readFileSync(point.path(name));

export interface SourceServer {
  image: string;
  run: RunProgram;
  login: Login;
  sql(statements: string): Promise<string>;
  /** What the panel counts in it. */
  survey(): Promise<Survey>;
  /** A dump with what the database held, as a backup would have them. */
  draft(): Promise<PointDraft>;
  close(): Promise<void>;
}

/** A server to take dumps from, in a container of its own: quicker than a stack, and nothing here is about stacks. */
export async function startSource(
  kind: "mariadb" | "postgresql",
  { settings = {}, args = [] }: { settings?: ServerSettings; args?: string[] } = {},
): Promise<SourceServer> {
  const image = process.env[kind === "mariadb" ? "DATABASE_IMAGE_MARIADB" : "DATABASE_IMAGE_POSTGRES"] ?? "";
  const engine = findEngine(kind);
  const name = `seaworthy-test-source-${randomUUID()}`;
  const admin = { user: engine.scratch.adminUser, password: randomUUID(), database: "notes" };
  const env = engine.scratch.env(admin);
  const command = [...engine.scratch.serverArgs(settings), ...args];
  const { id } = await startScratch(
    { name, image, env, labels: {}, ...(command.length > 0 ? { command } : {}) },
    soon(),
  );
  const run = inContainer(id);
  const ready = { argv: engine.scratch.readyArgv(admin), env: { [engine.passwordVariable]: admin.password } };
  const deadline = Date.now() + 240_000;
  while ((await runExec(id, ready, soon())).exitCode !== 0)
    if (Date.now() > deadline) throw new Error("The test's own database did not start.");
  const secret = { [engine.passwordVariable]: admin.password };
  const ask = async (argv: string[], input?: string) => {
    const result = await finishExec(await run({ argv, env: secret }, soon()), input);
    if (result.exitCode !== 0) throw new Error(result.stderr);
    return result.stdout.trim();
  };
  if (engine.scratch.recreateSql && Object.keys(settings).length > 0) {
    const statements = engine.scratch.recreateSql(admin.database, settings).map((sql) => `${sql};\n`);
    await ask(engine.clientArgv({ ...admin, database: MAINTENANCE }), statements.join(""));
  }
  const survey = async () => {
    const session = await openReadingSession(run, engine, admin, soon());
    try {
      return await surveyTables(session, { engine, login: admin, log: createTestContext().ctx.log });
    } finally {
      session.close();
    }
  };
  const readSettings = async () => {
    const session = await openReadingSession(run, engine, admin, soon());
    const serverSettings = await readServerSettings(session, engine, admin.database).finally(() => session.close());
    return Object.keys(serverSettings).length > 0 ? { serverSettings } : {};
  };
  return {
    image,
    run,
    login: admin,
    survey,
    sql: (statements) => ask(engine.clientArgv(admin), statements),
    draft: async () => {
      const { uncounted: _uncounted, ...held } = await survey();
      const parts: Record<string, Uint8Array> = {
        database: await readOutput(run, { argv: engine.dumpArgv(admin, null), env: secret }),
      };
      const globals = engine.globalsArgv?.(admin);
      if (globals) parts.globals = await readOutput(run, { argv: globals, env: secret });
      return { engine: kind, parts, manifest: { source: "notes", image, ...held, ...(await readSettings()) } };
    },
    close: () => removeContainer(name, soon()),
  };
}

async function readOutput(run: RunProgram, options: { argv: string[]; env: Record<string, string> }): Promise<Buffer> {
  const running = await run(options, soon());
  running.end();
  const chunks: Buffer[] = [];
  let words = "";
  for await (const { stream, data } of running.output)
    if (stream === "stdout") chunks.push(Buffer.from(data));
    else words += data.toString("utf8");
  if ((await running.exitCode()) !== 0) throw new Error(words);
  return Buffer.concat(chunks);
}
