import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ACCOUNTS } from "./idp/accounts.ts";
import { stopWhenAsked } from "./lifetime.ts";
import {
  buildWeb,
  generateClient,
  migrateDatabase,
  type Panel,
  panelEnv,
  seedBackupTargets,
  seedDatabase,
  seedReleases,
  startPanel,
} from "./panel.ts";
import { createProgress } from "./progress.ts";
import { findMissingPackages, installPackages } from "./servers/packages.ts";
import { findPortOwner, isPortFree, pickPort } from "./servers/ports.ts";
import { startTimeOf } from "./servers/process.ts";
import { prepareFolders } from "./servers/state.ts";
import { startWorld, type World } from "./start-world.ts";
import { defaultStateDir, readRunningWorld } from "./world-file.ts";

const { values } = parseArgs({ options: { reset: { type: "boolean" }, dir: { type: "string" } } });
const dir = resolve(values.dir ?? defaultStateDir);
const { logsDir } = prepareFolders(dir);
const recordFile = join(dir, "demo.json");
const running: { world?: World; panel?: Panel } = {};

type DemoRecord = { pid: number; startTime: string; port: number; url: string };

const earlier = readRecord();
if (earlier && startTimeOf(earlier.pid) === earlier.startTime) {
  console.log(`The demo already runs at ${earlier.url} (process ${earlier.pid}).`);
  process.exit(values.reset ? 1 : 0);
}
stopWhenAsked(stopAll);
try {
  await runDemo();
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}\n\nLogs: ${logsDir}`);
  await stopAll("failure");
  process.exit(1);
}

async function runDemo(): Promise<void> {
  const { step, log } = createProgress(7);
  if (values.reset) reset();
  const port = await choosePort();
  const missing = findMissingPackages();
  if (missing.length > 0) log(`Not on this machine yet, installing from Debian: ${missing.join(", ")}`);
  await step("Debian packages", () => installPackages(missing, log));
  const world = await step("The world: servers, stand-ins, sample images", () => startWorld({ dir, log }));
  running.world = world;
  const env = panelEnv(world.env, port);
  await step("Prisma client", () => generateClient(logsDir), describeMaking);
  await step("Database: migrations and seed", async () => {
    await migrateDatabase(env, logsDir);
    await seedDatabase(env, logsDir);
    await seedBackupTargets(env, dir, logsDir);
  });
  await step("Web application", () => buildWeb(env, logsDir), describeMaking);
  running.panel = await step("Web and worker processes", () => startPanel({ env, port, logsDir, log }));
  await step("The first page", () => warmUp(port));
  const url = env.APP_URL ?? running.panel.url;
  const record: DemoRecord = { pid: process.pid, startTime: startTimeOf(process.pid) ?? "", port, url };
  writeFileSync(recordFile, JSON.stringify(record));
  console.log(describeDemo(url, world));
  // Its runs are there to be watched, so nobody waits for them.
  await seedReleases(env, dir, logsDir).then(
    () =>
      log(
        "The service minutes has staging and production; Sam has proposed a release of it: sign in as Mark to approve it.",
      ),
    (error: unknown) => log(`The sample service could not be made: ${error instanceof Error ? error.message : error}`),
  );
}

function describeMaking(isMade: boolean): string {
  return isMade ? "made anew" : "unchanged, kept";
}

function reset(): void {
  const other = readRunningWorld(dir);
  if (other)
    throw new Error(
      `A world runs on ${dir} (process ${other.supervisor.pid}). Stop it first: npx node local/world.ts down`,
    );
  // The tests keep their own world in a folder below; they may be running.
  for (const name of readdirSync(dir)) if (name !== "test") rmSync(join(dir, name), { recursive: true, force: true });
  prepareFolders(dir);
}

async function choosePort(): Promise<number> {
  const fixed = Number(process.env.PORT ?? "");
  if (!fixed) return pickPort(earlier?.port, 8080);
  if (!(await isPortFree(fixed)))
    throw new Error(`Port ${fixed} is taken by ${await findPortOwner(fixed)}. Set PORT to another, or leave it out.`);
  return fixed;
}

async function warmUp(port: number): Promise<void> {
  await fetch(`http://127.0.0.1:${port}/`, { redirect: "manual", signal: AbortSignal.timeout(20_000) }).catch(
    () => undefined,
  );
}

function describeDemo(url: string, { world, env, images }: World): string {
  const accounts = ACCOUNTS.map(({ givenName, surname, job }) => `    ${`${givenName} ${surname}`.padEnd(14)} ${job}`);
  return [
    "",
    `  Seaworthy        ${url}`,
    "  Sign in as (no passwords here; the identity provider asks whom to be)",
    ...accounts,
    "",
    `  Mail catcher     ${world.mailUrl}`,
    `  DNS              dig @${world.dnsHost} -p ${world.dnsPort} NAME.${env.ROOT_DOMAIN}`,
    `  Docker           docker -H ${env.DOCKER_HOST} service ls   (published ports answer at ${world.ingressAddress})`,
    `  HTTPS            curl --cacert ${env.CERTIFICATE_ROOTS_FILE} --resolve NAME.${env.ROOT_DOMAIN}:443:${world.ingressAddress} https://NAME.${env.ROOT_DOMAIN}/`,
    `  S3               ${world.s3.endpoint}, bucket ${world.s3.bucket}; a target of the panel, like the next`,
    `  SSH              sftp -P ${world.ssh.port} -i ${world.ssh.privateKeyFile} ${world.ssh.user}@${world.ssh.host}`,
    `  Sample images    ${images?.web["1.0"]} (port 8080, health check /healthz), :1.1, and :1.2, which never answers it`,
    `  Logs             ${logsDir}`,
    "",
    "  Press Ctrl-C to stop everything. `npm run demo -- --reset` starts clean.",
    "",
  ].join("\n");
}

async function stopAll(reason: string): Promise<void> {
  if (!running.world) return;
  console.log(`\nStopping (${reason}) …`);
  const began = Date.now();
  await running.panel?.stop();
  await running.world.stop();
  console.log(`Stopped in ${((Date.now() - began) / 1000).toFixed(1)} s.`);
}

function readRecord(): DemoRecord | undefined {
  try {
    return JSON.parse(readFileSync(recordFile, "utf8")) as DemoRecord;
  } catch {
    return undefined;
  }
}
