import { setTimeout as delay } from "node:timers/promises";
import mariadb, { type Connection, type Pool, type PoolConnection } from "mariadb";
import { config } from "../config/config.ts";
import { poolOptions, type Tx } from "./client.ts";
import { isConflict } from "./transaction.ts";

/**
 * Plain SQL for the engine's hot path, where one statement does what would be hundreds of Prisma calls. The same functions
 * run on the engine's own pool and, through `sqlOf`, inside a Prisma transaction. An array parameter fills `IN (?)`.
 */
export interface Sql {
  rows<T>(text: string, params?: readonly unknown[]): Promise<T[]>;
  /** Returns how many rows matched. */
  run(text: string, params?: readonly unknown[]): Promise<number>;
  /** One statement for many rows of parameters. */
  batch(text: string, rows: readonly (readonly unknown[])[]): Promise<void>;
}

const MAX_TRIES = 6;

/** Dates, numbers and JSON come back as themselves. */
export function createSqlPool(url: string, connectionLimit: number, { autocommit = true } = {}): Pool {
  const options = poolOptions(url, connectionLimit);
  return mariadb.createPool({
    ...options,
    ...(autocommit ? {} : { initSql: [...options.initSql, "SET autocommit = 0"] }),
    bigIntAsNumber: true,
    insertIdAsNumber: true,
    decimalAsNumber: true,
    minimumIdle: 1,
  });
}

const holder = globalThis as { seaworthySql?: { single: Pool; transactions: Pool } };

function pools() {
  const { DATABASE_URL: url, DATABASE_POOL_SIZE: size } = config();
  // Transactions run with autocommit off: after a deadlock has rolled one back, statements already on their way must not
  // commit by themselves, and are rolled back too.
  holder.seaworthySql ??= {
    single: createSqlPool(url, size),
    transactions: createSqlPool(url, size, { autocommit: false }),
  };
  return holder.seaworthySql;
}

export async function closeSql(): Promise<void> {
  const open = holder.seaworthySql;
  delete holder.seaworthySql;
  await Promise.all([open?.single.end(), open?.transactions.end()]);
}

function over(connection: Pick<Connection, "query" | "batch">): Sql {
  return {
    rows: (text, params) => connection.query(text, params as unknown[]),
    run: async (text, params) =>
      (await connection.query<{ affectedRows: number }>(text, params as unknown[])).affectedRows,
    batch: async (text, rows) => {
      if (rows.length > 0) await connection.batch(text, rows as unknown[][]);
    },
  };
}

/** Statements of their own, each on any connection of the pool. */
export const sql: Sql = {
  rows: (text, params) => over(pools().single).rows(text, params),
  run: (text, params) => over(pools().single).run(text, params),
  batch: (text, rows) => over(pools().single).batch(text, rows),
};

async function runOnce<T>(connection: PoolConnection, work: (sql: Sql) => Promise<T>): Promise<T> {
  try {
    const result = await work(over(connection));
    await connection.commit();
    return result;
  } catch (error) {
    // A connection that cannot roll back is broken; the pool must not hand it out again.
    await connection.rollback().catch(() => connection.destroy());
    throw error;
  }
}

/** Runs `work` in one transaction on the engine's pool, again as a whole when it met a deadlock. */
export async function sqlTransaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const connection = await pools().transactions.getConnection();
    try {
      return await runOnce(connection, work);
    } catch (error) {
      if (attempt >= MAX_TRIES || !isConflict(error)) throw error;
    } finally {
      await connection.release();
    }
    await delay(Math.random() * 10 * 2 ** attempt);
  }
}

/** Writes `?` once for each value of an array parameter, as the driver does by itself. */
function expand(text: string, params: readonly unknown[]): { text: string; params: unknown[] } {
  let index = 0;
  const flat: unknown[] = [];
  const expanded = text.replaceAll("?", () => {
    const value = params[index++];
    if (!Array.isArray(value)) {
      flat.push(value);
      return "?";
    }
    flat.push(...value);
    return value.map(() => "?").join(",");
  });
  return { text: expanded, params: flat };
}

/** The same interface inside a Prisma transaction. Counts come back as bigint there: use Number(). */
export function sqlOf(tx: Tx): Sql {
  // Statements sent together run in the order they were sent, and none after one that failed: a deadlock has then rolled the
  // transaction back, and what follows would commit by itself.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work);
    mine.catch(() => {});
    last = mine;
    return mine;
  };
  const execute = (text: string, params: readonly unknown[] = []) => {
    const { text: expanded, params: flat } = expand(text, params);
    return inTurn(() => tx.$executeRawUnsafe(expanded, ...flat));
  };
  return {
    rows: <T>(text: string, params: readonly unknown[] = []) => {
      const { text: expanded, params: flat } = expand(text, params);
      return inTurn(() => tx.$queryRawUnsafe<T[]>(expanded, ...flat));
    },
    run: execute,
    batch: async (text, rows) => {
      await Promise.all(rows.map((row) => execute(text, row)));
    },
  };
}
