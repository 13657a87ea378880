import { setTimeout as delay } from "node:timers/promises";
import type { Connection } from "mariadb";
import { panelOptions } from "./client.ts";
import { connect } from "./connect.ts";

const HEARTBEAT_MS = 5_000;

/** One question to the server waits no longer than this, so that a cancelled wait ends soon. */
const WAIT_SLICE_S = 2;

/**
 * Runs `work` while this process alone holds a named lock of the database; its signal is aborted when the lock is lost. Returns
 * false when somebody else holds it: at once, or after `waitMs`. The lock ends with its connection, so a process that dies
 * holds nothing.
 */
export async function withNamedLock(
  name: string,
  signal: AbortSignal,
  work: (held: AbortSignal) => Promise<void>,
  { waitMs = 0 }: { waitMs?: number } = {},
): Promise<boolean> {
  const options = panelOptions(1);
  const connection = await connect(options);
  const lost = new AbortController();
  // Without a listener the driver throws when the server goes away while nothing is asked, which would end the process.
  connection.on("error", (error) => lost.abort(error));
  try {
    const lockName = `${name}.${options.database}`.slice(0, 64);
    if (!(await takeLock(connection, lockName, signal, waitMs))) return false;
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

async function takeLock(connection: Connection, name: string, signal: AbortSignal, waitMs: number): Promise<boolean> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    signal.throwIfAborted();
    const left = Math.max(0, deadline - performance.now()) / 1_000;
    const [row] = await connection.query<{ got: bigint | null }[]>("SELECT GET_LOCK(?, ?) AS got", [
      name,
      Math.min(left, WAIT_SLICE_S),
    ]);
    if (Number(row?.got) === 1) return true;
    if (performance.now() >= deadline) return false;
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
