import type { DatabaseInput, HealthCheck } from "./schema.ts";

const SECOND = 1_000_000_000;

/** Docker's HealthConfig, times in nanoseconds. */
export interface HealthConfig {
  Test: string[];
  Interval: number;
  Timeout: number;
  Retries: number;
  StartPeriod: number;
}

/**
 * Asks with whatever the image has; a tool that is there but broken (static busybox wget crashes on some kernels) must
 * not decide. Nothing is put into the script: address and limits come as its arguments.
 */
const HTTP_PROBE = `
command -v curl >/dev/null 2>&1 && curl -fsS -o /dev/null --max-time "$4" "http://127.0.0.1:$1$2" && exit 0
command -v wget >/dev/null 2>&1 && wget -q -O /dev/null -T "$4" "http://127.0.0.1:$1$2" 2>/dev/null && exit 0
command -v nc >/dev/null 2>&1 &&
  printf 'GET %s HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' "$2" | nc -w "$4" 127.0.0.1 "$1" |
  head -n 1 | grep -Eq '^HTTP/[0-9.]+ [23]' && exit 0
exit 1`.trim();

export function buildHealthCheck(check: HealthCheck | null): HealthConfig | undefined {
  if (!check) return undefined;
  const argv =
    check.kind === "command"
      ? check.argv
      : ["sh", "-c", HTTP_PROBE, "probe", String(check.port), check.path, "http", String(check.timeoutS)];
  return {
    Test: ["CMD", ...argv],
    Interval: check.intervalS * SECOND,
    Timeout: check.timeoutS * SECOND,
    Retries: check.retries,
    StartPeriod: check.startPeriodS * SECOND,
  };
}

/**
 * Ready when it answers over TCP: while an image's entrypoint sets the database up, its temporary server listens on a
 * socket only. Each question starts a program in the container, which costs the node 50 ms of a processor as long as the database lives.
 */
export function buildDatabaseHealthCheck(database: DatabaseInput): HealthConfig {
  const { engine, userName, databaseName } = database;
  const probes = {
    mariadb: ["mariadb-admin", "ping", "--silent", "--host=127.0.0.1", "--protocol=tcp", "--connect-timeout=3"],
    mysql: ["mysqladmin", "ping", "--silent", "--host=127.0.0.1", "--protocol=tcp", "--connect-timeout=3"],
    postgresql: ["pg_isready", "--quiet", "--host=127.0.0.1", `--username=${userName}`, `--dbname=${databaseName}`],
  };
  return {
    Test: ["CMD", ...probes[engine]],
    Interval: 5 * SECOND,
    Timeout: 5 * SECOND,
    Retries: 12,
    StartPeriod: 120 * SECOND,
  };
}
