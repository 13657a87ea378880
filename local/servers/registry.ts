import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PrivateNetwork } from "./network.ts";
import { acceptsConnections, type RunningProcess, startProcess } from "./process.ts";

/** In the engine's own network the port is always free, so image references are the same on every machine. */
export const registryHost = "127.0.0.1:5000";

/** Starts a real image registry beside the engine; plain HTTP, which engines allow for 127.0.0.0/8. */
export async function startRegistry(options: {
  dataDir: string;
  runDir: string;
  logFile: string;
  network: PrivateNetwork;
}): Promise<RunningProcess> {
  mkdirSync(options.dataDir, { recursive: true });
  const config = join(options.runDir, "registry.json");
  writeFileSync(
    config,
    JSON.stringify({
      version: 0.1,
      log: { level: "warn", accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: options.dataDir }, delete: { enabled: true } },
      http: { addr: ":5000" },
    }),
  );
  return startProcess({
    name: "registry",
    logFile: options.logFile,
    argv: ["nsenter", `--net=${options.network.path}`, "--", "docker-registry", "serve", config],
    isReady: () => acceptsConnections(5000, options.network.address),
  });
}
