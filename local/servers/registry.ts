import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PrivateNetwork } from "./network.ts";
import { acceptsConnections, type RunningProcess, startProcess } from "./process.ts";

/** In the engine's own network the port is always free, so image references are the same on every machine. */
export const registryHost = "127.0.0.1:5000";

export interface RegistryOptions {
  dataDir: string;
  runDir: string;
  logFile: string;
  network: Pick<PrivateNetwork, "path" | "address">;
}

/** A registry that asks who one is, as a private one does, over images that another registry keeps. */
export interface PrivateRegistryOptions extends RegistryOptions {
  port: number;
  username: string;
  /** bcrypt. */
  passwordHash: string;
}

/** Starts a real image registry beside the engine; plain HTTP, which engines allow for 127.0.0.0/8. */
export const startRegistry = (options: RegistryOptions): Promise<RunningProcess> =>
  serve("registry", options, 5000, {});

/** The same over the same images, read only and for one account. */
export function startPrivateRegistry(options: PrivateRegistryOptions): Promise<RunningProcess> {
  const { port, username, passwordHash, runDir } = options;
  const path = join(runDir, `registry-${port}.htpasswd`);
  writeFileSync(path, `${username}:${passwordHash}\n`);
  return serve(`registry-${port}`, options, port, { auth: { htpasswd: { realm: "private", path } } });
}

function serve(name: string, options: RegistryOptions, port: number, more: object): Promise<RunningProcess> {
  mkdirSync(options.dataDir, { recursive: true });
  const config = join(options.runDir, `${name}.json`);
  writeFileSync(
    config,
    JSON.stringify({
      version: 0.1,
      log: { level: "warn", accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: options.dataDir }, delete: { enabled: true } },
      http: { addr: `:${port}` },
      ...more,
    }),
  );
  return startProcess({
    name,
    logFile: options.logFile,
    argv: ["nsenter", `--net=${options.network.path}`, "--", "docker-registry", "serve", config],
    isReady: () => acceptsConnections(port, options.network.address),
  });
}
