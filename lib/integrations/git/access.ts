import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A remote repository and what opens it. */
export interface GitRemote {
  url: string;
  /** Private key for SSH. */
  sshKey: string;
  /** Lines of known_hosts: any other host key is refused. */
  knownHosts: string;
  /** For HTTPS; empty: none is sent. */
  username: string;
  token: string;
  /** PEM file of the authority behind its HTTPS; empty: a public one. */
  caFile: string;
}

const CONNECT_S = 15;

/** Nothing of the machine's own SSH settings, and nothing that asks a person. */
const sshConfig = (keyFile: string, hostsFile: string): string =>
  [
    "Host *",
    `  IdentityFile "${keyFile}"`,
    "  IdentitiesOnly yes",
    "  IdentityAgent none",
    `  UserKnownHostsFile "${hostsFile}"`,
    "  GlobalKnownHostsFile /dev/null",
    "  StrictHostKeyChecking yes",
    "  UpdateHostKeys no",
    "  BatchMode yes",
    "  PreferredAuthentications publickey",
    `  ConnectTimeout ${CONNECT_S}`,
    "  ServerAliveInterval 10",
    "  ServerAliveCountMax 3",
    "  ForwardAgent no",
    "  ClearAllForwardings yes",
    "  PermitLocalCommand no",
    "  ControlMaster no",
    "  LogLevel ERROR",
    "",
  ].join("\n");

/**
 * Writes what ssh needs into a folder of this process's own and returns git's environment. Credentials are in files that only this
 * user reads or in the environment, never among the words of a command.
 */
export async function prepareAccess(folder: string, remote: GitRemote): Promise<Record<string, string>> {
  const [key, hosts, config, wrapper] = ["key", "known_hosts", "ssh_config", "ssh"].map((name) =>
    join(folder, name),
  ) as [string, string, string, string];
  const readOnlyByUs = { mode: 0o600 };
  await Promise.all([
    // OpenSSH refuses a key without a newline at its end.
    writeFile(key, `${remote.sshKey.trim()}\n`, readOnlyByUs),
    writeFile(hosts, `${remote.knownHosts.trim()}\n`, readOnlyByUs),
    writeFile(config, sshConfig(key, hosts), readOnlyByUs),
    // GIT_SSH names a program, so that no shell ever reads what git hands to ssh.
    writeFile(wrapper, `#!/bin/sh\nexec ssh -F '${config}' "$@"\n`, { mode: 0o700 }),
  ]);
  // The mode of a file that was there before stays what it was.
  await Promise.all([...[key, hosts, config].map((path) => chmod(path, 0o600)), chmod(wrapper, 0o700)]);
  return {
    GIT_SSH: wrapper,
    GIT_SSH_VARIANT: "ssh",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "/bin/false",
    SSH_ASKPASS_REQUIRE: "never",
    GIT_ALLOW_PROTOCOL: "ssh:https",
    GIT_ADVICE: "0",
    GIT_NO_REPLACE_OBJECTS: "1",
    LC_ALL: "C",
    ...describeHttps(remote),
  };
}

/** Settings by environment: argv of a running program can be read by everybody on the machine. */
function describeHttps({ url, username, token, caFile }: GitRemote): Record<string, string> {
  if (!url.startsWith("https://")) return {};
  const basic = Buffer.from(`${username || "git"}:${token}`).toString("base64");
  const settings = [
    ...(token === "" ? [] : [["http.extraHeader", `Authorization: Basic ${basic}`]]),
    ...(caFile === "" ? [] : [["http.sslCAInfo", caFile]]),
    ["http.followRedirects", "false"],
    ["http.lowSpeedLimit", "1"],
    ["http.lowSpeedTime", "30"],
  ];
  return Object.fromEntries([
    ["GIT_CONFIG_COUNT", String(settings.length)],
    ...settings.flatMap(([name = "", value = ""], index) => [
      [`GIT_CONFIG_KEY_${index}`, name],
      [`GIT_CONFIG_VALUE_${index}`, value],
    ]),
  ]) as Record<string, string>;
}
