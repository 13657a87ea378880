import { listChanges } from "#lib/integrations/docker/containers.ts";
import { runExec } from "#lib/integrations/docker/exec.ts";
import { findService, listTasks } from "#lib/integrations/docker/services.ts";
import { readOwnNodeId } from "#lib/integrations/docker/swarm.ts";
import type { PublishedPort } from "./compare-ports.ts";
import {
  type FoundDependency,
  type FoundPackage,
  parseApk,
  parseDpkg,
  parseNpm,
  parsePaths,
  pickChanges,
} from "./parse-inventory.ts";
import { type Listening, parseProcNet } from "./parse-proc-net.ts";

/** One of a stack's services as it runs. */
export interface Seen {
  image: string;
  published: PublishedPort[];
  containerIds: string[];
  /** How many tasks it shall have. */
  desired: number;
  /** Tasks that run on nodes whose engine the panel does not talk to. */
  elsewhere: number;
}

/** null: the swarm has no such service. */
export async function lookAtService(name: string, signal: AbortSignal): Promise<Seen | null> {
  const service = await findService(name, signal);
  if (!service) return null;
  const tasks = (await listTasks({ service: [service.ID] }, signal)).filter(
    (task) => task.DesiredState === "running" && task.Status.State === "running",
  );
  const own = await readOwnNodeId(signal);
  const here = tasks.filter((task) => task.NodeID === own);
  const endpoint = (service.Spec as { EndpointSpec?: { Ports?: unknown[] } }).EndpointSpec;
  const ports = (endpoint?.Ports ?? []) as { TargetPort?: number; PublishedPort?: number; Protocol?: string }[];
  return {
    image: service.Spec.TaskTemplate.ContainerSpec?.Image ?? "",
    published: ports.flatMap(({ TargetPort, PublishedPort, Protocol }) =>
      TargetPort && PublishedPort
        ? [
            {
              port: TargetPort,
              published: PublishedPort,
              protocol: Protocol === "udp" ? ("udp" as const) : ("tcp" as const),
            },
          ]
        : [],
    ),
    containerIds: here.flatMap((task) => task.Status.ContainerStatus?.ContainerID || []),
    elsewhere: tasks.length - here.length,
    desired: service.Spec.Mode.Replicated?.Replicas ?? 1,
  };
}

const PROTOCOLS = ["tcp", "udp"] as const;

/** What listens in a container's own network; null: it has no program that reads the kernel's tables. */
export async function readListening(containerId: string, signal: AbortSignal): Promise<Listening[] | null> {
  const found: Listening[] = [];
  for (const protocol of PROTOCOLS) {
    // A kernel without IPv6 has no second file: then it says so, after the first.
    const argv = ["cat", `/proc/net/${protocol}`, `/proc/net/${protocol}6`];
    const { stdout } = await runExec(containerId, { argv }, signal);
    if (!stdout.includes("local_address")) return null;
    found.push(...parseProcNet(stdout, protocol));
  }
  return found;
}

export interface Inventory {
  packages: FoundPackage[];
  dependencies: FoundDependency[];
  changes: { path: string; act: string }[];
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query fills it in itself.
const DPKG_FORMAT = "-f=${Package}\\t${Version}\\n";
const FIND = ["find", "/", "-xdev", "-not", "-path", "/proc/*"];

/** What is installed in a container, and what of its files is not as the image has it. What cannot be asked is left out. */
export async function readInventory(containerId: string, signal: AbortSignal): Promise<Inventory> {
  const ask = async (argv: string[]): Promise<string> => {
    const { stdout } = await runExec(containerId, { argv }, signal);
    return stdout;
  };
  const dpkg = parseDpkg(await ask(["dpkg-query", "-W", DPKG_FORMAT]));
  const apk = dpkg.length > 0 ? [] : parseApk(await ask(["apk", "info", "-v"]));
  const paths = await ask([
    ...FIND,
    ...["(", "-path", "*-packages/*.dist-info", "-o", "-path", "*-packages/*.egg-info"],
    ...["-o", "-path", "*/specifications/*.gemspec", "-o", "-path", "*/.channel.pecl.php.net/*.reg", ")"],
    "-print",
  ]);
  const npm = await ask([
    ...FIND,
    ...["-type", "f", "-name", "package.json", "-path", "*/node_modules/*"],
    ...["-not", "-path", "*/node_modules/*/node_modules/*"],
    ...["-exec", "grep", "-m1", "-H", '"version"', "{}", "+"],
  ]);
  return {
    packages: [...dpkg, ...apk],
    dependencies: [...parsePaths(paths), ...parseNpm(npm)],
    changes: pickChanges(await listChanges(containerId, signal)),
  };
}
