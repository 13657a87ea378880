import { setTimeout as delay } from "node:timers/promises";
import { createConnection } from "mariadb";
import { config } from "../config/config.ts";
import { poolOptions } from "./client.ts";

const HEARTBEAT_MS = 5_000;

/**
 * Runs `work` while this process alone holds a named lock of the database; its signal is aborted when the lock is lost. Returns
 * false at once when somebody else holds it. The lock ends with its connection, so a process that dies holds nothing.
 */
export async function withNamedLock(
  name: string,
  signal: AbortSignal,
  work: (held: AbortSignal) => Promise<void>,
): Promise<boolean> {
  const options = poolOptions(config().DATABASE_URL, 1);
  const connection = await createConnection(options);
  const lost = new AbortController();
  // Without a listener the driver throws when the server goes away while nothing is asked, which would end the process.
  connection.on("error", (error) => lost.abort(error));
  try {
    const lockName = `${name}.${options.database}`.slice(0, 64);
    const [row] = await connection.query<{ got: bigint | null }[]>("SELECT GET_LOCK(?, 0) AS got", [lockName]);
    if (Number(row?.got) !== 1) return false;
    const stop = new AbortController();
    const beat = keepAlive(() => connection.ping(), stop.signal).catch((error: unknown) => lost.abort(error));
    try {
      await work(AbortSignal.any([signal, lost.signal]));
    } finally {
      stop.abort();
      await beat;
    }
    return true;
  } finally {
    await connection.end().catch(() => connection.destroy());
  }
}

async function keepAlive(ping: () => Promise<void>, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await delay(HEARTBEAT_MS, undefined, { signal });
    } catch {
      return;
    }
    await ping();
  }
}
