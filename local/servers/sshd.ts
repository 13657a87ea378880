import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { acceptsConnections, type RunningProcess, runCommand, startProcess } from "./process.ts";

/** What somebody needs to know to put files there. */
export type SshFacts = {
  host: string;
  port: number;
  user: string;
  folder: string;
  privateKeyFile: string;
  /** `SHA256:…`, as ssh-keygen -lf prints it. */
  hostKey: string;
};

type SshdOptions = { dataDir: string; logFile: string; port: number; serves?: "sftp" | "git" };

/** Starts a real sshd with keys of its own, that lets one key in and gives it SFTP, or git's own commands, and nothing else. */
export async function startSshd({ dataDir, logFile, port, serves = "sftp" }: SshdOptions): Promise<RunningProcess> {
  mkdirSync(sshFolder(dataDir), { recursive: true });
  mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
  for (const name of ["host", "client"])
    if (!existsSync(join(dataDir, name)))
      await runCommand(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", join(dataDir, name)]);
  const config = join(dataDir, "sshd_config");
  writeFileSync(config, buildConfig(dataDir, port, serves));
  return startProcess({
    name: "sshd",
    logFile,
    argv: ["/usr/sbin/sshd", "-D", "-e", "-f", config],
    isReady: () => acceptsConnections(port),
  });
}

const sshFolder = (dataDir: string) => join(dataDir, "files");

const buildConfig = (dataDir: string, port: number, serves: "sftp" | "git"): string =>
  [
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    `HostKey ${join(dataDir, "host")}`,
    `AuthorizedKeysFile ${join(dataDir, "client.pub")}`,
    `PidFile ${join(dataDir, "pid")}`,
    // The world's folder may be anybody's; the file is ours all the same.
    "StrictModes no",
    // Without PAM nobody gets in whose password is locked, not even by a key.
    `UsePAM ${isRootLocked() ? "yes" : "no"}`,
    "PermitRootLogin prohibit-password",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "AllowTcpForwarding no",
    "AllowAgentForwarding no",
    "X11Forwarding no",
    "PermitTTY no",
    "MaxStartups 100",
    "MaxSessions 50",
    "LogLevel ERROR",
    ...(serves === "sftp"
      ? ["Subsystem sftp internal-sftp", "ForceCommand internal-sftp"]
      : ['ForceCommand git shell -c "$SSH_ORIGINAL_COMMAND"']),
    "",
  ].join("\n");

const isRootLocked = (): boolean => /^root:!/m.test(readFileSync("/etc/shadow", "utf8"));

export const readSshFacts = ({ dataDir, port }: Pick<SshdOptions, "dataDir" | "port">): SshFacts => ({
  host: "127.0.0.1",
  port,
  user: "root",
  folder: sshFolder(dataDir),
  privateKeyFile: join(dataDir, "client"),
  hostKey: readFingerprint(join(dataDir, "host.pub")),
});

function readFingerprint(publicKeyFile: string): string {
  const [, key = ""] = readFileSync(publicKeyFile, "utf8").split(" ");
  return `SHA256:${createHash("sha256").update(Buffer.from(key, "base64")).digest("base64").replace(/=+$/, "")}`;
}
