import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AriServer, startAri } from "#local/ari/server.ts";
import { type PebbleBinding, pebbleCaFile, pebbleKeyFile, startPebble } from "#local/servers/pebble.ts";

export interface OwnPebble {
  directoryUrl: string;
  caFile: string;
  /** Renewal information in front of it, when that was asked for; its directory is the one above. */
  ari: AriServer | undefined;
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

export interface OwnPebbleOptions {
  dnsServer: string;
  nonceReject?: number;
  binding?: PebbleBinding;
  /** Percentage of proven names that need no new proof; Pebble's own default is 50. */
  reuse?: number;
  /** With renewal information (RFC 9773). */
  ari?: boolean;
}

/** A Pebble of the test's own, so that it can be as unkind as the test wants. */
export async function startOwnPebble(options: OwnPebbleOptions): Promise<OwnPebble> {
  const dir = mkdtempSync(join(tmpdir(), "seaworthy-pebble-"));
  const [port, managementPort] = [await findFreePort(), await findFreePort()];
  const caFile = pebbleCaFile(dir);
  const start = () => {
    process.env.PEBBLE_WFE_NONCEREJECT = String(options.nonceReject ?? 5);
    process.env.PEBBLE_AUTHZREUSE = String(options.reuse ?? 50);
    mkdirSync(dir, { recursive: true });
    const logFile = join(dir, "pebble.log");
    const { dnsServer, binding } = options;
    return startPebble({ dataDir: dir, runDir: dir, logFile, port, managementPort, dnsServer, binding });
  };
  let running = await start();
  const ari = options.ari
    ? await startAri({ upstreamPort: port, certificateFile: caFile, keyFile: pebbleKeyFile(dir) })
    : undefined;
  return {
    directoryUrl: ari?.directoryUrl ?? `https://127.0.0.1:${port}/dir`,
    caFile,
    ari,
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
      await ari?.close();
      await running.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
