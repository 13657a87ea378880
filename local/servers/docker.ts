import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Docker from "dockerode";
import type { PrivateNetwork } from "./network.ts";
import { type RunningProcess, startProcess, waitUntil } from "./process.ts";

export type DockerOptions = {
  dataDir: string;
  runDir: string;
  logFile: string;
  network: PrivateNetwork;
  cgroup: string;
};

export const dockerSocketPath = (runDir: string) => join(runDir, "docker.sock");
export const connectDocker = (socketPath: string) => new Docker({ socketPath, timeout: 120_000 });

/**
 * Starts a Docker Engine in swarm mode with its own network, mounts and process ids. It is process 1 of its own
 * process namespace: however it ends, the kernel ends every container and shim with it.
 */
export async function startDocker(options: DockerOptions): Promise<RunningProcess> {
  removeEmptyCgroups(options.cgroup);
  mkdirSync(options.dataDir, { recursive: true });
  const socketPath = dockerSocketPath(options.runDir);
  const execRoot = join(options.runDir, "docker");
  const pidFile = join(options.runDir, "docker.pid");
  // Left by an engine that was killed: its process ids mean nothing in a new process namespace.
  for (const leftover of [execRoot, pidFile]) rmSync(leftover, { recursive: true, force: true });
  const client = connectDocker(socketPath);
  const engine = await startProcess({
    name: "docker",
    logFile: options.logFile,
    readyTimeoutMs: 60_000,
    stopTimeoutMs: 15_000,
    findTarget: findOnlyChild,
    argv: [
      ...["nsenter", `--net=${options.network.path}`, "--"],
      ...["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--"],
      ...withNameserver(options),
      "dockerd",
      ...["--host", `unix://${socketPath}`],
      ...["--data-root", options.dataDir],
      ...["--exec-root", execRoot],
      ...["--pidfile", pidFile],
      ...["--cgroup-parent", options.cgroup],
      ...["--shutdown-timeout", "5"],
      ...["--log-level", "warn"],
    ],
    isReady: () => answers(client),
  });
  await joinSwarm(client);
  return engine;
}

// The machine's resolver may listen on its own loopback, which the engine's network does not reach.
function withNameserver({ network, runDir }: DockerOptions): string[] {
  if (!network.nameserver) return [];
  const file = join(runDir, "resolv.conf");
  writeFileSync(file, `nameserver ${network.nameserver}\n`);
  return ["sh", "-c", 'mount --bind "$0" /etc/resolv.conf && exec "$@"', file];
}

async function answers(client: Docker): Promise<boolean> {
  try {
    await client.ping();
    return true;
  } catch {
    return false;
  }
}

async function joinSwarm(client: Docker): Promise<void> {
  const state = async () => (await client.info()).Swarm?.LocalNodeState as string;
  await waitUntil(async () => (await state()) !== "pending", { timeoutMs: 30_000, what: "the swarm to settle" });
  if ((await state()) === "inactive") {
    await client.swarmInit({ AdvertiseAddr: "127.0.0.1", ListenAddr: "127.0.0.1:2377" });
  }
  await waitUntil(() => hasReadyNode(client), { timeoutMs: 30_000, what: "the swarm to have a ready node" });
}

async function hasReadyNode(client: Docker): Promise<boolean> {
  try {
    const nodes = (await client.listNodes()) as { Status?: { State?: string } }[];
    return nodes.some((node) => node.Status?.State === "ready");
  } catch {
    return false;
  }
}

function findOnlyChild(pid: number): number | undefined {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return children ? Number(children.split(" ")[0]) : undefined;
}

/** A killed engine cannot tidy its control groups; they are empty folders that would pile up. */
export function removeEmptyCgroups(name: string): void {
  const root = "/sys/fs/cgroup";
  for (const hierarchy of ["", ...readFolders(root)]) {
    const parent = join(root, hierarchy, name);
    for (const group of readFolders(parent)) removeFolder(join(parent, group));
    removeFolder(parent);
  }
}

function readFolders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}

function removeFolder(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Absent, or still holding a process.
  }
}
