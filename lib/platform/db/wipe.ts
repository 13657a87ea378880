import { config } from "../config/config.ts";
import { connectRedis } from "../redis.ts";
import { panelOptions } from "./client.ts";
import { connect } from "./connect.ts";

/** What DANGER_DATABASE_WIPE_REINITIALIZE asks for. In production a slip of the finger must not be enough. */
export function readWipeOrder(value: string, databaseName: string, environment: string): "keep" | "wipe" {
  if (value === "" || value === "0" || value === "false") return "keep";
  if (value === databaseName) return "wipe";
  if (environment !== "production" && (value === "1" || value === "true")) return "wipe";
  throw new Error(
    environment === "production"
      ? `DANGER_DATABASE_WIPE_REINITIALIZE is "${value}". In production everything is wiped only when it repeats the database's name, "${databaseName}". Nothing was touched.`
      : `DANGER_DATABASE_WIPE_REINITIALIZE must be 1 or the database's name, "${databaseName}", not "${value}". Nothing was touched.`,
  );
}

/** Drops every table of the database; its name, its character set and who may use it stay. */
async function dropTables(): Promise<number> {
  const { database, ...options } = panelOptions(1);
  const connection = await connect(options);
  try {
    const tables = await connection.query<{ name: string }[]>(
      "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_TYPE = 'BASE TABLE'",
      [database],
    );
    await connection.query("SET FOREIGN_KEY_CHECKS = 0");
    for (const { name } of tables) await connection.query(`DROP TABLE ${escapeId(database)}.${escapeId(name)}`);
    return tables.length;
  } finally {
    await connection.end();
  }
}

const escapeId = (name: string) => `\`${name.replaceAll("`", "``")}\``;

/** Removes the keys under REDIS_PREFIX; another panel's stay. */
async function dropKeys(): Promise<number> {
  const redis = connectRedis("blocking");
  let count = 0;
  try {
    for await (const found of redis.scanStream({ match: `${config().REDIS_PREFIX}:*`, count: 500 })) {
      const keys = found as string[];
      if (keys.length > 0) count += await redis.unlink(...keys);
    }
    return count;
  } finally {
    redis.disconnect();
  }
}

/** Empties MySQL and Redis when DANGER_DATABASE_WIPE_REINITIALIZE says so; answers what it did, in a sentence. */
export async function wipeIfOrdered(): Promise<string | null> {
  const { DANGER_DATABASE_WIPE_REINITIALIZE, NODE_ENV } = config();
  const { database } = panelOptions(1);
  if (readWipeOrder(DANGER_DATABASE_WIPE_REINITIALIZE, database, NODE_ENV) === "keep") return null;
  const [tables, keys] = [await dropTables(), await dropKeys()];
  return `Wiped ${tables} tables of ${database} and ${keys} keys of Redis, as DANGER_DATABASE_WIPE_REINITIALIZE asks. Take the setting away now.`;
}
