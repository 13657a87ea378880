import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { createEngine, type Engine } from "#lib/runs/engine.ts";
import { until, untilState } from "#lib/runs/testing/stage.ts";
import { findAmong } from "#lib/steps/find-among.ts";
import { passZones } from "#workers/dns-loops.ts";
import { dnsSync } from "../steps/sync.ts";
import { lookAtZone } from "../sync/look-at-zone.ts";
import { openSyncWorld, type SetOf, type SyncWorld } from "../testing/sync-world.ts";
import { requestSync } from "./request-sync.ts";
import { createZoneSweep } from "./sweep-zones.ts";

let world: SyncWorld;
let engine: Engine | undefined;
beforeAll(async () => {
  world = await openSyncWorld();
});
afterEach(async () => {
  await engine?.stop({ graceMs: 2_000 });
  engine = undefined;
  await db().step.updateMany({ data: { state: "cancelled" } });
  await db().run.updateMany({ data: { exclusiveKey: null, state: "cancelled" } });
  await world.clear();
});
afterAll(() => world.close());

const system: Actor = { kind: "system", name: "test", requestId: "test" };
const startEngine = async () => {
  engine = createEngine({
    findStep: findAmong([dnsSync]),
    queues: ["dns"],
    sweepEveryMs: 200,
    relayEveryMs: 100,
    quietMs: 500,
  });
  await engine.start();
};
const a = (label: string, value = "203.0.113.1"): SetOf => ({ name: world.name(label), type: "A", values: [value] });
const kept = (set: SetOf) => ({ ...set, state: "in_sync", applied: { ttl: 60, values: set.values } });
const activeRuns = () => db().run.findMany({ where: { exclusiveKey: { not: null } } });
const request = () => transaction((tx) => requestSync(tx, system, world.zone.id, "Create A x"));
const look = () => lookAtZone({ signal: new AbortController().signal, write: transaction }, world.zone.id);
const stateOf = async (label: string) => (await world.row(label)).state;

describe("a request", () => {
  it("is one run for any number of changes at once", async () => {
    const requests = await Promise.all(Array.from({ length: 6 }, request));
    expect(new Set(requests.map(({ runId }) => runId)).size).toBe(1);
    expect(requests.filter(({ created }) => created)).toHaveLength(1);
    expect(await activeRuns()).toMatchObject([{ title: "Create A x", exclusiveKey: `dns-sync:${world.zone.id}` }]);
  });

  it("is carried out by the engine as the panel's own work", async () => {
    await world.addRows([a("x")]);
    const { runId } = await request();
    await startEngine();
    expect(await untilState(runId, "finished")).toBe("succeeded");
    expect(await stateOf("x")).toBe("in_sync");
    const step = await db().step.findFirstOrThrow({ where: { runId } });
    expect(step.output).toMatchObject({ created: 1, changed: 0, removed: 0, refused: 0, drifted: 0 });
  });
});

describe("the sweep", () => {
  it("starts a sync for rows that still wait when it comes again, and only one", async () => {
    await world.addRows([a("x")]);
    const [one, other] = [createZoneSweep(), createZoneSweep()];
    await one();
    expect(await activeRuns()).toEqual([]);
    await other();
    await Promise.all([one(), other()]);
    await Promise.all([one(), other()]);
    expect(await activeRuns()).toHaveLength(1);
  });

  it("leaves rows alone that were sent and only spread", async () => {
    await world.addRows([{ ...a("x"), changeId: "C1" }]);
    const sweep = createZoneSweep();
    await sweep();
    await sweep();
    expect(await activeRuns()).toEqual([]);
  });

  it("does not start another right after one that failed for good", async () => {
    await world.addRows([a("x")]);
    const { runId } = await request();
    await db().run.update({
      where: { id: runId },
      data: { state: "failed", exclusiveKey: null, finishedAt: new Date() },
    });
    const sweep = createZoneSweep();
    await sweep();
    await sweep();
    expect(await activeRuns()).toEqual([]);
  });

  it("lets a held sync look again when the records have changed", async () => {
    const sets = ["a", "b", "c", "d", "e", "f"].map((label) => a(label));
    await world.put(...sets);
    await world.addRows(sets.map(kept));
    for (const label of ["a", "b", "c", "d"]) await world.edit(label, { state: "removing" });
    const { runId } = await request();
    await startEngine();
    expect(await untilState(runId, ["waiting"])).toBe("waiting");
    const sweep = createZoneSweep();
    await sweep();
    await untilState(runId, ["waiting"]);
    for (const label of ["b", "c", "d"]) await world.edit(label, { state: "pending" });
    await until("the sync to go on", async () => {
      await sweep();
      return (await stateOf("a")) === "removed";
    });
    expect(await untilState(runId, "finished")).toBe("succeeded");
    expect((await world.zoneRow()).heldReason).toBeNull();
    expect(await world.list()).toHaveLength(5);
  });
});

describe("the full pass", () => {
  it("stores what it sees, changes nothing, and starts no sync when nothing is to be changed", async () => {
    await world.put(a("mine"), a("drifted", "198.51.100.1"), a("other"));
    await world.addRows([kept(a("mine")), kept(a("drifted"))]);
    await world.takeCounts();
    const { signal } = new AbortController();
    // Of two workers one does it.
    await Promise.all([passZones(signal), passZones(signal)]);
    await passZones(signal);
    expect(await world.takeCounts()).toEqual({ GetHostedZone: 1, ListResourceRecordSets: 2 });
    expect((await world.zoneRow()).nameServers).toContain("ns-1.awsdns.test");
    expect(await stateOf("drifted")).toBe("drift");
    expect(await db().dnsForeignRecord.findMany({ where: { type: "A" } })).toMatchObject([
      { name: world.name("other") },
    ]);
    expect(await world.zoneRow()).toMatchObject({ setCount: 5, syncedAt: expect.any(Date) });
    expect(await activeRuns()).toEqual([]);
  });

  it("lets a refused record go on when what was in its way is gone", async () => {
    await world.put(a("x", "198.51.100.1"));
    await world.addRows([{ ...a("x"), state: "error", error: "It was taken." }]);
    expect(await look()).toMatchObject({ waiting: 0 });
    await world.take({ name: world.name("x"), type: "A" });
    expect(await look()).toMatchObject({ waiting: 1 });
    expect(await stateOf("x")).toBe("pending");
    await startEngine();
    await passZones(new AbortController().signal);
    await db().dnsZone.updateMany({ data: { syncedAt: null } });
    await passZones(new AbortController().signal);
    await until("the record to be made", async () => (await stateOf("x")) === "in_sync");
  });

  it("finishes what a worker that died did not hear the end of", async () => {
    await world.put(a("x"));
    await world.addRows([
      { ...kept(a("x")), state: "pending", changeId: "CGONE" },
      { ...a("y"), state: "removing", changeId: "CGONE" },
    ]);
    await look();
    expect(await stateOf("x")).toBe("in_sync");
    expect(await stateOf("y")).toBe("removed");
  });

  it("makes the row of a zone that has none", async () => {
    const id = "Z0EXTRA";
    world.route53.store.createZone({ name: "extra.test.", id, callerReference: "extra" }, 0);
    world.useSettings({ AWS_ROUTE53_EXTRA_HOSTED_ZONE_IDS: `${id},Z0WRONG` });
    await passZones(new AbortController().signal);
    expect(await db().dnsZone.findUnique({ where: { name: "extra.test" } })).toMatchObject({
      ...{ providerZoneId: id, setCount: 2, nameServers: expect.arrayContaining(["ns-1.awsdns.test"]) },
    });
    world.useSettings({ AWS_ROUTE53_EXTRA_HOSTED_ZONE_IDS: "" });
  });
});
