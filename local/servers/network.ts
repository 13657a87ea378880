import { readFileSync, readlinkSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { isOnPath } from "./packages.ts";
import { pickNumber } from "./ports.ts";
import { type RunningProcess, runCommand, startProcess, waitUntil } from "./process.ts";

/** A network of our own for the Docker Engine, joined to the machine by one cable. */
export type PrivateNetwork = {
  processes: RunningProcess[];
  path: string;
  hostAddress: string;
  address: string;
  /** A resolver inside the network, when it has a way out. */
  nameserver: string | undefined;
};

const linkName = (n: number) => `seaworthy${n}`;

/** A number N such that 10.213.N.0/30 is used by nobody on this machine. */
export function pickSubnet(preferred: number | undefined): number {
  const used = new Set(
    Object.values(networkInterfaces())
      .flat()
      .map((entry) => entry?.address),
  );
  const candidates = [...(preferred === undefined ? [] : [preferred]), ...Array.from({ length: 250 }, (_, i) => i + 1)];
  return pickNumber("subnet", candidates, (n) => !used.has(`10.213.${n}.1`));
}

/**
 * Two engines in one network namespace fight over bridges, firewall chains and the swarm's ports, so ours gets its own.
 * The namespace lives as long as its holder: when that process ends the kernel takes away the cable, bridges and rules too.
 */
export async function createPrivateNetwork(options: { subnet: number; logFile: string }): Promise<PrivateNetwork> {
  const ours = readlinkSync("/proc/self/ns/net");
  let path = "";
  const holder = await startProcess({
    name: "network",
    logFile: options.logFile,
    argv: ["unshare", "--net", "--", "sleep", "infinity"],
    isReady: async () => true,
  });
  path = `/proc/${holder.pid}/ns/net`;
  const isSleeping = () => readFileSync(`/proc/${holder.pid}/comm`, "utf8").trim() === "sleep";
  await waitUntil(() => isSleeping() && readlinkSync(path) !== ours, {
    timeoutMs: 5000,
    what: "the private network",
    everyMs: 5,
  });
  await cable(options.subnet, holder.pid, path);
  const uplink = await connectOutside(path, options.logFile);
  return {
    processes: uplink ? [uplink, holder] : [holder],
    nameserver: uplink ? "10.0.2.3" : undefined,
    path,
    hostAddress: `10.213.${options.subnet}.1`,
    address: `10.213.${options.subnet}.2`,
  };
}

async function cable(subnet: number, holder: number, path: string): Promise<void> {
  const link = linkName(subnet);
  const inside = (...args: string[]) => runCommand(["nsenter", `--net=${path}`, "--", "ip", ...args]);
  await runCommand(["ip", "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", String(holder)]);
  await runCommand(["ip", "address", "add", `10.213.${subnet}.1/30`, "dev", link]);
  await runCommand(["ip", "link", "set", link, "up"]);
  await inside("link", "set", "lo", "up");
  await inside("address", "add", `10.213.${subnet}.2/30`, "dev", "eth0");
  await inside("link", "set", "eth0", "up");
}

// So that the engine can pull images where the machine can. User-mode networking leaves the machine's firewall and
// forwarding alone; without it the world works all the same, with the images it has.
async function connectOutside(path: string, logFile: string): Promise<RunningProcess | undefined> {
  if (!isOnPath("slirp4netns")) return undefined;
  const argv = [
    "slirp4netns",
    "--configure",
    "--mtu=1500",
    "--disable-host-loopback",
    "--netns-type=path",
    path,
    "tap0",
  ];
  const hasDefaultRoute = async () =>
    (await runCommand(["nsenter", `--net=${path}`, "--", "ip", "route", "show", "default"])) !== "";
  try {
    return await startProcess({ name: "uplink", logFile, argv, isReady: hasDefaultRoute, readyTimeoutMs: 5000 });
  } catch {
    return undefined;
  }
}
