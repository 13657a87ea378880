import { PrismaMariaDb } from "@prisma/adapter-mariadb";
import { config } from "../config/config.ts";
import { Prisma, PrismaClient } from "./generated/client.ts";

export type { PrismaClient };
export { Prisma };

/** What queries and commands take: the client itself or a transaction of it. */
export type Tx = Prisma.TransactionClient;

/** Connection options of the driver for a mysql:// URL. Every session speaks UTC. */
export function poolOptions(url: string, connectionLimit: number) {
  const { hostname, port, username, password, pathname } = new URL(url);
  return {
    host: hostname,
    port: Number(port || 3306),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: pathname.slice(1),
    connectionLimit,
    connectTimeout: 5_000,
    acquireTimeout: 10_000,
    // MySQL's own way of signing in, caching_sha2_password, asks for the server's key where the connection is not TLS.
    allowPublicKeyRetrieval: true,
    timezone: "Z",
    initSql: ["SET time_zone = '+00:00'", "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"],
  };
}

function createClient(url: string, connectionLimit: number): PrismaClient {
  // One command a query. Prepared anew each time, as is the default, it is three, for a gain in large decimals we have none of.
  const adapter = new PrismaMariaDb(poolOptions(url, connectionLimit), { useTextProtocol: true });
  return new PrismaClient({ adapter });
}

// Next's development server loads modules again and again; the pool must not multiply with them.
const holder = globalThis as { seaworthyDb?: PrismaClient };

/** The database of this process. */
export function db(): PrismaClient {
  holder.seaworthyDb ??= createClient(config().DATABASE_URL, config().DATABASE_POOL_SIZE);
  return holder.seaworthyDb;
}

export async function closeDb(): Promise<void> {
  await holder.seaworthyDb?.$disconnect();
  delete holder.seaworthyDb;
}
