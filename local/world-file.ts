import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { GitFacts } from "./servers/git-host.ts";
import { startTimeOf } from "./servers/process.ts";
import type { SshFacts } from "./servers/sshd.ts";

export const repositoryDir = dirname(dirname(fileURLToPath(import.meta.url)));
export const defaultStateDir = join(repositoryDir, ".local");

/** What tests and demos need to know of the running world, beyond the product's own settings. */
type WorldFacts = {
  dnsHost: string;
  dnsPort: number;
  pebbleManagementUrl: string;
  route53Url: string;
  route53ControlUrl: string;
  mailUrl: string;
  idpUrl: string;
  /** Stand-ins for Uptime Kuma and Healthchecks; what is in them is at `/_control/` of the first and in the API of the second. */
  kumaUrl: string;
  healthchecksUrl: string;
  /** Where published ports of swarm tasks answer. */
  ingressAddress: string;
  dockerSocket: string;
  /** Caddy's admin API. Caddy itself answers at the ingress address, ports 80 and 443. */
  caddySocket: string;
  /** As the engine sees it: the first part of image references. */
  registryHost: string;
  /** The same registry as seen from this machine. */
  registryUrl: string;
  mariadbPort: number;
  redisPort: number;
  /** A bucket for backups. */
  s3: { endpoint: string; region: string; bucket: string; accessKeyId: string; secretAccessKey: string };
  /** A host for backups. */
  /** The configuration repository. */
  git: GitFacts;
  ssh: SshFacts;
};

export type SampleImages = {
  /** 1.2 never answers its health check. */
  web: { "1.0": string; "1.1": string; "1.2": string };
  mariadb: string;
  postgres: string;
  redis: string;
  /** tar, zstd, gzip, lrzip and sha256sum: BACKUP_HELPER_IMAGE. */
  tools: string;
};

export type WorldFile = {
  stateDir: string;
  supervisor: { pid: number; startTime: string };
  startedAt: string;
  processes: { name: string; pid: number }[];
  env: Record<string, string>;
  world: WorldFacts;
  images: SampleImages | null;
};

export const worldFilePath = (stateDir: string) => join(resolve(stateDir), "world.json");

/** The world that runs on this state folder, or undefined when none does. */
export function readRunningWorld(stateDir: string): WorldFile | undefined {
  try {
    const file = JSON.parse(readFileSync(worldFilePath(stateDir), "utf8")) as WorldFile;
    return startTimeOf(file.supervisor.pid) === file.supervisor.startTime ? file : undefined;
  } catch {
    return undefined;
  }
}

/** Written whole, so that a reader never sees half a world. */
export function writeWorldFile(file: WorldFile): void {
  const path = worldFilePath(file.stateDir);
  writeFileSync(`${path}.new`, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

export function removeWorldFile(stateDir: string): void {
  rmSync(worldFilePath(stateDir), { force: true });
}
