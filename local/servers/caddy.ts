import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import type { PrivateNetwork } from "./network.ts";
import { type RunningProcess, startProcess } from "./process.ts";

export type CaddyOptions = {
  dataDir: string;
  runDir: string;
  logFile: string;
  /** Where it listens; the machine's own network when left out. */
  network?: PrivateNetwork;
  /** Where 80 and 443 are somebody else's. */
  ports?: { http: number; https: number };
};

export const caddySocketPath = (runDir: string) => join(runDir, "caddy.sock");

/**
 * Starts Caddy with nothing but an admin API, on a socket that only root may write to. What is brought to it by that API
 * is kept and there again after a restart (`--resume`).
 */
export async function startCaddy(options: CaddyOptions): Promise<RunningProcess> {
  const { dataDir, runDir, network, ports } = options;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const socketPath = caddySocketPath(runDir);
  // Caddy does not begin to listen where a killed one has left its socket.
  rmSync(socketPath, { force: true });
  const config = join(runDir, "caddy.json");
  const http = ports ? { http_port: ports.http, https_port: ports.https, servers: {} } : { servers: {} };
  writeFileSync(config, JSON.stringify({ admin: { listen: `unix/${socketPath}` }, apps: { http } }));
  return startProcess({
    name: "caddy",
    logFile: options.logFile,
    argv: [
      ...(network ? ["nsenter", `--net=${network.path}`, "--"] : []),
      ...["caddy", "run", "--config", config, "--resume"],
    ],
    env: { HOME: dataDir, XDG_CONFIG_HOME: join(dataDir, "config"), XDG_DATA_HOME: join(dataDir, "data") },
    isReady: () => answersOnSocket(socketPath),
  });
}

function answersOnSocket(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const call = request({ socketPath, path: "/config/", headers: ["host", ""], timeout: 1000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.once("error", () => resolve(false));
    call.once("timeout", () => call.destroy());
    call.end();
  });
}
