import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { type Connection, createConnection } from "mariadb";
import { createFromTemplate } from "./database-template.ts";
import { defaultStateDir, readRunningWorld, type WorldFile } from "./world-file.ts";

/** The running world tests use: the one SEAWORTHY_WORLD names, else the repository's own. */
export function testWorld(): WorldFile {
  const path = process.env.SEAWORTHY_WORLD;
  const world = readRunningWorld(path ? dirname(path) : defaultStateDir);
  if (world) return world;
  throw new Error(
    `No world runs${path ? ` at ${path}` : ""}. Start one with: npx node local/world.ts up --detach${path ? ` --dir ${dirname(path)}` : ""}`,
  );
}

/** Makes this process see the world's settings, with the given ones instead of the world's own. Call before `config()`. */
export function applyTestEnv(overrides: Record<string, string> = {}): WorldFile {
  const world = testWorld();
  // Whoever tests what is written there has a repository of their own.
  Object.assign(process.env, world.env, { CONFIG_REPOSITORY_URL: "" }, overrides);
  return world;
}

/** Of Debian's releases only sid has MySQL, and some days none: `npm test` then says so, and what needs one is left out. */
export const hasMysql = !process.env.SEAWORTHY_WITHOUT_MYSQL;
/** The stand-in for MongoDB is made of packages of npm; where those cannot be had, `npm test` says so as well. */
export const hasMongodb = !process.env.SEAWORTHY_WITHOUT_MONGODB;
/** The kinds of SQL server that can be tested. */
export const sqlKinds = (["mariadb", "mysql", "postgresql"] as const).filter((kind) => hasMysql || kind !== "mysql");

export type TestDatabase = { url: string; name: string; drop: () => Promise<void> };

/** A fresh, migrated database of the caller's own. */
export async function createTestDatabase(prefix = "test"): Promise<TestDatabase> {
  const database = createEmptyDatabaseUrl(prefix);
  const url = new URL(database.url);
  await withConnection(url, undefined, (connection) => createFromTemplate(connection, url));
  return database;
}

/** A database nobody uses yet; it exists only once something creates it. */
export function createEmptyDatabaseUrl(prefix = "test"): TestDatabase {
  const url = new URL(testWorld().env.DATABASE_URL ?? "");
  const name = `${prefix.replace(/[^a-z0-9_]/gi, "_").slice(0, 40)}_${randomBytes(5).toString("hex")}`;
  url.pathname = `/${name}`;
  return { url: url.href, name, drop: () => runStatement(url, `DROP DATABASE IF EXISTS \`${name}\``) };
}

async function withConnection<T>(
  url: URL,
  database: string | undefined,
  work: (on: Connection) => Promise<T>,
): Promise<T> {
  const connection = await createConnection({
    host: url.hostname,
    port: Number(url.port),
    user: url.username,
    password: decodeURIComponent(url.password),
    multipleStatements: true,
    ...(database === undefined ? {} : { database }),
  });
  try {
    return await work(connection);
  } finally {
    await connection.end();
  }
}

const runStatement = (url: URL, sql: string) =>
  withConnection(url, undefined, async (connection) => {
    await connection.query(sql);
  });

/** A prefix for keys and channels that no other test uses; pass it as REDIS_PREFIX. */
export const createRedisPrefix = (name = "test"): string => `${name.slice(0, 20)}-${randomBytes(5).toString("hex")}`;

/** The certificate that signs Pebble's HTTPS, for clients of its directory and management port. */
export const readPebbleCa = (): string => readFileSync(testWorld().env.LETS_ENCRYPT_CA_FILE ?? "", "utf8");

/** Rows of the panel's own database, read beside the panel: what a journey proves must not be what the panel says. */
export function readPanelRows<T>(sql: string, values: unknown[] = []): Promise<T[]> {
  const url = new URL(testWorld().env.DATABASE_URL ?? "");
  return withConnection(url, url.pathname.slice(1), (connection) => connection.query<T[]>(sql, values));
}
