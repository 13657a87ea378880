import { setTimeout as delay } from "node:timers/promises";
import mariadb, { type Connection, type Pool, type PoolConnection, type TypeCastFunction } from "mariadb";
import { config } from "../config/config.ts";
import { poolOptions, type Tx } from "./client.ts";
import { readSecurity } from "./security.ts";
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
const ANSWER_MS = 15_000;

/** The driver reads and writes dates in the process's own time zone, whatever it is told; in the database they are UTC. */
const readUtc: TypeCastFunction = (column, next) => {
  if (column.type !== "DATETIME" && column.type !== "TIMESTAMP") return next();
  const text = column.string();
  return text === null ? null : new Date(`${text.replace(" ", "T")}Z`);
};
const writeUtc = (value: unknown): unknown =>
  value instanceof Date ? value.toISOString().slice(0, 23).replace("T", " ") : value;
const prepare = (params: readonly unknown[] | undefined) => params?.map(writeUtc);

/** Dates, numbers and JSON come back as themselves. */
export function createSqlPool(url: string, connectionLimit: number, { autocommit = true } = {}): Pool {
  const options = poolOptions(url, connectionLimit, readSecurity());
  return mariadb.createPool({
    ...options,
    ...(autocommit ? {} : { initSql: [...options.initSql, "SET autocommit = 0"] }),
    bigIntAsNumber: true,
    insertIdAsNumber: true,
    decimalAsNumber: true,
    typeCast: readUtc,
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
    rows: (text, params) => connection.query(text, prepare(params)),
    run: async (text, params) => (await connection.query<{ affectedRows: number }>(text, prepare(params))).affectedRows,
    batch: async (text, rows) => {
      if (rows.length > 0)
        await connection.batch(
          text,
          rows.map((row) => row.map(writeUtc)),
        );
    },
  };
}

/**
 * Lends a connection to `work`. One that does not answer in time is destroyed: a server that vanishes in the wrong moment can
 * leave a statement without an answer for ever, and with it the loop that waits for it.
 */
async function withConnection<T>(pool: Pool, work: (connection: PoolConnection) => Promise<T>): Promise<T> {
  const connection = await pool.getConnection();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new Error(`The database did not answer for ${ANSWER_MS / 1000} seconds.`));
    connection.destroy();
  }, ANSWER_MS);
  try {
    return await Promise.race([work(connection), late.promise]);
  } finally {
    clearTimeout(timer);
    // Not waited for, for the same reason.
    connection.release().catch(() => connection.destroy());
  }
}

const alone = <T>(work: (sql: Sql) => Promise<T>) =>
  withConnection(pools().single, (connection) => work(over(connection)));

/** Statements of their own, each on any connection of the pool. */
export const sql: Sql = {
  rows: (text, params) => alone((on) => on.rows(text, params)),
  run: (text, params) => alone((on) => on.run(text, params)),
  batch: (text, rows) => alone((on) => on.batch(text, rows)),
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
    try {
      return await withConnection(pools().transactions, (connection) => runOnce(connection, work));
    } catch (error) {
      if (attempt >= MAX_TRIES || !isConflict(error)) throw error;
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
