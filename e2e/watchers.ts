/**
 * The monitors and the configuration repository of the world, asked by themselves.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { io } from "socket.io-client";
import { world } from "./outside.ts";

const run = promisify(execFile);

interface Answer {
  ok: boolean;
  msg?: string;
}
type Monitors = Record<string, { name: string; url?: string; active?: boolean | number }>;

/** Monitors of Uptime Kuma that name a service, with whether they are active; read as its own page reads them. */
export async function kumaMonitors(service: string): Promise<{ name: string; isActive: boolean }[]> {
  const { UPTIME_KUMA_URL: url = "", UPTIME_KUMA_USERNAME: username, UPTIME_KUMA_PASSWORD: password } = world().env;
  const socket = io(url, { transports: ["websocket"], reconnection: false, timeout: 10_000 });
  try {
    const listed = new Promise<Monitors>((resolve) => socket.once("monitorList", resolve));
    const signedIn = await new Promise<Answer>((resolve, reject) => {
      socket.once("connect_error", reject);
      socket.once("connect", () => socket.emit("login", { username, password, token: "" }, resolve));
    });
    if (!signedIn.ok) throw new Error(signedIn.msg ?? "Uptime Kuma did not let us in");
    return Object.values(await listed)
      .filter((monitor) => `${monitor.name} ${monitor.url ?? ""}`.includes(service))
      .map(({ name, active }) => ({ name, isActive: Boolean(active) }));
  } finally {
    socket.disconnect();
  }
}

/** Checks of Healthchecks that name a service, with their status. */
export async function healthchecksOf(service: string): Promise<{ name: string; status: string }[]> {
  const { HEALTHCHECKS_API_URL: url = "", HEALTHCHECKS_API_KEY: key = "" } = world().env;
  const answer = await fetch(`${url}/api/v3/checks/`, {
    headers: { "x-api-key": key },
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) throw new Error(`Healthchecks answered ${answer.status}`);
  const { checks } = (await answer.json()) as { checks: { name: string; status: string }[] };
  return checks.filter(({ name }) => name.includes(service)).map(({ name, status }) => ({ name, status }));
}

/** Paths on a branch of the configuration repository that name a service, as a plain `git` clone has them. */
export async function repositoryPaths(service: string, branch: string): Promise<string[]> {
  const { env } = world();
  const folder = mkdtempSync(join(tmpdir(), "seaworthy-clone-"));
  try {
    const [key, hosts] = [join(folder, "key"), join(folder, "known_hosts")];
    writeFileSync(key, env.CONFIG_REPOSITORY_SSH_KEY ?? "", { mode: 0o600 });
    writeFileSync(hosts, env.CONFIG_REPOSITORY_KNOWN_HOSTS ?? "");
    const ssh = `ssh -i ${key} -o UserKnownHostsFile=${hosts} -o IdentitiesOnly=yes -o BatchMode=yes`;
    const clone = join(folder, "clone");
    const argv = ["clone", "--quiet", "--depth=1", `--branch=${branch}`, env.CONFIG_REPOSITORY_URL ?? "", clone];
    await run("git", argv, { env: { ...process.env, GIT_SSH_COMMAND: ssh }, timeout: 30_000 });
    const { stdout } = await run("git", ["-C", clone, "ls-files"], { timeout: 10_000 });
    return stdout.split("\n").filter((path) => path.includes(service));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
