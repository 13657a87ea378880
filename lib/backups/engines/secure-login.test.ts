import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrate } from "#lib/platform/db/migrate.ts";
import type { Security } from "#lib/platform/db/security.ts";
import { openSecureServer, type SecureServer } from "#lib/platform/db/testing/open-secure-server.ts";
import { startStrippingFront } from "#lib/platform/db/testing/strip-tls.ts";
import { mariadb } from "./mariadb.ts";

const run = promisify(execFile);

let server: SecureServer;
beforeAll(async () => {
  server = await openSecureServer();
  await migrate(server.url());
});
afterAll(() => server?.stop());

const safely = (verifies: "ca" | "identity", caFile = server.caFile): Security => ({ tls: { verifies, caFile } });

async function runAs(
  verb: "dumpArgv" | "clientArgv",
  security: Security,
  { host = "localhost", port = server.port } = {},
) {
  const { username, password } = new URL(server.url());
  const login = { user: username, password: decodeURIComponent(password), database: "secure", host, port, security };
  const [program = "", ...argv] = verb === "dumpArgv" ? mariadb.dumpArgv(login, null) : mariadb.clientArgv(login);
  const running = run(program, argv, { env: { ...process.env, MYSQL_PWD: login.password }, maxBuffer: 1e9 });
  running.child.stdin?.end("SHOW STATUS LIKE 'Ssl_cipher';\n");
  return (await running).stdout;
}

describe("MariaDB's own programs, on the panel's database", () => {
  test.each(["ca", "identity"] as const)("dump and ask it over TLS: %s", async (verifies) => {
    expect(await runAs("clientArgv", safely(verifies))).toMatch(/Ssl_cipher\t\S+/);
    expect(await runAs("dumpArgv", safely(verifies))).toContain("CREATE TABLE `BackupPolicy`");
  });

  test.each(["ca", "identity"] as const)("say nothing to a server no authority vouches for: %s", async (verifies) => {
    await expect(runAs("clientArgv", safely(verifies, server.otherCaFile))).rejects.toThrow(/certificate/i);
    await expect(runAs("dumpArgv", safely(verifies, server.otherCaFile))).rejects.toThrow(/certificate/i);
  });

  test("mind the name where it is asked for", async () => {
    await expect(runAs("dumpArgv", safely("identity"), { host: "127.0.0.1" })).rejects.toThrow(/certificate|SSL/i);
    expect(await runAs("dumpArgv", safely("ca"), { host: "127.0.0.1" })).toContain("CREATE TABLE `BackupPolicy`");
  });

  test("say nothing where somebody claims that there is no TLS, when the name is asked for", async () => {
    const front = await startStrippingFront(server.port);
    await expect(runAs("dumpArgv", safely("identity"), { port: front.port })).rejects.toThrow(/SSL/i);
    front.close();
  });
});
