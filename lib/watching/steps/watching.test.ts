import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { createLiveService, type LiveService } from "#lib/releases/testing/live-service.ts";
import { openStage, type Stage } from "#lib/runs/testing/stage.ts";
import { createTestContext, type TestContextOptions } from "#lib/steps/testing/context.ts";
import { probePages } from "../commands/probe-pages.ts";
import { refreshMonitors } from "../commands/refresh-monitors.ts";
import { tendWindows } from "../commands/tend-windows.ts";
import { closeMaintenance } from "../maintenance/close-window.ts";
import { openMaintenance } from "../maintenance/open-window.ts";
import { startWatchers, type TestWatchers } from "../testing/watchers.ts";
import { watchingMonitor } from "./monitor.ts";
import { watchingPause } from "./pause.ts";
import { watchingResume } from "./resume.ts";

let stage: Stage;
let watchers: TestWatchers;
let service: LiveService;
let runId: number;
let url: string;
let pageStatus = 200;
const signal = AbortSignal.timeout(120_000);
const page = createServer((_request, response) => response.writeHead(pageStatus).end());

beforeAll(async () => {
  stage = await openStage("watching");
  watchers = await startWatchers();
  overrideConfig(watchers.settings);
  await new Promise<void>((resolve) => page.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(page.address() as AddressInfo).port}/healthz`;
});
afterAll(async () => {
  page.close();
  await watchers?.close();
  await stage?.close();
});
beforeEach(async () => {
  pageStatus = 200;
  service = await createLiveService(stage.actor);
  runId = (
    await db().run.create({
      data: {
        ...{ mode: "apply", checklistKey: "test", checklistVersion: 1, title: "Work on it", state: "running" },
        ...{ serviceId: service.id, environment: "production", startKey: randomUUID() },
      },
    })
  ).id;
});

const attempt = (more: TestContextOptions = {}) =>
  createTestContext({
    ...{ service, environment: "production" },
    run: { id: runId, title: "Work on it", requestedById: stage.actor.id },
    ...more,
  });
const inputFor = (system: string) => ({ system, url, expectedStatus: 200 });
const paused = async () => (await watchers.listPaused()).filter((name) => name.endsWith(service.name));
const both = () => [`kuma ${service.name}`, `healthchecks ${service.name}`];
const windows = () => db().maintenanceWindow.findMany({ where: { serviceId: service.id } });

async function watchIt() {
  for (const system of ["panel", "uptime-kuma", "healthchecks"])
    await watchingMonitor.apply(inputFor(system), attempt().ctx);
}
/** As an engine that never wrote anything of the run would leave it. */
const die = () => db().step.deleteMany({ where: { runId } });

describe("watching.monitor", () => {
  it.each(["uptime-kuma", "healthchecks", "panel"])("adds it to %s once, and takes it away again", async (system) => {
    const test = attempt();
    const input = inputFor(system);
    expect((await watchingMonitor.plan(input, test.ctx)).changes).toMatchObject([{ action: "create" }]);
    expect((await watchingMonitor.verify(input, test.ctx)).ok).toBe(false);
    await watchingMonitor.apply(input, test.ctx);
    await watchingMonitor.apply(input, test.next().ctx);
    expect(await watchingMonitor.verify(input, test.ctx)).toMatchObject({ ok: true });
    expect(await db().monitor.count({ where: { serviceId: service.id, removedAt: null } })).toBe(1);
    expect([...test.ledger.values()]).toMatchObject([
      { kind: "monitor", providerId: `${system}:${service.name}-production`, state: "present" },
    ]);
    await watchingMonitor.undo([...test.ledger.values()], input, test.ctx);
    expect(test.ledger.size).toBe(0);
    expect((await watchingMonitor.verify(input, test.ctx)).ok).toBe(false);
    await watchingMonitor.undo([], input, test.ctx);
  });

  it.each(["uptime-kuma", "healthchecks"])("makes one monitor at %s after dying anywhere", async (system) => {
    const input = inputFor(system);
    for (const deadly of ["ledger.plan", "guard", "write", "ledger.record"]) {
      const test = attempt({
        onCall: (call) => {
          if (call === deadly) throw new Error("died");
        },
      });
      await expect(watchingMonitor.apply(input, test.ctx)).rejects.toThrow("died");
    }
    await watchingMonitor.apply(input, attempt().ctx);
    const names = [...watchers.kuma.store.monitors.values()].map(({ fields }) => fields.name);
    const checks = [...watchers.healthchecks.store.checks.values()].map(({ name }) => name);
    expect([...names, ...checks].filter((name) => name === service.name)).toHaveLength(1);
  });

  it("says when somebody deleted it, paused it or changed it outside, and throws when nobody can be asked", async () => {
    const input = inputFor("uptime-kuma");
    await watchingMonitor.apply(input, attempt().ctx);
    const monitor = [...watchers.kuma.store.monitors.values()].find(({ fields }) => fields.name === service.name);
    watchers.kuma.store.setActive(monitor?.id ?? 0, false);
    expect(await watchingMonitor.verify(input, attempt().ctx)).toMatchObject({ ok: false, reason: /is paused\.$/ });
    watchers.kuma.store.setActive(monitor?.id ?? 0, true);
    watchers.kuma.store.edit(monitor?.id ?? 0, { url: "http://elsewhere/" });
    expect(await watchingMonitor.verify(input, attempt().ctx)).toMatchObject({ ok: false, reason: /something else/ });
    watchers.kuma.store.delete(monitor?.id ?? 0);
    expect(await watchingMonitor.verify(input, attempt().ctx)).toMatchObject({ ok: false, reason: /has no monitor/ });
    overrideConfig({ ...watchers.settings, UPTIME_KUMA_URL: "http://127.0.0.1:9" });
    await expect(watchingMonitor.verify(input, attempt().ctx)).rejects.toThrow("does not answer");
    overrideConfig(watchers.settings);
  });

  it("gives its page's address to nobody who may ping it", async () => {
    const test = attempt();
    await watchingMonitor.apply(inputFor("healthchecks"), test.ctx);
    const [check] = [...watchers.healthchecks.store.checks.values()].slice(-1);
    const rows = await db().monitor.findMany({ where: { serviceId: service.id } });
    expect(JSON.stringify([...test.ledger.values(), rows.map(({ config }) => config), test.lines])).not.toContain(
      check?.uuid,
    );
  });
});

describe("maintenance", () => {
  beforeEach(watchIt);

  it("pauses at once and resumes at the end, and leaves to a person what a person had paused", async () => {
    const [check] = [...watchers.healthchecks.store.checks.values()].filter(({ name }) => name === service.name);
    if (check) watchers.healthchecks.store.flip(check, "paused");
    await watchingPause.apply({ minutes: 30 }, attempt().ctx);
    expect(await paused()).toEqual(both());
    expect(await watchingMonitor.verify(inputFor("uptime-kuma"), attempt().ctx)).toMatchObject({
      ok: true,
      reason: /paused for maintenance until/,
    });
    await watchingResume.apply({}, attempt().ctx);
    expect(await paused()).toEqual([`healthchecks ${service.name}`]);
    expect(await windows()).toMatchObject([{ endedAt: expect.any(Date), error: null }]);
    if (check) watchers.healthchecks.store.flip(check, "up");
  });

  it("resumes everything whichever call of the pausing step was its last", async () => {
    for (let deadly = 1; deadly <= 8; deadly++) {
      let calls = 0;
      const test = attempt({
        onCall: () => {
          if (++calls === deadly) throw new Error("died");
        },
      });
      await watchingPause.apply({ minutes: 30 }, test.ctx).catch(() => {});
      await die();
      await tendWindows(signal);
      expect([deadly, await paused()]).toEqual([deadly, []]);
      expect((await windows()).filter(({ endedAt }) => endedAt === null)).toEqual([]);
    }
  });

  it("is begun and ended by a worker where only rows were written", async () => {
    const id = await transaction((tx) =>
      openMaintenance(tx, {
        ...{ serviceId: service.id, environment: null, runId: null, openedById: stage.actor.id },
        ...{ reason: "Somebody works on it", minutes: 10 },
      }),
    );
    await tendWindows(signal);
    expect(await paused()).toEqual(both());
    await tendWindows(signal);
    expect(await paused()).toEqual(both());
    await transaction((tx) => closeMaintenance(tx, { windowId: id }));
    await tendWindows(signal);
    expect(await paused()).toEqual([]);
  });

  it("ends at its time even while its run goes on", async () => {
    await watchingPause.apply({ minutes: 1 }, attempt().ctx);
    await keepAlive();
    await tendWindows(signal);
    expect(await paused()).toEqual(both());
    await db()
      .$executeRaw`UPDATE MaintenanceWindow SET endsAt = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE runId = ${runId}`;
    await tendWindows(signal);
    expect(await paused()).toEqual([]);
  });

  it("keeps quiet what another window still holds", async () => {
    await watchingPause.apply({ minutes: 30 }, attempt().ctx);
    await transaction((tx) =>
      openMaintenance(tx, {
        ...{ serviceId: service.id, environment: null, runId: null, openedById: stage.actor.id },
        ...{ reason: "Somebody works on it too", minutes: 10 },
      }),
    );
    await tendWindows(signal);
    await watchingResume.apply({}, attempt().ctx);
    expect(await paused()).toEqual(both());
    await db().$executeRaw`UPDATE MaintenanceWindow SET endsAt = UTC_TIMESTAMP(3) WHERE runId IS NULL`;
    await tendWindows(signal);
    expect(await paused()).toEqual([]);
  });

  it("goes on trying what refuses, keeps no other one paused for it, and tells the owner once", async () => {
    await watchingPause.apply({ minutes: 30 }, attempt().ctx);
    await watchers.setKumaFaults({ resumeMonitor: "SQLITE_BUSY: database is locked" });
    await die();
    await tendWindows(signal);
    expect(await paused()).toEqual([`kuma ${service.name}`]);
    expect(await windows()).toMatchObject([{ endedAt: null, error: expect.stringContaining("database is locked") }]);
    await db()
      .$executeRaw`UPDATE MaintenanceWindow SET endsAt = UTC_TIMESTAMP(3) - INTERVAL 10 MINUTE WHERE runId = ${runId}`;
    await tendWindows(signal);
    await tendWindows(signal);
    const told = { serviceId: service.id, title: { startsWith: "Tell its owner that monitors" } };
    expect(await db().run.count({ where: told })).toBe(1);
    await watchers.setKumaFaults({});
    await tendWindows(signal);
    expect(await paused()).toEqual([]);
  });

  it("never keeps a release from going on when a monitor cannot be paused", async () => {
    await watchers.setKumaFaults({ pauseMonitor: "no" });
    const first = attempt();
    await expect(watchingPause.apply({ minutes: 30 }, first.ctx)).rejects.toThrow("refused to pause");
    const third = first.next().next();
    await watchingPause.apply({ minutes: 30 }, third.ctx);
    expect(third.lines.join("\n")).toContain("an alert may come meanwhile");
    expect(await paused()).toEqual([`healthchecks ${service.name}`]);
    await watchers.setKumaFaults({});
    await watchingResume.apply({}, attempt().ctx);
    expect(await paused()).toEqual([]);
  });

  it("of another environment leaves production's monitors and its probe alone", async () => {
    const staging = attempt({ environment: "staging" });
    await watchingPause.apply({ minutes: 30 }, staging.ctx);
    await tendWindows(signal);
    expect(await paused()).toEqual([]);
    await db().monitor.updateMany({ where: { serviceId: service.id }, data: { checkedAt: null } });
    await probePages(signal);
    expect(await db().monitor.findFirst({ where: { serviceId: service.id, system: "panel" } })).toMatchObject({
      state: "up",
    });
    expect(staging.lines.join("\n")).toContain("no monitors to pause");
  });

  it("looks once more after the end, for a call that came late", async () => {
    await watchingPause.apply({ minutes: 30 }, attempt().ctx);
    await watchingResume.apply({}, attempt().ctx);
    const monitor = [...watchers.kuma.store.monitors.values()].find(({ fields }) => fields.name === service.name);
    watchers.kuma.store.setActive(monitor?.id ?? 0, false);
    await db()
      .$executeRaw`UPDATE MaintenanceWindow SET endedAt = UTC_TIMESTAMP(3) - INTERVAL 30 SECOND WHERE runId = ${runId}`;
    await tendWindows(signal);
    expect(await paused()).toEqual([]);
    watchers.kuma.store.setActive(monitor?.id ?? 0, false);
    await tendWindows(signal);
    expect(await paused()).toEqual([`kuma ${service.name}`]);
  });

  /** A step of the run that a worker holds. */
  async function keepAlive() {
    await db().step.create({
      data: {
        ...{ runId, key: "work", position: 0, name: "manual", title: "Work", queue: "provisioning", input: {} },
        ...{ state: "running", leaseUntil: new Date(Date.now() + 600_000) },
      },
    });
  }
});

describe("the panel's own probe", () => {
  it("tells its owner once that a page is down and once that it is back, and pings its check", async () => {
    await watchIt();
    const check = () => [...watchers.healthchecks.store.checks.values()].find(({ name }) => name === service.name);
    const look = async () => {
      await db().monitor.updateMany({ where: { serviceId: service.id }, data: { checkedAt: null } });
      await probePages(signal);
      await refreshMonitors(signal);
      const rows = await db().monitor.findMany({ where: { serviceId: service.id }, orderBy: { system: "asc" } });
      return Object.fromEntries(rows.map(({ system, state }) => [system, state]));
    };
    const told = () => db().run.count({ where: { serviceId: service.id, checklistKey: "notice" } });
    expect(await look()).toMatchObject({ panel: "up", healthchecks: "up" });
    pageStatus = 500;
    expect(await look()).toMatchObject({ panel: "up", healthchecks: "down" });
    expect(await look()).toMatchObject({ panel: "down" });
    expect(await look()).toMatchObject({ panel: "down" });
    expect(await told()).toBe(1);
    pageStatus = 200;
    expect(await look()).toMatchObject({ panel: "up", healthchecks: "up" });
    expect(await told()).toBe(2);
    pageStatus = 500;
    await watchingPause.apply({ minutes: 30 }, attempt().ctx);
    expect(await look()).toMatchObject({ panel: "paused", healthchecks: "paused", "uptime-kuma": "paused" });
    expect(await told()).toBe(2);
    expect(check()?.status).toBe("paused");
    await watchingResume.apply({}, attempt().ctx);
  });
});
