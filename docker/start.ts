/**
 * Start of a container: `web` or `worker`. Migrates and seeds first (under a lock in the database, so that any number of
 * containers may start at once), then becomes the process asked for, which so receives the signals of the orchestrator.
 */
import { spawnSync } from "node:child_process";
import { BUILT_WORKER, WORKER_ENV, WORKER_NODE_FLAGS } from "#workers/process-settings.ts";

const ROLES: Record<string, { argv: string[]; env: Record<string, string> }> = {
  web: { argv: ["node_modules/next/dist/bin/next", "start"], env: {} },
  worker: { argv: [...WORKER_NODE_FLAGS, BUILT_WORKER], env: WORKER_ENV },
};

const role = ROLES[process.argv[2] ?? ""];
if (!role) {
  console.error(`Say what to start: ${Object.keys(ROLES).join(" or ")}.`);
  process.exit(2);
}

for (const script of ["prisma/migrate.ts", "prisma/seed.ts"]) {
  const { status } = spawnSync(process.execPath, [script], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

process.execve?.(process.execPath, [process.execPath, ...role.argv], { ...role.env, ...process.env });
