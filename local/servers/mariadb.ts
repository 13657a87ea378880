import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createConnection } from "mariadb";
import { type RunningProcess, runCommand, startProcess } from "./process.ts";

export type MariadbOptions = {
  dataDir: string;
  runDir: string;
  logFile: string;
  port: number;
  user: string;
  password: string;
  /** With one it speaks TLS. */
  certificate?: { certFile: string; keyFile: string };
};

/** Starts MariaDB on its own data folder, with a user that may create databases. */
export async function startMariadb(options: MariadbOptions): Promise<RunningProcess> {
  await createDataDir(options.dataDir);
  const initFile = join(options.runDir, "mariadb-init.sql");
  writeFileSync(initFile, initStatements(options), { mode: 0o600 });
  const running = await startProcess({
    name: "mariadb",
    logFile: options.logFile,
    stopTimeoutMs: 15_000,
    readyTimeoutMs: 60_000,
    argv: [
      "mariadbd",
      "--no-defaults",
      "--user=root",
      `--datadir=${options.dataDir}`,
      `--socket=${join(options.runDir, "mariadb.sock")}`,
      `--pid-file=${join(options.runDir, "mariadb.pid")}`,
      `--init-file=${initFile}`,
      "--bind-address=127.0.0.1",
      `--port=${options.port}`,
      "--skip-name-resolve",
      "--max-connections=500",
      "--character-set-server=utf8mb4",
      "--collation-server=utf8mb4_unicode_ci",
      // Every commit reaches the disk; group commit and a roomy log keep that quick.
      "--innodb-flush-log-at-trx-commit=1",
      "--innodb-buffer-pool-size=256M",
      "--innodb-log-file-size=256M",
      "--max-allowed-packet=64M",
      "--performance-schema=OFF",
      ...(options.certificate
        ? [`--ssl-cert=${options.certificate.certFile}`, `--ssl-key=${options.certificate.keyFile}`]
        : []),
    ],
    isReady: () => canSignIn(options),
  });
  return running;
}

async function createDataDir(dataDir: string): Promise<void> {
  const done = join(dataDir, ".initialised");
  if (existsSync(done)) return;
  rmSync(dataDir, { recursive: true, force: true });
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  await runCommand([
    "mariadb-install-db",
    "--no-defaults",
    "--user=root",
    `--datadir=${dataDir}`,
    "--skip-test-db",
    "--auth-root-authentication-method=socket",
  ]);
  writeFileSync(done, "");
}

function initStatements({ user, password }: MariadbOptions): string {
  const account = `'${user}'@'%'`;
  return [
    `CREATE USER IF NOT EXISTS ${account} IDENTIFIED BY '${password}';`,
    `GRANT ALL PRIVILEGES ON *.* TO ${account} WITH GRANT OPTION;`,
    "",
  ].join("\n");
}

async function canSignIn({ port, user, password }: MariadbOptions): Promise<boolean> {
  try {
    const connection = await createConnection({
      host: "127.0.0.1",
      port,
      user,
      password,
      connectTimeout: 1000,
    });
    await connection.end();
    return true;
  } catch {
    return false;
  }
}
