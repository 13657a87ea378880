import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pinImage } from "#lib/integrations/docker/images.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { openStage, type Stage, type TestActor, untilState } from "#lib/runs/testing/stage.ts";
import { type CloudflareStandIn, startCloudflare } from "#local/cloudflare/server.ts";
import { caddySocketPath, startCaddy } from "#local/servers/caddy.ts";
import { type RunningProcess, runCommand } from "#local/servers/process.ts";
import { type PairHost, type SwarmPair, startSwarmPair } from "#local/servers/swarm-pair.ts";
import { testWorld } from "#local/test-world.ts";
import { createRunning, HEALTHY, type Running } from "./deploy-stage.ts";

export interface MoveStage {
  stage: Stage;
  pair: SwarmPair;
  cloudflare: CloudflareStandIn;
  admin: TestActor;
  /** A live public service on `alpha`, with a database, a folder, records and a route that a worker made. */
  createService(options: MovingOptions): Promise<MovingService>;
  close(): Promise<void>;
}

interface MovingOptions {
  ttl: number;
  database?: "mariadb" | "postgresql";
  /** No folder: then its database alone can be made read-only. */
  withoutFiles?: true;
}

export interface MovingService extends Running {
  hostname: string;
  port: number;
  folder: string;
}

export async function openMoveStage(): Promise<MoveStage> {
  const world = testWorld();
  const dir = mkdtempSync(join(tmpdir(), "seaworthy-moves-"));
  const folder = join(dir, "services");
  const pair = await startSwarmPair({ dir: join(dir, "pair"), registryDir: join(world.stateDir, "registry"), folder });
  const cloudflare = await startCloudflare({ port: 0, token: "token-of-a-test", zones: ["seaworthy.test"] });
  const runDir = mkdtempSync("/run/seaworthy/moves-");
  const caddy = await startCaddy({
    ...{ dataDir: join(dir, "caddy"), runDir, logFile: join(dir, "caddy.log"), network: pair.manager.network },
  });
  const stage = await openStage("moves");
  const firstPort = 20_000 + Math.floor(Math.random() * 9_000);
  Object.assign(process.env, {
    LOG_LEVEL: "info",
    DOCKER_HOST: `unix://${pair.manager.socket}`,
    SERVICES_ROOT: folder,
    INGRESS_KIND: "caddy",
    CADDY_ADMIN_URL: `unix://${caddySocketPath(runDir)}`,
    INGRESS_IPV4: pair.manager.address,
    SWARM_CONVERGE_TIMEOUT_S: "90",
    CLOUDFLARE_API_URL: cloudflare.url,
    CLOUDFLARE_API_TOKEN: "token-of-a-test",
    PUBLISHED_PORT_MIN: String(firstPort),
    PUBLISHED_PORT_MAX: String(firstPort + 500),
    WORKER_QUEUES: "provisioning,dns,backups,notifications",
  });
  overrideConfig(undefined);
  return {
    ...{ stage, pair, cloudflare },
    admin: await stage.addActor("admin", "Ada Admin"),
    createService: (options) => createMoving(stage, pair, options),
    close: async () => {
      await stage.close();
      await closeAll([caddy]);
      await cloudflare.close();
      await pair.stop();
      for (const path of [dir, runDir]) rmSync(path, { recursive: true, force: true });
    },
  };
}

const closeAll = (processes: RunningProcess[]) => Promise.all(processes.map((process) => process.stop()));

async function createMoving(
  stage: Stage,
  pair: SwarmPair,
  { ttl, database = "mariadb", withoutFiles }: MovingOptions,
): Promise<MovingService> {
  const own = { name: `move-${Math.random().toString(16).slice(2, 8)}` };
  const home = join(pair.manager.ownFolder, own.name);
  mkdirSync(join(home, "deep"), { recursive: true });
  writeFileSync(join(home, "note.txt"), "written on alpha\n");
  writeFileSync(join(home, "deep", "odd name\n.txt"), "x".repeat(100_000));
  const answers = {
    placement: {
      ...HEALTHY,
      nodeRule: "hostname",
      nodeHostname: "alpha",
      ports: [{ container: 8080, protocol: "tcp", publish: "automatic", published: null, purpose: "Web pages" }],
    },
    data: { database, databaseMemoryMb: 256, filesFolder: !withoutFiles },
    exposure: { audience: "public", certificate: false, directHostname: false },
    watching: { monitored: true, checkPath: "/healthz", expectedStatus: 200 },
  } as const;
  const running = await createRunning(stage.actor, answers, undefined, own.name);
  await noteRealImage(running.id, database);
  const config = await db().environmentConfig.findFirstOrThrow({ where: { environmentId: running.id } });
  const { ports, hostnames } = config.content as unknown as { ports: { published: number }[]; hostnames: string[] };
  const port = ports[0]?.published ?? 0;
  const hostname = hostnames[0] ?? "";
  const upstream = pair.manager.address;
  const { runId } = await transaction((tx) =>
    createRun(tx, stage.actor, {
      mode: "apply",
      checklist: { key: "provision", version: 1 },
      title: "Names and route",
      ...{ serviceId: running.id, environment: "production", startKey: `names:${running.id}` },
      steps: [
        {
          ...{ key: "record.1", name: "dns.record", title: "record", dependsOn: [] },
          input: { name: hostname, type: "A", values: [upstream], ttl },
        },
        {
          ...{ key: "route", name: "ingress.route", title: "route", dependsOn: ["record.1"] },
          input: {
            ...{ kind: "caddy", routeId: `${running.id}-production`, hostnames },
            ...{ upstreamHost: upstream, upstreamPort: port, certificateNames: null },
          },
        },
      ],
    }),
  );
  await ringRun(runId);
  const state = await untilState(runId, "finished");
  if (state !== "succeeded") throw new Error(`names and route: ${state}`);
  return { ...running, hostname, port, folder: home };
}

/** The panel froze an invented image of the database; what it moves has to be pulled. */
async function noteRealImage(id: string, database: "mariadb" | "postgresql"): Promise<void> {
  const name = testWorld().images?.[database === "postgresql" ? "postgres" : "mariadb"] ?? "";
  const image = await pinImage(name, AbortSignal.timeout(300_000));
  const { currentId } = await db().environment.findUniqueOrThrow({ where: { id } });
  const row = await db().deployment.findUniqueOrThrow({ where: { id: currentId ?? "" } });
  const content = row.content as { images: Record<string, string> };
  await db().deployment.update({
    where: { id: row.id },
    data: { content: { ...content, images: { ...content.images, db: image } } },
  });
}

/** What the host's own engine runs a program in: the running container of a swarm service there. */
export async function execOn(host: PairHost, service: string, argv: string[], env: string[] = []): Promise<string> {
  const containers = await host.docker.listContainers({
    filters: { label: [`com.docker.swarm.service.name=${service}`] },
  });
  const id = containers[0]?.Id;
  if (!id) throw new Error(`${host.name} runs no container of ${service}`);
  const flags = env.flatMap((one) => ["--env", one]);
  return (await runCommand(["docker", "--host", `unix://${host.socket}`, "exec", ...flags, id, ...argv])).trim();
}

/** Asks a service's own MariaDB on that host, as its administrator. */
export const sqlOn = (host: PairHost, { name }: Running, sql: string): Promise<string> =>
  execOn(
    host,
    `${name}-production_db`,
    ["mariadb", "--user=root", "--batch", "--skip-column-names", name.replaceAll("-", "_"), "-e", sql],
    ["MYSQL_PWD=value-of-db_root_pass"],
  );

/** The same with PostgreSQL, as its one account. */
export const psqlOn = (host: PairHost, { name }: Running, sql: string): Promise<string> => {
  const database = name.replaceAll("-", "_");
  const argv = ["psql", "--username", database, "--dbname", database, "--tuples-only", "--no-align", "--command", sql];
  return execOn(host, `${name}-production_db`, argv, ["PGPASSWORD=value-of-db_pass", "PGHOST=127.0.0.1"]);
};

/** Asks for a page by host name at an address. */
export function askAt(address: string, port: number, hostname: string, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request(
      { host: address, port, path, headers: { host: hostname }, agent: false, timeout: 5_000 },
      (got) => {
        text(got).then(() => resolve(got.statusCode ?? 0), reject);
      },
    );
    call.on("error", reject);
    call.on("timeout", () => call.destroy(new Error("no answer in time")));
    call.end();
  });
}
