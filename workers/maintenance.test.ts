import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { defineChecklist } from "#lib/checklists/define-checklist.ts";
import { pauseMonitors, resumeMonitors } from "#lib/checklists/maintenance.ts";
import { RUN_HOOKS } from "#lib/hooks/run-hooks.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { createLiveService, type LiveService } from "#lib/releases/testing/live-service.ts";
import { cancelRun } from "#lib/runs/commands/cancel-run.ts";
import { retryRun } from "#lib/runs/commands/retry-run.ts";
import { openStage, type Stage, startRun, until, untilState } from "#lib/runs/testing/stage.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { watchingMonitor } from "#lib/watching/steps/monitor.ts";
import { startWatchers, type TestWatchers } from "#lib/watching/testing/watchers.ts";
import { killWorkers, startWorker, type WorkerProcess } from "./testing/worker-process.ts";

/** What the issue allows. */
const MINUTE_MS = 60_000;

let stage: Stage;
let watchers: TestWatchers;
let service: LiveService;
/** Stands where a reverse proxy would: it hangs, refuses, or is well, and so does the step that asks it. */
let proxy: Server;
let proxySays: "nothing" | "no" = "nothing";
let asked = 0;

beforeAll(async () => {
  stage = await openStage("maintenance");
  watchers = await startWatchers();
  proxy = createServer((_request, response) => {
    asked++;
    if (proxySays === "no") response.writeHead(400).end('{"error":"unknown module"}');
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const settings = {
    ...watchers.settings,
    // A worker says by its log that it is ready.
    LOG_LEVEL: "info",
    CADDY_ADMIN_URL: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
  };
  Object.assign(process.env, settings);
  overrideConfig({});
});
afterEach(async () => {
  await killWorkers();
  await watchers.setKumaFaults({});
});
afterAll(async () => {
  await killWorkers();
  proxy?.closeAllConnections();
  proxy?.close();
  await watchers?.close();
  await stage?.close();
});

const startServing = (queues: string): Promise<WorkerProcess> => {
  process.env.WORKER_QUEUES = queues;
  return startWorker();
};
const paused = async () => (await watchers.listPaused()).filter((name) => name.endsWith(service.name));
const RISKY = defineChecklist<{ routeId: string }>({
  key: "risky",
  version: 1,
  title: "Something risky",
  items: [
    pauseMonitors({ minutes: 60 }),
    {
      key: "work",
      step: "ingress.route",
      about: "Ask something that hangs",
      dependsOn: ["pause-monitors"],
      title: () => "Ask something that hangs",
      input: ({ routeId }) => ({
        ...{ kind: "caddy", routeId, hostnames: [`${routeId}.example.org`], upstreamHost: "127.0.0.1" },
        ...{ upstreamPort: 8080, certificateNames: null },
      }),
    },
    resumeMonitors({ dependsOn: ["work"] }),
  ],
});

/** A live service that both watch, and a run that pauses them. */
async function beginRun(): Promise<number> {
  service = await createLiveService(stage.actor);
  asked = 0;
  proxySays = "nothing";
  const { ctx } = createTestContext({ service, environment: "production" });
  for (const system of ["uptime-kuma", "healthchecks"])
    await watchingMonitor.apply({ system, url: "http://127.0.0.1:9/", expectedStatus: 200 }, ctx);
  const { runId } = await startRun(stage.actor, compileChecklist(RISKY, { routeId: service.name }), {
    ...{ serviceId: service.id, environment: "production", checklist: { key: RISKY.key, version: RISKY.version } },
  });
  return runId;
}

const untilWorking = () =>
  until("the risky step to be under way, with everything quiet", async () =>
    asked > 0 && (await paused()).length === 2 ? true : undefined,
  );

/** Asked at the two themselves, and then of the panel's own rows. */
async function expectResumedWithinAMinute(runId: number): Promise<void> {
  const from = performance.now();
  await until("both to watch again", async () => (await paused()).length === 0, MINUTE_MS);
  await until(
    "the window to have ended",
    async () => (await db().maintenanceWindow.count({ where: { runId, endedAt: null } })) === 0,
    MINUTE_MS - (performance.now() - from),
  );
  expect(await paused()).toEqual([]);
}

describe("a worker that is killed", () => {
  it("while it pauses leaves nothing paused", async () => {
    const worker = await startServing("");
    // Kuma has done it when the worker dies, and Healthchecks has not been told.
    await watchers.setKumaFaults({ pauseMonitor: "unanswered" });
    const runId = await beginRun();
    await until("Kuma to be quiet", async () => (await paused()).length === 1);
    await worker.kill();
    await watchers.setKumaFaults({});
    await startServing("notifications");
    await expectResumedWithinAMinute(runId);
  });

  it("in the middle of what is risky leaves nothing paused", async () => {
    const other = startServing("notifications");
    await other;
    const worker = await startServing("provisioning,notifications");
    const runId = await beginRun();
    await untilWorking();
    await worker.kill();
    await expectResumedWithinAMinute(runId);
    expect(await db().run.findUniqueOrThrow({ where: { id: runId } })).toMatchObject({ state: "running" });
  });

  it("while it resumes leaves nothing paused", async () => {
    const worker = await startServing("");
    const runId = await beginRun();
    await untilWorking();
    await watchers.setKumaFaults({ resumeMonitor: "silent" });
    proxySays = "no";
    proxy.closeAllConnections();
    await untilState(runId, "finished", MINUTE_MS);
    await worker.kill();
    await watchers.setKumaFaults({});
    await startServing("notifications");
    await expectResumedWithinAMinute(runId);
  });

  it("and whose work another one goes on with stays quiet until that is done", async () => {
    const worker = await startServing("");
    const runId = await beginRun();
    await untilWorking();
    await worker.kill();
    asked = 0;
    await startServing("");
    await until("another worker to be at it", async () => asked > 0, MINUTE_MS);
    expect(await paused()).toHaveLength(2);
    await cancelRun(stage.actor, runId, RUN_HOOKS);
    await expectResumedWithinAMinute(runId);
  });
});

describe("a run that comes to no good end", () => {
  it("resumes what it paused when it fails, and pauses it again when somebody retries", async () => {
    await startServing("");
    const runId = await beginRun();
    await untilWorking();
    proxySays = "no";
    proxy.closeAllConnections();
    await untilState(runId, ["failed"], MINUTE_MS);
    await expectResumedWithinAMinute(runId);
    proxySays = "nothing";
    await retryRun(stage.actor, runId, RUN_HOOKS);
    await until("it to be quiet again", async () => (await paused()).length === 2, MINUTE_MS);
    await cancelRun(stage.actor, runId, RUN_HOOKS);
    await expectResumedWithinAMinute(runId);
  });

  it("resumes what it paused when it is cancelled", async () => {
    await startServing("");
    const runId = await beginRun();
    await untilWorking();
    await cancelRun(stage.actor, runId, RUN_HOOKS);
    await untilState(runId, ["cancelled"], MINUTE_MS);
    await expectResumedWithinAMinute(runId);
  });
});
