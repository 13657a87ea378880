import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { applyTestEnv, testWorld } from "#local/test-world.ts";
import { config, overrideConfig } from "../config/config.ts";
import { closeDb, db, panelOptions } from "./client.ts";
import { connect } from "./connect.ts";
import { migrate } from "./migrate.ts";
import { withNamedLock } from "./named-lock.ts";
import { explainInsecure, readSecurity } from "./security.ts";
import { closeSql, sql, sqlTransaction } from "./sql.ts";
import { openSecureServer, type SecureServer } from "./testing/open-secure-server.ts";
import { readCipher } from "./testing/read-cipher.ts";
import { startStrippingFront } from "./testing/strip-tls.ts";
import { isUnavailable } from "./unavailable.ts";
import { wipeIfOrdered } from "./wipe.ts";

let server: SecureServer;
beforeAll(async () => {
  server = await openSecureServer();
  applyTestEnv();
});
afterEach(async () => {
  await Promise.all([closeDb(), closeSql()]);
  overrideConfig(undefined);
});
afterAll(() => server?.stop());

type Overrides = NonNullable<Parameters<typeof overrideConfig>[0]>;
const set = (more: Overrides = {}) =>
  overrideConfig({
    ...{ DATABASE_URL: server.url(), DATABASE_TLS: "verify-identity", DATABASE_TLS_CA_FILE: server.caFile },
    ...more,
  });

describe("a database that lets nobody in without TLS", () => {
  beforeAll(async () => {
    set();
    const { database: _, ...options } = panelOptions(1);
    const connection = await connect(options);
    await connection.query("SET GLOBAL require_secure_transport = ON");
    await connection.end();
  });

  test("is migrated, asked, locked and wiped in connections that are all encrypted", async () => {
    set();
    expect(await migrate(config().DATABASE_URL, readSecurity())).not.toEqual([]);
    const ciphers = "SHOW STATUS LIKE 'Ssl_cipher'";
    const encrypted = [{ Value: expect.stringMatching(/^TLS_|AES|CHACHA/) }];
    expect(await db().$queryRawUnsafe(ciphers)).toMatchObject(encrypted);
    expect(await sql.rows(ciphers)).toMatchObject(encrypted);
    expect(await sqlTransaction((on) => on.rows(ciphers))).toMatchObject(encrypted);
    expect(await withNamedLock("secure", new AbortController().signal, async () => {})).toBe(true);
    set({ DANGER_DATABASE_WIPE_REINITIALIZE: "secure" });
    expect(await wipeIfOrdered()).toContain("tables of secure");
  });

  test("turns away whoever comes without", async () => {
    // MySQL says why; MariaDB does not.
    set({ DATABASE_TLS: "off" });
    await expect(readCipher()).rejects.toThrow(/Access denied/);
  });

  test.each(["verify-ca", "verify-identity"] as const)(
    "is not believed where no authority vouches for it: %s",
    async (mode) => {
      set({ DATABASE_TLS: mode, DATABASE_TLS_CA_FILE: server.otherCaFile });
      await expect(readCipher()).rejects.toThrow(/No authority in DATABASE_TLS_CA_FILE vouches/);
      await expect(migrate(config().DATABASE_URL, readSecurity())).rejects.toThrow(
        /Put the PEM of its authority there/,
      );
    },
  );

  test("is away for whoever asks through a pool, which knows why", async () => {
    set({ DATABASE_TLS_CA_FILE: server.otherCaFile });
    const asked = [db().user.count(), sql.rows("SELECT 1")];
    for (const error of await Promise.all(asked.map((one) => one.catch((thrown: unknown) => thrown)))) {
      expect(explainInsecure(error)?.message).toMatch(/No authority in DATABASE_TLS_CA_FILE vouches/);
      expect(isUnavailable(error)).toBe(true);
    }
  });

  test("is not asked anything by somebody's leave who claims that it has no TLS", async () => {
    const front = await startStrippingFront(server.port);
    set({ DATABASE_URL: server.url().replace(`:${server.port}/`, `:${front.port}/`), DATABASE_TLS: "verify-ca" });
    await expect(readCipher()).rejects.toThrow(/the database's server has none/);
    front.close();
  });

  test("is believed under another name only when its authority is all that is asked for", async () => {
    set({ DATABASE_URL: server.url("127.0.0.1") });
    await expect(readCipher()).rejects.toThrow(/for another name than the host in DATABASE_URL/);
    set({ DATABASE_URL: server.url("127.0.0.1"), DATABASE_TLS: "verify-ca" });
    expect(await readCipher()).toMatch(/^TLS_|AES|CHACHA/);
  });

  test("a file of authorities that is not there is named", async () => {
    set({ DATABASE_TLS_CA_FILE: "/nowhere/ca.pem" });
    await expect(readCipher()).rejects.toThrow("DATABASE_TLS_CA_FILE (/nowhere/ca.pem) cannot be read.");
  });
});

test("a database without TLS is refused by whoever asks for it", async () => {
  set({ DATABASE_URL: testWorld().env.DATABASE_URL ?? "" });
  await expect(readCipher()).rejects.toThrow(/DATABASE_TLS asks for TLS and the database's server has none/);
});

test("an address that asks for TLS in its own way is refused, for nobody would heed it", () => {
  process.env.DATABASE_URL = `${server.url()}?ssl-mode=REQUIRED`;
  overrideConfig(undefined);
  expect(() => config()).toThrow(/DATABASE_URL must say nothing of TLS: set DATABASE_TLS instead/);
  process.env.DATABASE_URL = `${server.url()}?connection_limit=5`;
  expect(config().DATABASE_URL).toContain("connection_limit");
});
