import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pebbleCaFile, startPebble } from "#local/servers/pebble.ts";

export interface OwnPebble {
  directoryUrl: string;
  caFile: string;
  /** A page of the management port, such as `/roots/0`. */
  ask(path: string): Promise<string>;
  /** Stops it and starts it again; it forgets every account and order. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A Pebble of the test's own, so that it can be as unkind as the test wants. */
export async function startOwnPebble(options: { dnsServer: string; nonceReject?: number }): Promise<OwnPebble> {
  const dir = mkdtempSync(join(tmpdir(), "seaworthy-pebble-"));
  const [port, managementPort] = [await findFreePort(), await findFreePort()];
  const caFile = pebbleCaFile(dir);
  const start = () => {
    process.env.PEBBLE_WFE_NONCEREJECT = String(options.nonceReject ?? 5);
    mkdirSync(dir, { recursive: true });
    const logFile = join(dir, "pebble.log");
    return startPebble({ dataDir: dir, runDir: dir, logFile, port, managementPort, dnsServer: options.dnsServer });
  };
  let running = await start();
  return {
    directoryUrl: `https://127.0.0.1:${port}/dir`,
    caFile,
    ask: (path) =>
      new Promise((resolve, reject) => {
        const call = request(`https://127.0.0.1:${managementPort}${path}`, { ca: readFileSync(caFile) }, (response) => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (chunk: string) => {
            text += chunk;
          });
          response.on("end", () => resolve(text));
        });
        call.on("error", reject);
        call.end();
      }),
    restart: async () => {
      await running.stop();
      running = await start();
    },
    stop: async () => {
      await running.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
