import { PrismaMariaDb } from "@prisma/adapter-mariadb";
import mariadb from "mariadb";
import { config } from "../config/config.ts";
import { Prisma, PrismaClient } from "./generated/client.ts";
import { readSecurity, type Security, secureOptions } from "./security.ts";

export type { PrismaClient };
export { Prisma };

/** What queries and commands take: the client itself or a transaction of it. */
export type Tx = Prisma.TransactionClient;

/** Connection options of the driver for a mysql:// URL. Every session speaks UTC. */
export function poolOptions(url: string, connectionLimit: number, security: Security = {}) {
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
    ...secureOptions(security, hostname),
    timezone: "Z",
    initSql: ["SET time_zone = '+00:00'", "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"],
  };
}

/** The same for the panel's own database, protected as the settings ask. */
export const panelOptions = (connectionLimit: number) =>
  poolOptions(config().DATABASE_URL, connectionLimit, readSecurity());

/** The same pool in the words of that older driver. */
type AdapterPool = ConstructorParameters<typeof PrismaMariaDb>[0];

function createClient(): PrismaClient {
  // Not the pool that the adapter would make: its own driver is older, and signs in to a MariaDB before it has looked at the certificate.
  const pool = mariadb.createPool({ ...panelOptions(config().DATABASE_POOL_SIZE), prepareCacheLength: 0 });
  // One command a query. Prepared anew each time, as is the default, it is three, for a gain in large decimals we have none of.
  const adapter = new PrismaMariaDb(pool as unknown as AdapterPool, {
    useTextProtocol: true,
    disposeExternalPool: true,
  });
  return new PrismaClient({ adapter });
}

// Next's development server loads modules again and again; the pool must not multiply with them.
const holder = globalThis as { seaworthyDb?: PrismaClient };

/** The database of this process. */
export function db(): PrismaClient {
  holder.seaworthyDb ??= createClient();
  return holder.seaworthyDb;
}

export async function closeDb(): Promise<void> {
  await holder.seaworthyDb?.$disconnect();
  delete holder.seaworthyDb;
}
