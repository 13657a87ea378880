import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type Docker from "dockerode";
import { connectDocker, dockerSocketPath, removeEmptyCgroups } from "./docker.ts";
import { createPrivateNetwork, type PrivateNetwork, pickSubnet } from "./network.ts";
import { type RunningProcess, runCommand, startProcess, waitUntil } from "./process.ts";
import { startRegistry } from "./registry.ts";

interface PairOptions {
  /** Everything of it: images, volumes, logs. Gone at the end. */
  dir: string;
  /** Images that both hosts pull, at the address they have in the world. */
  registryDir: string;
  /** A folder of each host's own that it sees under the same path. */
  folder: string;
}

export interface PairHost {
  name: string;
  /** Where the machine reaches ports that the host publishes. */
  address: string;
  /** What the host sees as `folder`. */
  ownFolder: string;
  network: PrivateNetwork;
  socket: string;
  docker: Docker;
}

export interface SwarmPair {
  manager: PairHost;
  worker: PairHost;
  stop(): Promise<void>;
}

const CABLE = { alpha: "10.214.1.1", beta: "10.214.1.2" } as const;
type HostName = keyof typeof CABLE;

/**
 * Two hosts of one swarm on one machine: an engine each, in a network, mounts and a host name of its own, with a cable between
 * them that carries the swarm and its overlay networks. Only for tests that need a second host.
 */
export async function startSwarmPair(options: PairOptions): Promise<SwarmPair> {
  const processes: RunningProcess[] = [];
  const groups: string[] = [];
  mkdirSync("/run/seaworthy", { recursive: true });
  const runRoot = mkdtempSync("/run/seaworthy/pair-");
  const stop = async () => {
    for (const process of processes.reverse()) await process.stop();
    for (const group of groups) removeEmptyCgroups(group);
    for (const dir of [runRoot, options.dir]) rmSync(dir, { recursive: true, force: true });
  };
  try {
    const start = (name: HostName) => startHost(name, { ...options, runRoot }, processes, groups);
    const manager = await start("alpha");
    const worker = await start("beta");
    await connect(manager, worker);
    await joinBoth(manager, worker);
    return { manager, worker, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startHost(
  name: HostName,
  { dir, registryDir, folder, runRoot }: PairOptions & { runRoot: string },
  processes: RunningProcess[],
  groups: string[],
): Promise<PairHost> {
  const place = (part: string) => join(dir, name, part);
  const runDir = join(runRoot, name);
  for (const path of [runDir, place("docker"), place("folder"), folder]) mkdirSync(path, { recursive: true });
  const network = await createPrivateNetwork({ subnet: pickSubnet(undefined), logFile: place("network.log") });
  processes.push(...[...network.processes].reverse());
  const socket = dockerSocketPath(runDir);
  const docker = connectDocker(socket);
  const cgroup = `seaworthy-pair-${process.pid}-${name}`;
  groups.push(cgroup);
  processes.push(
    await startProcess({
      name,
      logFile: place("docker.log"),
      readyTimeoutMs: 60_000,
      stopTimeoutMs: 15_000,
      argv: [
        ...["nsenter", `--net=${network.path}`, "--"],
        ...["unshare", "--mount", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc", "--"],
        ...["sh", "-c", 'hostname "$0" && mount --bind "$1" "$2" && shift 2 && exec "$@"'],
        ...[name, place("folder"), folder],
        "dockerd",
        ...["--host", `unix://${socket}`],
        ...["--data-root", place("docker"), "--exec-root", join(runDir, "docker")],
        ...["--pidfile", join(runDir, "docker.pid"), "--cgroup-parent", cgroup],
        ...["--shutdown-timeout", "5", "--log-level", "warn"],
      ],
      isReady: async () =>
        docker.ping().then(
          () => true,
          () => false,
        ),
    }),
  );
  processes.push(await startRegistry({ dataDir: registryDir, runDir, logFile: place("registry.log"), network }));
  return { name, address: network.address, ownFolder: place("folder"), network, socket, docker };
}

const holderOf = ({ network }: PairHost): string => network.path.split("/")[2] ?? "";

async function connect(one: PairHost, other: PairHost): Promise<void> {
  const inside = (host: PairHost, ...args: string[]) =>
    runCommand(["nsenter", `--net=${host.network.path}`, "--", "ip", ...args]);
  await inside(one, "link", "add", "pair0", "type", "veth", "peer", "name", "pair0", "netns", holderOf(other));
  for (const host of [one, other]) {
    await inside(host, "address", "add", `${CABLE[host.name as HostName]}/30`, "dev", "pair0");
    await inside(host, "link", "set", "pair0", "up");
  }
  // So that each finds what the other publishes where the machine finds it.
  const cableOf = (host: PairHost) => CABLE[host.name as HostName];
  await inside(one, "route", "add", `${other.address}/32`, "via", cableOf(other));
  await inside(other, "route", "add", `${one.address}/32`, "via", cableOf(one));
}

async function joinBoth(manager: PairHost, worker: PairHost): Promise<void> {
  const at = (host: PairHost) => CABLE[host.name as HostName];
  await manager.docker.swarmInit({ AdvertiseAddr: at(manager), ListenAddr: `${at(manager)}:2377` });
  const { JoinTokens } = (await manager.docker.swarmInspect()) as { JoinTokens: { Worker: string } };
  await worker.docker.swarmJoin({
    ...{ AdvertiseAddr: at(worker), ListenAddr: `${at(worker)}:2377` },
    ...{ RemoteAddrs: [`${at(manager)}:2377`], JoinToken: JoinTokens.Worker },
  });
  const countReady = async () => {
    const nodes = (await manager.docker.listNodes()) as { Status?: { State?: string } }[];
    return nodes.filter((node) => node.Status?.State === "ready").length;
  };
  await waitUntil(async () => (await countReady()) === 2, { timeoutMs: 30_000, what: "both hosts to be ready" });
}
