import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { WORKER_ENV, WORKER_NODE_FLAGS } from "#workers/process-settings.ts";
import { hashInputs, makeIfChanged } from "./input-hash.ts";
import { type KeptServer, keepRunning } from "./servers/keep-running.ts";
import { runTied, saysInLog, startProcess } from "./servers/process.ts";
import { repositoryDir } from "./world-file.ts";

export type PanelOptions = { env: Record<string, string>; port: number; logsDir: string; log: (line: string) => void };
export type Panel = { url: string; stop: () => Promise<void> };

const panelUrl = (port: number) => `http://127.0.0.1:${port}`;

/** The settings of the world, completed for a panel on this port. The identity provider is on the same host, other port. */
export function panelEnv(worldEnv: Record<string, string>, port: number): Record<string, string> {
  return { ...worldEnv, PORT: String(port), APP_URL: process.env.APP_URL ?? panelUrl(port), NODE_ENV: "production" };
}

const inRepository = (...parts: string[]) => join(repositoryDir, ...parts);
const bin = (name: string) => inRepository("node_modules/.bin", name);

/** Generates the Prisma client unless it was made from this schema. */
export function generateClient(logsDir: string): Promise<boolean> {
  const inputs = hashInputs(repositoryDir, [
    "prisma/schema.prisma",
    "prisma.config.ts",
    "node_modules/prisma/package.json",
  ]);
  return makeIfChanged(inRepository("lib/platform/db/generated/.inputs"), inputs, () =>
    runStep(["npm", "run", "--silent", "generate"], { logsDir, name: "generate" }),
  );
}

/** Next's types of the routes as they are now; those of an earlier build may name pages that are gone. */
export async function generateRouteTypes(logsDir: string): Promise<void> {
  for (const folder of ["types", "dev"]) rmSync(inRepository(".next", folder), { recursive: true, force: true });
  await runStep([bin("next"), "typegen"], { logsDir, name: "typegen", env: { NEXT_TELEMETRY_DISABLED: "1" } });
}

/** Applies the migrations to the database of these settings. */
export const migrateDatabase = (env: Record<string, string>, logsDir: string) =>
  runStep([process.execPath, inRepository("prisma/migrate.ts")], { logsDir, name: "migrate", env });

/** Puts the demo's people and templates into the database; safe to run again. */
export const seedDatabase = (env: Record<string, string>, logsDir: string) =>
  runStep([process.execPath, inRepository("prisma/seed.ts")], { logsDir, name: "seed", env });

const seedOf = (name: string) => (env: Record<string, string>, stateDir: string, logsDir: string) =>
  runStep([process.execPath, inRepository(`local/${name}.ts`), "--dir", stateDir], { logsDir, name, env });

/** Puts the world's bucket and host for backups into the database as targets; safe to run again. */
export const seedBackupTargets = seedOf("seed-targets");

/** Provisions a sample service with two environments and releases it; needs a worker, and is safe to run again. */
export const seedReleases = seedOf("seed-releases");

/** Builds the web application unless the sources are those of the last build. */
export function buildWeb(env: Record<string, string>, logsDir: string): Promise<boolean> {
  const sources = ["app", "components", "lib", "public", "proxy.ts", "instrumentation.ts", "prisma/schema.prisma"];
  const settings = ["next.config.js", "postcss.config.mjs", "tsconfig.json", "package-lock.json", "package.json"];
  return makeIfChanged(
    inRepository(".next/seaworthy-inputs"),
    hashInputs(repositoryDir, [...sources, ...settings]),
    () => runStep([bin("next"), "build"], { logsDir, name: "build", env: { ...env, NEXT_TELEMETRY_DISABLED: "1" } }),
  );
}

async function runStep(
  argv: string[],
  options: { logsDir: string; name: string; env?: Record<string, string> },
): Promise<void> {
  mkdirSync(options.logsDir, { recursive: true });
  await runTied({
    argv,
    name: options.name,
    cwd: repositoryDir,
    logFile: join(options.logsDir, `${options.name}.log`),
    timeoutMs: 10 * 60_000,
    ...(options.env ? { env: options.env } : {}),
  });
}

/** Starts the web process and a worker; both are started again if they die, and end with us. */
export async function startPanel({ env, port, logsDir, log }: PanelOptions): Promise<Panel> {
  mkdirSync(logsDir, { recursive: true });
  const events = { onRestart: () => {}, log };
  const common = { env, cwd: repositoryDir, stopTimeoutMs: 12_000 };
  const web = () =>
    startProcess({
      ...common,
      name: "web",
      logFile: join(logsDir, "web.log"),
      argv: [
        process.execPath,
        inRepository("node_modules/next/dist/bin/next"),
        "start",
        "-H",
        "127.0.0.1",
        "-p",
        String(port),
      ],
      isReady: () => answersOk(`${panelUrl(port)}/healthz`),
    });
  const workerLog = join(logsDir, "worker.log");
  const worker = () =>
    startProcess({
      ...common,
      env: { ...WORKER_ENV, ...env },
      name: "worker",
      logFile: workerLog,
      argv: [process.execPath, ...WORKER_NODE_FLAGS, inRepository("workers/main.ts")],
      isReady: saysInLog(workerLog, /worker is ready/),
    });
  const started: KeptServer[] = [];
  const stop = async () => {
    await Promise.all(started.map((server) => server.stop()));
  };
  try {
    await Promise.all(
      [web, worker].map(async (start) =>
        started.push(await keepRunning(start === web ? "web" : "worker", start, events)),
      ),
    );
    return { url: panelUrl(port), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function answersOk(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false;
  }
}
