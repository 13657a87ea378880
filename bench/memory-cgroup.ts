import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const MB = 1_048_576;
const SAMPLE_MS = 20;

/** The two versions of the kernel's interface: where groups are made, and what their files are called. */
const VERSIONS = [
  {
    root: "/sys/fs/cgroup/memory",
    // With swap, where the kernel counts it: nothing shall hide there.
    limits: ["memory.limit_in_bytes", "memory.memsw.limit_in_bytes"],
    none: "-1",
    kills: "memory.oom_control",
    held: (at: string) =>
      readLine(at, "memory.stat", "rss") + Number(readFileSync(join(at, "memory.kmem.usage_in_bytes"), "utf8")),
  },
  {
    root: "/sys/fs/cgroup",
    limits: ["memory.max"],
    none: "max",
    kills: "memory.events",
    held: (at: string) => ["anon", "kernel", "sock"].reduce((sum, name) => sum + readLine(at, "memory.stat", name), 0),
  },
] as const;

const readLine = (at: string, file: string, name: string) =>
  Number(new RegExp(`^${name} (\\d+)$`, "m").exec(readFileSync(join(at, file), "utf8"))?.[1] ?? 0);

/** A limit of memory as a container has one, for a process and all it starts. */
export interface MemoryCgroup {
  /** Put before a command, it runs in here from its first moment. */
  enter: readonly string[];
  /** The most its processes held that cannot be given back: their own memory and the kernel's for them, without pages of files. */
  heldMb(): number;
  /** How often a process was killed because the limit was reached with nothing left to give back. */
  kills(): number;
  lift(): void;
  close(): void;
}

/** Null where none can be made: on another kernel, or not as root. */
export function openMemoryCgroup(limitMb: number): MemoryCgroup | null {
  for (const version of VERSIONS) {
    // Elsewhere this may be an ordinary folder, and a file written there no limit.
    if (!existsSync(join(version.root, version.kills)) && !existsSync(join(version.root, "cgroup.controllers")))
      continue;
    const at = join(version.root, `seaworthy-bench-${process.pid}`);
    try {
      mkdirSync(at);
    } catch {
      continue;
    }
    try {
      return enforce(at, version, limitMb);
    } catch {
      rmdirSync(at);
    }
  }
  return null;
}

function enforce(at: string, version: (typeof VERSIONS)[number], limitMb: number): MemoryCgroup {
  const limits = version.limits.filter((file, index) => index === 0 || existsSync(join(at, file)));
  // Opened, not made: what the kernel has not put there is not a limit.
  for (const file of limits) writeFileSync(join(at, file), String(limitMb * MB), { flag: "r+" });
  let most = version.held(at);
  const sample = () => {
    most = Math.max(most, version.held(at));
  };
  const sampling = setInterval(sample, SAMPLE_MS);
  return {
    enter: ["sh", "-c", 'echo $$ > "$1" && shift && exec "$@"', "enter", join(at, "cgroup.procs")],
    heldMb() {
      sample();
      return most / MB;
    },
    kills: () => readLine(at, version.kills, "oom_kill"),
    lift() {
      for (const file of [...limits].reverse()) writeFileSync(join(at, file), version.none, { flag: "r+" });
    },
    close() {
      clearInterval(sampling);
      rmdirSync(at);
    },
  };
}
