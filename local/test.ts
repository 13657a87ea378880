import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { BUILT_WORKER } from "#workers/process-settings.ts";
import { provideMongodbImage } from "./images/mongodb.ts";
import { provideMysqlImage } from "./images/mysql.ts";
import { stopWhenAsked } from "./lifetime.ts";
import {
  buildWeb,
  generateClient,
  generateRouteTypes,
  migrateDatabase,
  type Panel,
  panelEnv,
  seedDatabase,
  startPanel,
} from "./panel.ts";
import { findMissingPackages, installPackages } from "./servers/packages.ts";
import { pickPort } from "./servers/ports.ts";
import { prepareFolders } from "./servers/state.ts";
import { startWorld, type World } from "./start-world.ts";
import { type Counts, countPlaywright, runStreamed, sumCounts, summarise } from "./test-phases.ts";
import { runVitestTwice } from "./test-vitest.ts";
import { defaultStateDir, readRunningWorld, repositoryDir, worldFilePath } from "./world-file.ts";

const dir = join(defaultStateDir, "test");
const running: { world?: World; panel?: Panel } = {};
const totals: Counts[] = [];
/** Said again right before the last line, for whoever sees only the end. */
const troubles: string[] = [];
const say = (line: string) => console.log(line);

stopWhenAsked(stopAll);
try {
  await runAll();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  totals.push({ passed: 0, failed: 1, skipped: 0, flaky: 0 });
}
await stopAll();
const total = sumCounts(totals);
for (const trouble of troubles) say(trouble);
say(summarise(total));
process.exit(total.failed > 0 ? 1 : 0);

async function runAll(): Promise<void> {
  const world = await phase("world", startTestWorld);
  if (!world) return;
  const env = { SEAWORTHY_WORLD: worldFilePath(dir), NODE_COMPILE_CACHE: join(dir, "compiled") };
  const results = join(dir, "results");
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  // Made once, which takes a minute; only tests have a use for it.
  const mysql = provideMysqlImage(world, say).catch((error: Error) => {
    troubles.push(`What needs MySQL was left out. ${error.message}`);
    return null;
  });
  const mongodb = provideMongodbImage(world).catch((error: Error) => {
    troubles.push(`What needs MongoDB was left out. ${error.message}`);
    return null;
  });
  await phase("npm run check", async () => {
    await generateRouteTypes(prepareFolders(dir).logsDir);
    await count(runStreamed(["npm", "run", "--silent", "check"]));
  });
  await phase("vitest", async () => {
    const without: Record<string, string> = {
      ...((await mysql) === null ? { SEAWORTHY_WITHOUT_MYSQL: "1" } : {}),
      ...((await mongodb) === null ? { SEAWORTHY_WITHOUT_MONGODB: "1" } : {}),
    };
    // The worker of the image: what ships is what is tested, and it starts twice as quickly as its source, which tests do often.
    await runStreamed(["npm", "run", "--silent", "build:worker"]);
    const settings = { ...env, ...without, SEAWORTHY_WORKER: join(repositoryDir, BUILT_WORKER) };
    const run = (argv: string[]) => runStreamed(["vitest", "run", ...argv], settings);
    totals.push(await runVitestTwice(run, results, (line) => troubles.push(line)));
  });
  const port = await pickPort(8081);
  const settings = panelEnv(world.env, port);
  const isBuilt = await phase("next build", async () => {
    await buildWeb(settings, prepareFolders(dir).logsDir);
    totals.push({ passed: 1, failed: 0, skipped: 0, flaky: 0 });
    return true;
  });
  if (!isBuilt) return;
  await phase("playwright", async () => {
    running.panel = await startTestPanel(settings, port);
    const report = join(results, "playwright.json");
    const argv = ["playwright", "test", "--retries=1", "--reporter=list,json"];
    const browser = { ...env, SEAWORTHY_URL: running.panel.url, PLAYWRIGHT_JSON_OUTPUT_NAME: report };
    totals.push(countPlaywright(report, await runStreamed(argv, browser)));
  });
}

async function startTestWorld(): Promise<World> {
  const other = readRunningWorld(dir);
  if (other) throw new Error(`Another npm test runs on ${dir} (process ${other.supervisor.pid}).`);
  await installPackages(findMissingPackages("tests"), say);
  // Always from nothing, so that no run depends on what an earlier one left.
  rmSync(dir, { recursive: true, force: true });
  running.world = await startWorld({ dir, log: say });
  await generateClient(prepareFolders(dir).logsDir);
  return running.world;
}

async function startTestPanel(env: Record<string, string>, port: number): Promise<Panel> {
  const { logsDir } = prepareFolders(dir);
  await migrateDatabase(env, logsDir);
  await seedDatabase(env, logsDir);
  return startPanel({ env, port, logsDir, log: say });
}

/** One phase with a heading and its duration; a phase that cannot even run counts as one failure. */
async function phase<T>(name: string, work: () => Promise<T>): Promise<T | undefined> {
  say(`\n=== ${name}`);
  const began = Date.now();
  try {
    return await work();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    totals.push({ passed: 0, failed: 1, skipped: 0, flaky: 0 });
    return undefined;
  } finally {
    say(`=== ${name}: ${((Date.now() - began) / 1000).toFixed(1)} s`);
  }
}

async function count(code: Promise<number>): Promise<void> {
  const isGood = (await code) === 0;
  totals.push({ passed: isGood ? 1 : 0, failed: isGood ? 0 : 1, skipped: 0, flaky: 0 });
}

async function stopAll(): Promise<void> {
  await running.panel?.stop();
  await running.world?.stop();
}
