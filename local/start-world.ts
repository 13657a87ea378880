import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { prepareSampleImages, pushSampleImages } from "./images/samples.ts";
import { caddySocketPath, startCaddy } from "./servers/caddy.ts";
import { dockerSocketPath, removeEmptyCgroups, startDocker } from "./servers/docker.ts";
import { buildEnv, healthchecksKey, hostedZoneId, kumaAccount, rootDomain } from "./servers/env.ts";
import { readGitFacts, startGitHost } from "./servers/git-host.ts";
import { type KeptServer, keepRunning } from "./servers/keep-running.ts";
import { startMariadb } from "./servers/mariadb.ts";
import { createPrivateNetwork, type PrivateNetwork, pickSubnet } from "./servers/network.ts";
import { findMissingPackages, installPackages } from "./servers/packages.ts";
import { startPebble } from "./servers/pebble.ts";
import { pickPort } from "./servers/ports.ts";
import { type RunningProcess, startTimeOf, waitUntil } from "./servers/process.ts";
import { startRedis } from "./servers/redis.ts";
import { registryHost, startRegistry } from "./servers/registry.ts";
import { readSshFacts, startSshd } from "./servers/sshd.ts";
import { hasStandIn, startStandIn } from "./servers/stand-ins.ts";
import {
  loadNumbers,
  loadSecrets,
  lockFolder,
  type Numbers,
  prepareFolders,
  type Secrets,
  type StateFolders,
  saveNumbers,
} from "./servers/state.ts";
import {
  defaultStateDir,
  readRunningWorld,
  removeWorldFile,
  repositoryDir,
  type WorldFile,
  writeWorldFile,
} from "./world-file.ts";

export type WorldOptions = {
  dir?: string;
  /** Servers only; no sample images are made. */
  skipImages?: boolean;
  log?: (line: string) => void;
};

export type World = WorldFile & {
  /** False when the world was already running; then `stop` leaves it alone. */
  isOwner: boolean;
  stop: () => Promise<void>;
};

const defaultPorts = {
  mariadb: 13306,
  redis: 16379,
  pebble: 14000,
  pebbleManagement: 15000,
  route53: 14566,
  dns: 10053,
  idp: 17000,
  mail: 11080,
  smtp: 11025,
  s3: 14568,
  sshd: 12222,
  kuma: 13001,
  healthchecks: 18000,
  git: 12422,
  repology: 14570,
};

const bucket = "backups";

/** Starts every outside system on one machine, or joins the world that already runs on this folder. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const dir = options.dir ?? defaultStateDir;
  const log = options.log ?? (() => {});
  const joined = await joinRunningWorld(dir);
  if (joined) return { ...joined, isOwner: false, stop: async () => {} };
  await installPackages(findMissingPackages(), log);
  const folders = prepareFolders(dir);
  emptyServerLogs(folders.logsDir);
  const numbers = await pickNumbers(folders.stateDir);
  const servers = new ServerGroup(log);
  try {
    const preparing = options.skipImages ? undefined : prepareSampleImages(log);
    // Without a handler of its own a failure here would end the process while the servers are still starting.
    preparing?.catch(() => {});
    const network = await startServers(servers, { folders, numbers, secrets: loadSecrets(folders.stateDir), log });
    const described = describeWorld(folders, numbers, network);
    const images = preparing ? await pushSampleImages(described.world.registryUrl, await preparing) : null;
    const file = { ...described, images };
    const publish = () => writeWorldFile({ ...file, processes: servers.list() });
    servers.onRestart = publish;
    publish();
    const stop = async () => {
      removeWorldFile(folders.stateDir);
      await servers.stop();
      removeEmptyCgroups(cgroupName(folders));
      rmSync(folders.runDir, { recursive: true, force: true });
    };
    return { ...file, processes: servers.list(), isOwner: true, stop };
  } catch (error) {
    await servers.stop();
    throw error;
  }
}

// Another process may be starting this very world: wait for it rather than start a second one on the same data.
async function joinRunningWorld(dir: string): Promise<WorldFile | undefined> {
  const { stateDir } = prepareFolders(dir);
  const running = readRunningWorld(stateDir);
  if (running) return running;
  if (lockFolder(stateDir)) return undefined;
  let isOurs = false;
  await waitUntil(
    () => {
      isOurs = lockFolder(stateDir);
      return isOurs || readRunningWorld(stateDir) !== undefined;
    },
    { timeoutMs: 10 * 60_000, what: `the world another process is starting on ${stateDir}`, everyMs: 200 },
  );
  return isOurs ? undefined : readRunningWorld(stateDir);
}

// The logs of one start are what somebody looks for; only the supervisor's own is open already.
function emptyServerLogs(logsDir: string): void {
  for (const name of readdirSync(logsDir)) if (name !== "supervisor.log") rmSync(join(logsDir, name));
}

async function pickNumbers(stateDir: string): Promise<Numbers> {
  const before = loadNumbers(stateDir);
  const numbers: Numbers = { subnet: pickSubnet(before.subnet) };
  for (const [name, port] of Object.entries(defaultPorts)) numbers[name] = await pickPort(before[name], port);
  saveNumbers(stateDir, numbers);
  return numbers;
}

const cgroupName = (folders: StateFolders) => `seaworthy-${folders.id}`;

type Plan = { folders: StateFolders; numbers: Numbers; secrets: Secrets; log: (line: string) => void };

async function startServers(servers: ServerGroup, { folders, numbers, secrets }: Plan): Promise<PrivateNetwork> {
  const { stateDir, runDir } = folders;
  const port = (name: keyof typeof defaultPorts) => numbers[name] ?? defaultPorts[name];
  const place = (name: string) => ({
    dataDir: join(stateDir, name),
    runDir,
    logFile: join(folders.logsDir, `${name}.log`),
  });
  const localDir = join(repositoryDir, "local");
  const network = await createPrivateNetwork({ subnet: numbers.subnet ?? 1, logFile: place("network").logFile });
  servers.foundation = network.processes;
  const standIn = (name: string, flags: Record<string, string | number>) =>
    hasStandIn(localDir, name)
      ? servers.start(name, () => startStandIn({ name, localDir, ...place(name), flags }))
      : undefined;
  for (const folder of ["services", "backups"]) mkdirSync(join(stateDir, folder), { recursive: true });
  await Promise.all([
    servers.start("docker", () => startDocker({ ...place("docker"), network, cgroup: cgroupName(folders) })),
    servers.start("registry", () => startRegistry({ ...place("registry"), network })),
    servers.start("caddy", () => startCaddy({ ...place("caddy"), network })),
    servers.start("mariadb", () =>
      startMariadb({
        ...place("mariadb"),
        port: port("mariadb"),
        user: "seaworthy",
        password: secrets.databasePassword,
      }),
    ),
    servers.start("redis", () => startRedis({ ...place("redis"), port: port("redis") })),
    servers.start("pebble", () =>
      startPebble({
        ...place("pebble"),
        port: port("pebble"),
        managementPort: port("pebbleManagement"),
        dnsServer: `127.0.0.1:${port("dns")}`,
      }),
    ),
    standIn("route53", {
      "http-port": port("route53"),
      "dns-port": port("dns"),
      state: join(stateDir, "route53", "zones.json"),
      zone: rootDomain,
      "zone-id": hostedZoneId,
      "access-key-id": secrets.awsAccessKeyId,
      "secret-access-key": secrets.awsSecretAccessKey,
    }),
    standIn("idp", {
      port: port("idp"),
      state: join(stateDir, "idp"),
      "metadata-out": join(stateDir, "idp", "metadata.xml"),
    }),
    standIn("s3", {
      port: port("s3"),
      state: join(stateDir, "s3"),
      bucket,
      "access-key-id": secrets.awsAccessKeyId,
      "secret-access-key": secrets.awsSecretAccessKey,
    }),
    servers.start("sshd", () => startSshd({ ...place("sshd"), port: port("sshd") })),
    servers.start("git", () => startGitHost({ ...place("git"), port: port("git") })),
    standIn("repology", { port: port("repology") }),
    standIn("uptime-kuma", {
      port: port("kuma"),
      state: join(stateDir, "uptime-kuma", "monitors.json"),
      ...kumaAccount(secrets),
    }),
    standIn("healthchecks", {
      port: port("healthchecks"),
      state: join(stateDir, "healthchecks", "checks.json"),
      "api-key": healthchecksKey(secrets),
    }),
    standIn("mail", { "smtp-port": port("smtp"), "web-port": port("mail"), state: join(stateDir, "mail") }),
  ]);
  return network;
}

function describeWorld(folders: StateFolders, numbers: Numbers, network: PrivateNetwork): WorldFile {
  const port = (name: keyof typeof defaultPorts) => numbers[name] ?? defaultPorts[name];
  const startTime = startTimeOf(process.pid) ?? "";
  const secrets = loadSecrets(folders.stateDir);
  const git = readGitFacts({ dataDir: join(folders.stateDir, "git"), port: port("git") });
  return {
    stateDir: folders.stateDir,
    supervisor: { pid: process.pid, startTime },
    startedAt: new Date().toISOString(),
    processes: [],
    env: buildEnv({
      stateDir: folders.stateDir,
      port,
      secrets,
      network,
      dockerSocket: dockerSocketPath(folders.runDir),
      runDir: folders.runDir,
      git,
    }),
    world: {
      dnsHost: "127.0.0.1",
      dnsPort: port("dns"),
      pebbleManagementUrl: `https://127.0.0.1:${port("pebbleManagement")}`,
      route53Url: `http://127.0.0.1:${port("route53")}`,
      route53ControlUrl: `http://127.0.0.1:${port("route53")}/_control`,
      mailUrl: `http://127.0.0.1:${port("mail")}`,
      idpUrl: `http://127.0.0.1:${port("idp")}`,
      kumaUrl: `http://127.0.0.1:${port("kuma")}`,
      healthchecksUrl: `http://127.0.0.1:${port("healthchecks")}`,
      ingressAddress: network.address,
      dockerSocket: dockerSocketPath(folders.runDir),
      caddySocket: caddySocketPath(folders.runDir),
      registryHost,
      registryUrl: `http://${network.address}:5000`,
      mariadbPort: port("mariadb"),
      redisPort: port("redis"),
      s3: {
        endpoint: `http://127.0.0.1:${port("s3")}`,
        region: "us-east-1",
        bucket,
        accessKeyId: secrets.awsAccessKeyId,
        secretAccessKey: secrets.awsSecretAccessKey,
      },
      git,
      ssh: readSshFacts({ dataDir: join(folders.stateDir, "sshd"), port: port("sshd") }),
    },
    images: null,
  };
}

/** The servers of one world, stopped together: everything that uses the network first, the network last. */
class ServerGroup {
  foundation: RunningProcess[] = [];
  onRestart: () => void = () => {};
  private readonly servers: KeptServer[] = [];
  private readonly log: (line: string) => void;

  constructor(log: (line: string) => void) {
    this.log = log;
  }

  async start(name: string, start: () => Promise<RunningProcess>): Promise<void> {
    const began = Date.now();
    this.servers.push(await keepRunning(name, start, { onRestart: () => this.onRestart(), log: this.log }));
    this.log(`${name} answers (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  }

  list(): { name: string; pid: number }[] {
    return this.servers.map((server) => ({ name: server.name, pid: server.pid() }));
  }

  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop()));
    await Promise.all(this.foundation.map((process) => process.stop()));
  }
}
