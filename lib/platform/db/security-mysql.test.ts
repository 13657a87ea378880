import { generateKeyPairSync, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { mysql } from "#lib/backups/engines/mariadb.ts";
import { runExec } from "#lib/integrations/docker/exec.ts";
import { type MysqlServer, startMysql } from "#local/servers/mysql.ts";
import { applyTestEnv, hasMysql, testWorld } from "#local/test-world.ts";
import { overrideConfig } from "../config/config.ts";
import type { Security } from "./security.ts";
import { readCipher } from "./testing/read-cipher.ts";

/** What MySQL makes for itself at its first start. */
const DATA = "/var/lib/mysql";
const folder = mkdtempSync(join(tmpdir(), "seaworthy-mysql-"));
let server: MysqlServer;
let password: string;

const inServer = async (argv: string[]) => {
  const env = { MYSQL_PWD: password };
  const { exitCode, stdout, stderr } = await runExec(server.containerId, { argv, env }, new AbortController().signal);
  if (exitCode !== 0) throw new Error(stderr);
  return stdout;
};
const write = (name: string, text: string) => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};
const fetched = async (name: string) => write(name, await inServer(["cat", `${DATA}/${name}`]));
/** Nobody has signed in as this one yet, so that the server has to be sent the whole password. */
async function addAccount(): Promise<string> {
  const name = `u${randomUUID().slice(0, 8)}`;
  await inServer(["mysql", "-uroot", "-e", `CREATE USER ${name}@'%' IDENTIFIED BY 'whole'`]);
  const url = new URL(server.url);
  Object.assign(url, { username: name, password: "whole", pathname: "/" });
  return url.href;
}

describe.skipIf(!hasMysql)("a panel on MySQL", () => {
  beforeAll(async () => {
    server = await startMysql(testWorld());
    password = new URL(server.url).password;
    applyTestEnv({ DATABASE_URL: server.url });
  });
  afterEach(() => overrideConfig(undefined));
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await server?.stop();
  });

  test("speaks TLS with what the server made itself, once told its authority; for a name that is for nobody", async () => {
    const tls = { DATABASE_URL: await addAccount(), DATABASE_TLS_CA_FILE: await fetched("ca.pem") };
    overrideConfig({ ...tls, DATABASE_TLS: "verify-identity" });
    await expect(readCipher()).rejects.toThrow(/for another name than the host in DATABASE_URL/);
    overrideConfig({ ...tls, DATABASE_TLS: "verify-ca" });
    expect(await readCipher()).toMatch(/^TLS_|AES|CHACHA/);
  });

  test("without TLS sends its password with the key it was given, which opens nothing for another server", async () => {
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const other = write("other.pem", publicKey.export({ type: "spki", format: "pem" }).toString());
    const own = await fetched("public_key.pem");
    const DATABASE_URL = await addAccount();
    overrideConfig({ DATABASE_URL, DATABASE_PUBLIC_KEY_FILE: other });
    await expect(readCipher()).rejects.toThrow(/Access denied/);
    overrideConfig({ DATABASE_URL, DATABASE_PUBLIC_KEY_FILE: own });
    expect(await readCipher()).toBe("");
  });

  test("a server that takes TLS only says so to whoever comes without", async () => {
    await inServer(["mysql", "-uroot", "-e", "SET GLOBAL require_secure_transport = ON"]);
    await expect(readCipher()).rejects.toThrow(/over TLS only\. Set DATABASE_TLS/);
    await inServer(["mysql", "-uroot", "-e", "SET GLOBAL require_secure_transport = OFF"]);
  });

  test("MySQL's own programs are told the same", async () => {
    const where = { database: "seaworthy", host: "127.0.0.1", port: 3306 };
    const login = (security: Security) => ({ user: "seaworthy", password, ...where, security });
    const caFile = `${DATA}/ca.pem`;
    const dump = (security: Security) => inServer(mysql.dumpArgv(login(security), null));
    expect(await dump({ tls: { verifies: "ca", caFile } })).toContain("Dump completed");
    expect(await dump({ publicKeyFile: `${DATA}/public_key.pem` })).toContain("Dump completed");
    await expect(dump({ tls: { verifies: "identity", caFile } })).rejects.toThrow(/SSL|certificate/i);
  });
});
