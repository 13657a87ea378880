import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { startOwnPebble } from "#lib/certificates/testing/own-pebble.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { migrate } from "#lib/platform/db/migrate.ts";
import { openStage, type TestActor } from "#lib/runs/testing/stage.ts";
import { startMailCatcher } from "#local/mail/server.ts";
import { type MariadbOptions, startMariadb } from "#local/servers/mariadb.ts";
import { pickPort } from "#local/servers/ports.ts";
import { startRedis } from "#local/servers/redis.ts";
import { testWorld } from "#local/test-world.ts";
import { clearDocker } from "./outside.ts";
import { killWorkers } from "./worker-process.ts";

/** Everything of a panel that a test may break: its own MariaDB, Redis, Pebble, mail and AWS key; Docker and DNS are shared. */
export interface ProvisioningStage {
  owner: TestActor;
  teammate: TestActor;
  webImage: string;
  backupsRoot: string;
  redisUrl: string;
  mailUrl: string;
  /** Root of this stage's Pebble, for whoever asks over HTTPS. */
  readRoot(): Promise<string>;
  /** How many certificates Pebble has issued. */
  countIssued(): number;
  /** Makes Route 53 misbehave for this stage's own access key; `{}` puts it right. */
  setDnsFaults(plan: Record<string, unknown>): Promise<void>;
  restartMariadb(): Promise<void>;
  close(): Promise<void>;
}

export async function openProvisioningStage(): Promise<ProvisioningStage> {
  const world = testWorld();
  const dir = mkdtempSync(join(tmpdir(), "seaworthy-provisioning-"));
  const servers = await startServers(dir, world.env.DNS_AUTHORITATIVE_SERVERS ?? "");
  const { mariadb, redisUrl, pebble, mail } = servers;
  const databaseUrl = `mysql://${mariadb.user}:${mariadb.password}@127.0.0.1:${mariadb.port}/panel`;
  await migrate(databaseUrl);
  const stage = await openStage("provisioning", { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl });
  const accessKeyId = `AKIATEST${randomBytes(6).toString("hex").toUpperCase()}`;
  const backupsRoot = join(dir, "backups");
  mkdirSync(backupsRoot);
  const firstPort = 20_000 + Math.floor(Math.random() * 9_000);
  Object.assign(process.env, {
    LOG_LEVEL: "info",
    AWS_ACCESS_KEY_ID: accessKeyId,
    LETS_ENCRYPT_DIRECTORY_URL: pebble.directoryUrl,
    LETS_ENCRYPT_CA_FILE: pebble.caFile,
    SMTP_HOST: "127.0.0.1",
    SMTP_PORT: String(mail.smtpPort),
    BACKUPS_ROOT: backupsRoot,
    // The swarm's host ports are everybody's: other tests publish on theirs.
    PUBLISHED_PORT_MIN: String(firstPort),
    PUBLISHED_PORT_MAX: String(firstPort + 500),
  });
  overrideConfig(undefined);
  const setDnsFaults = async (plan: Record<string, unknown>) => {
    const body = JSON.stringify({ insyncMs: 500, ...plan, accessKeyId });
    const response = await fetch(`${world.world.route53ControlUrl}/faults`, { method: "PUT", body });
    if (!response.ok) throw new Error(await response.text());
  };
  await setDnsFaults({});
  return {
    owner: stage.actor,
    teammate: await stage.addActor("staff,manager", "Terry Teammate"),
    webImage: world.images?.web["1.0"] ?? "",
    backupsRoot,
    redisUrl,
    mailUrl: mail.url,
    readRoot: () => servers.pebble.ask("/roots/0"),
    countIssued: () =>
      readFileSync(join(dirname(pebble.caFile), "pebble.log"), "utf8").split("Issued certificate serial").length - 1,
    setDnsFaults,
    restartMariadb: () => servers.restartMariadb(),
    close: async () => {
      await killWorkers();
      await setDnsFaults({});
      for (const { name } of await db().service.findMany({ select: { name: true } })) await clearDocker(name);
      await stage.close();
      await servers.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function startServers(dir: string, dnsServer: string) {
  const mariadb: MariadbOptions = {
    dataDir: join(dir, "mariadb"),
    runDir: dir,
    logFile: join(dir, "mariadb.log"),
    port: await pickPort(),
    user: "panel",
    password: randomBytes(12).toString("hex"),
  };
  const redisPort = await pickPort();
  const redis = { dataDir: join(dir, "redis"), logFile: join(dir, "redis.log"), port: redisPort };
  const [firstDatabase, redisServer, pebble, mail] = await Promise.all([
    startMariadb(mariadb),
    startRedis(redis),
    startOwnPebble({ dnsServer }),
    startMailCatcher({ smtpPort: 0, webPort: 0 }),
  ]);
  let database = firstDatabase;
  return {
    mariadb,
    redisUrl: `redis://127.0.0.1:${redisPort}/0`,
    pebble,
    mail,
    restartMariadb: async () => {
      await database.stop();
      database = await startMariadb(mariadb);
    },
    stop: async () => {
      await Promise.all([database.stop(), redisServer.stop(), pebble.stop(), mail.close()]);
    },
  };
}
