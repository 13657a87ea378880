import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type RunningProcess, saysInLog, startProcess } from "./process.ts";

export type StandInOptions = {
  name: string;
  localDir: string;
  dataDir: string;
  logFile: string;
  flags: Record<string, string | number>;
};

/** Starts one of the stand-ins for somebody's cloud as a process of its own; it says `ready` when it listens. */
export async function startStandIn(options: StandInOptions): Promise<RunningProcess> {
  mkdirSync(options.dataDir, { recursive: true });
  // With "=": a value that begins with a dash, as a random secret may, is no flag of its own.
  const flags = Object.entries(options.flags).map(([name, value]) => `--${name}=${value}`);
  return startProcess({
    name: options.name,
    logFile: options.logFile,
    cwd: options.dataDir,
    argv: [process.execPath, standInEntry(options.localDir, options.name), ...flags],
    isReady: saysInLog(options.logFile, /^ready\b/m),
  });
}

const standInEntry = (localDir: string, name: string) => join(localDir, name, "main.ts");
export const hasStandIn = (localDir: string, name: string) => existsSync(standInEntry(localDir, name));
