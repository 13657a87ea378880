import { accessSync, constants, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { runCommand } from "./process.ts";

/** Programs the world needs, and the Debian package each comes from. */
const programs = {
  mariadbd: "mariadb-server",
  "redis-server": "redis-server",
  pebble: "pebble",
  caddy: "caddy",
  dockerd: "docker.io",
  "docker-registry": "docker-registry",
  debootstrap: "debootstrap",
  busybox: "busybox-static",
  zstd: "zstd",
  lrzip: "lrzip",
  ip: "iproute2",
  iptables: "iptables",
  slirp4netns: "slirp4netns",
  openssl: "openssl",
  sshd: "openssh-server",
  "ssh-keygen": "openssh-client",
  git: "git",
} as const;

/** Programs only the tests need besides. */
const testPrograms = {
  chromium: "chromium",
  psql: "postgresql-client",
  dig: "dnsutils",
  age: "age",
  borgmatic: "borgmatic",
  "nix-instantiate": "nix-bin",
  "ceph-mon": "ceph-mon",
  "ceph-osd": "ceph-osd",
  radosgw: "radosgw",
} as const;

/** Packages whose program is not on the path yet. */
export function findMissingPackages(purpose: "world" | "tests" = "world"): string[] {
  return Object.entries(purpose === "tests" ? { ...programs, ...testPrograms } : programs)
    .filter(([program]) => !isOnPath(program))
    .map(([, name]) => name);
}

const installWith = (names: string[]) => `apt-get install --no-install-recommends ${names.join(" ")}`;

/** Throws what to install, when one of these is not there. */
export function requirePrograms(...wanted: (keyof typeof testPrograms)[]): void {
  const missing = wanted.filter((program) => !isOnPath(program)).map((program) => testPrograms[program]);
  if (missing.length > 0) throw new Error(`A server for the tests is missing: ${installWith(missing)}`);
}

/** Installs what is missing with apt-get, streaming its output to the log callback. */
export async function installPackages(names: string[], log: (line: string) => void): Promise<void> {
  if (names.length === 0) return;
  if (process.getuid?.() !== 0) throw new Error(`Run as root, or install these first: ${installWith(names)}`);
  if (!isOnPath("apt-get")) throw new Error(`This is not a Debian system; install these first: ${names.join(" ")}`);
  try {
    await withoutStartingServices(async () => {
      log("apt-get update");
      await runApt(["update", "-q"]);
      log(`apt-get install ${names.join(" ")}`);
      await runApt(["install", "-y", "-q", "--no-install-recommends", ...names]);
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`Packages could not be installed. What is missing: ${installWith(names)}\n${why}`);
  }
}

async function runApt(args: string[]): Promise<void> {
  await runCommand(["apt-get", "-o", "DPkg::Lock::Timeout=120", ...args], {
    timeoutMs: 15 * 60_000,
    // Cut off in the middle it would leave the machine's package database half done.
    outlivesUs: true,
    env: { DEBIAN_FRONTEND: "noninteractive", NEEDRESTART_SUSPEND: "1" },
  });
}

// Debian starts a server when its package is installed; the world runs its own on private folders instead.
async function withoutStartingServices(install: () => Promise<void>): Promise<void> {
  const policy = "/usr/sbin/policy-rc.d";
  const content = "#!/bin/sh\n# Of Seaworthy's local world, while it installs packages.\nexit 101\n";
  // One of ours may have stayed behind a run that was killed.
  const isOurs = !existsSync(policy) || readFileSync(policy, "utf8") === content;
  const remove = () => isOurs && rmSync(policy, { force: true });
  if (isOurs) writeFileSync(policy, content, { mode: 0o755 });
  process.once("exit", remove);
  try {
    await install();
  } finally {
    remove();
    process.off("exit", remove);
  }
}

/** True when a program can be run by its name. */
export function isOnPath(program: string): boolean {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
