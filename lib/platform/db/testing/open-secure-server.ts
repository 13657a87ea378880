import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAuthority } from "#local/authority.ts";
import { startMariadb } from "#local/servers/mariadb.ts";
import { pickPort } from "#local/servers/ports.ts";

export interface SecureServer {
  port: number;
  /** Of a database that is not there yet, by the name in the server's certificate or by another of its names. */
  url(host?: "localhost" | "127.0.0.1"): string;
  /** The authority of its certificate, and one that never heard of it. */
  caFile: string;
  otherCaFile: string;
  stop(): Promise<void>;
}

/** A MariaDB with a certificate for `localhost`, which lets nobody in without TLS. */
export async function openSecureServer(): Promise<SecureServer> {
  const folder = mkdtempSync(join(tmpdir(), "seaworthy-secure-"));
  const write = (name: string, text: string) => {
    const file = join(folder, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };
  const [authority, other] = [await createAuthority(), await createAuthority("Other Root")];
  const { chainPem, keyPem } = await authority.issue(["localhost"]);
  const port = await pickPort();
  const account = { user: "seaworthy", password: "s:c?re@t" };
  const server = await startMariadb({
    ...{ dataDir: join(folder, "data"), runDir: folder, logFile: join(folder, "mariadb.log"), port, ...account },
    certificate: { certFile: write("server.pem", chainPem), keyFile: write("key.pem", keyPem) },
  });
  return {
    port,
    url: (host = "localhost") => `mysql://seaworthy:${encodeURIComponent(account.password)}@${host}:${port}/secure`,
    caFile: write("ca.pem", authority.rootPem),
    otherCaFile: write("other-ca.pem", other.rootPem),
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
