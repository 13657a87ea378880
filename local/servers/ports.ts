import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAlive, runCommand } from "./process.ts";

// Two worlds started in the same second would otherwise be handed the same port between the look and the bind.
const reservations = join(tmpdir(), "seaworthy-ports");

function reserve(key: string): boolean {
  mkdirSync(reservations, { recursive: true });
  const file = join(reservations, key);
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const handle = openSync(file, "wx");
      writeSync(handle, String(process.pid));
      closeSync(handle);
      return true;
    } catch {
      const holder = readHolder(file);
      if (holder === process.pid) return true;
      if (isAlive(holder)) return false;
      rmSync(file, { force: true });
    }
  }
  return false;
}

function readHolder(file: string): number {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    return 0;
  }
}

/** True when nothing listens on this TCP port of 127.0.0.1. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** The first preferred port that is free, else one the kernel picks. The port stays ours while this process lives. */
export async function pickPort(...preferred: (number | undefined)[]): Promise<number> {
  for (const port of preferred) {
    if (port && (await isPortFree(port)) && reserve(String(port))) return port;
  }
  for (;;) {
    const port = await askKernel();
    if (reserve(String(port))) return port;
  }
}

/** Reserves the first number of a range for which `isFree` holds, for things numbered like ports (subnets). */
export function pickNumber(kind: string, candidates: number[], isFree: (n: number) => boolean): number {
  for (const n of candidates) if (isFree(n) && reserve(`${kind}-${n}`)) return n;
  throw new Error(`No free ${kind} among ${candidates.length} candidates.`);
}

function askKernel(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/** Which program listens on a TCP port, for a sentence that names it. */
export async function findPortOwner(port: number): Promise<string> {
  const listing = await runCommand(["ss", "-ltnpH", `sport = :${port}`]).catch(() => "");
  const [, name, pid] = /\(\("([^"]+)",pid=(\d+)/.exec(listing) ?? [];
  return name ? `${name} (process ${pid})` : "another program";
}
