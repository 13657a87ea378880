import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pickPort } from "#local/servers/ports.ts";
import { readSshFacts, startSshd } from "#local/servers/sshd.ts";
import type { SshStoreOptions } from "../connection.ts";

/** A real sshd of the test's own. */
export async function openTestHost(): Promise<{ options: SshStoreOptions; close(): Promise<void> }> {
  const dataDir = mkdtempSync(join(tmpdir(), "seaworthy-sshd-"));
  const port = await pickPort(undefined, 12_300);
  const sshd = await startSshd({ dataDir, port, logFile: join(dataDir, "log") });
  const facts = readSshFacts({ dataDir, port });
  return {
    options: {
      host: facts.host,
      port: facts.port,
      user: facts.user,
      folder: facts.folder,
      hostKey: facts.hostKey,
      privateKey: readFileSync(facts.privateKeyFile, "utf8"),
      stallMs: 5_000,
    },
    close: sshd.stop,
  };
}
