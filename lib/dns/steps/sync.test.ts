import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Role, UserActor } from "#lib/access/types.ts";
import { findRecord } from "#lib/integrations/route53/records.ts";
import { db, Prisma } from "#lib/platform/db/client.ts";
import { createTestContext, type TestContext } from "#lib/steps/testing/context.ts";
import { allowZoneChanges } from "../commands/allow-changes.ts";
import { openSyncWorld, type SyncWorld } from "../testing/sync-world.ts";
import { dnsSync } from "./sync.ts";

let world: SyncWorld;
beforeAll(async () => {
  world = await openSyncWorld();
});
afterAll(() => world.close());
afterEach(() => world.clear());

const actor = (...roles: Role[]): UserActor => ({
  ...{ kind: "user", id: "u", name: "Max Manager", email: "max@example.org", roles },
  ...{ via: "session", sessionId: "s", requestId: "r" },
});
const a = (label: string, value = "203.0.113.1", more = {}) => ({
  ...{ name: world.name(label), type: "A", values: [value] },
  ...more,
});
const kept = (label: string, value = "203.0.113.1", more = {}) =>
  a(label, value, { state: "in_sync", applied: { ttl: 60, values: [value] }, ...more });
const sync = (scope: "pending" | "full" = "pending", test: TestContext = createTestContext()) =>
  dnsSync.apply({ zoneId: world.zone.id, scope }, test.ctx) as Promise<Record<string, number>>;
const dryRun = (scope: "pending" | "full" = "full") =>
  dnsSync.plan({ zoneId: world.zone.id, scope }, createTestContext().ctx);
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

describe("dns.sync", () => {
  it("creates, changes and removes what waits, looking at those names only, and then has nothing to do", async () => {
    await world.addRows([a("new"), kept("changed", "203.0.113.2"), kept("gone"), kept("same")]);
    await world.put(a("changed", "203.0.113.2"), a("gone"), a("same"), a("others", "198.51.100.1"));
    await world.edit("changed", { values: ["203.0.113.3"] });
    await world.edit("gone", { state: "removing" });
    await world.takeCounts();

    expect((await dryRun("pending")).changes).toEqual([
      {
        action: "change",
        kind: "dns record",
        name: "A changed.sync.test",
        detail: "203.0.113.2 (TTL 60) → 203.0.113.3 (TTL 60)",
      },
      { action: "remove", kind: "dns record", name: "A gone.sync.test", detail: "203.0.113.1 (TTL 60)" },
      { action: "create", kind: "dns record", name: "A new.sync.test", detail: "203.0.113.1 (TTL 60)" },
    ]);
    await world.takeCounts();
    expect(await sync()).toMatchObject({ created: 1, changed: 1, removed: 1, refused: 0, drifted: 0 });
    expect(await world.takeCounts()).toEqual({ ListResourceRecordSets: 3, ChangeResourceRecordSets: 1, GetChange: 1 });
    expect(await world.list()).toEqual([
      "A changed.sync.test 60 203.0.113.3",
      "A new.sync.test 60 203.0.113.1",
      "A others.sync.test 60 198.51.100.1",
      "A same.sync.test 60 203.0.113.1",
    ]);
    expect(await world.row("new")).toMatchObject({
      ...{ state: "in_sync", sent: null, error: null, applied: { ttl: 60, values: ["203.0.113.1"] } },
      ...{ changeId: expect.any(String), syncedAt: expect.any(Date) },
    });
    expect(await world.row("gone")).toMatchObject({ state: "removed", applied: null, removedAt: expect.any(Date) });
    await world.takeCounts();
    expect(await sync()).toMatchObject({ created: 0, changed: 0, removed: 0 });
    expect(await world.takeCounts()).toEqual({});
  });

  it("reads the whole zone in a full pass and keeps what others have in it", async () => {
    await world.addRows([kept("mine")]);
    const others = numbers(700).map((index) => ({ name: world.name(`o${index}`), type: "TXT", values: [`${index}`] }));
    await world.put(a("mine"), ...others);
    await world.takeCounts();
    expect(await sync("full")).toMatchObject({ created: 0, changed: 0, removed: 0, foreign: 702 });
    expect(await world.takeCounts()).toEqual({ ListResourceRecordSets: 3 });
    expect(await db().dnsForeignRecord.count()).toBe(702);
    expect(await world.zoneRow()).toMatchObject({ setCount: 703, syncedAt: expect.any(Date) });

    const before = await db().dnsForeignRecord.findMany({ orderBy: { id: "asc" } });
    await world.take({ name: world.name("o1"), type: "TXT" });
    await world.put({ name: world.name("o2"), type: "TXT", values: ["else"] }, a("o9000"));
    await sync("full");
    const after = await db().dnsForeignRecord.findMany({ orderBy: { id: "asc" } });
    const ids = new Set(before.map(({ id }) => id));
    expect(after.filter(({ id }) => !ids.has(id)).map(({ name, values }) => [name, values])).toEqual(
      expect.arrayContaining([
        [world.name("o2"), ["else"]],
        [world.name("o9000"), ["203.0.113.1"]],
      ]),
    );
    expect(after).toHaveLength(702);
  });

  it("says why a record is refused, in the row, and does the others", async () => {
    await world.put(a("taken"), { name: world.name("host"), type: "TXT", values: ["t"] });
    await world.addRows([a("taken"), { ...a("host"), type: "CNAME", values: ["x.example.org"] }, a("fine")]);
    expect(await sync()).toMatchObject({ created: 1, refused: 2 });
    expect(await world.row("taken")).toMatchObject({ state: "error", error: expect.stringContaining("did not make") });
    expect(await world.row("host")).toMatchObject({ state: "error", error: expect.stringContaining("stands alone") });
    expect(await world.row("fine")).toMatchObject({ state: "in_sync" });
  });

  it("shows drift, keeps it until a person decides, and then does what they decided", async () => {
    await world.addRows([kept("x"), kept("y"), kept("z")]);
    await world.put(a("x", "198.51.100.9"), a("z", "198.51.100.10"));
    expect(await sync("full")).toMatchObject({ created: 0, changed: 0, drifted: 3 });
    const theirs = { ttl: 60, values: ["198.51.100.9"], alias: null };
    expect(await world.row("x")).toMatchObject({ state: "drift", observed: theirs });
    expect(await world.row("y")).toMatchObject({ state: "drift", observed: { absent: true } });
    // Put right: x and y. Adopt: z.
    await world.edit("x", { overwrite: theirs });
    await world.edit("y", { applied: Prisma.DbNull, sent: Prisma.DbNull });
    await world.edit("z", { values: ["198.51.100.10"], overwrite: { ...theirs, values: ["198.51.100.10"] } });
    await world.takeCounts();
    expect(await sync()).toMatchObject({ created: 1, changed: 1, drifted: 0 });
    for (const label of ["x", "y", "z"])
      expect(await world.row(label)).toMatchObject({ state: "in_sync", observed: null, overwrite: null });
    expect(await world.list()).toEqual([
      "A x.sync.test 60 203.0.113.1",
      "A y.sync.test 60 203.0.113.1",
      "A z.sync.test 60 198.51.100.10",
    ]);
  });

  it("calls a record done when Route 53 says that every name server has it, not before", async () => {
    await world.addRows([a("new"), kept("gone")]);
    await world.put(a("gone"));
    await world.edit("gone", { state: "removing" });
    await world.setFaults({ insyncMs: 60_000 });
    const test = createTestContext();
    const states = async () => [(await world.row("new")).state, (await world.row("gone")).state];
    Object.assign(test.ctx, {
      progress: (text: string) => text.includes("spreads") && test.abort(new Error("cancelled")),
    });
    await expect(sync("pending", test)).rejects.toThrow("aborted");
    expect(await states()).toEqual(["pending", "removing"]);
    expect(await world.list()).toEqual(["A new.sync.test 60 203.0.113.1"]);
    await db().dnsRecord.updateMany({ data: { changeId: "CFORGOTTEN" } });
    await world.takeCounts();
    await sync();
    expect((await world.takeCounts()).ChangeResourceRecordSets).toBeUndefined();
    expect(await states()).toEqual(["in_sync", "removed"]);
  });

  it("notes what it did of a row that was edited meanwhile, and leaves it waiting", async () => {
    await world.addRows([a("x")]);
    const test = createTestContext();
    const { guard } = test.ctx;
    Object.assign(test.ctx, {
      guard: async () => {
        await guard();
        await world.edit("x", { values: ["203.0.113.7"] });
      },
    });
    await sync("pending", test);
    expect(await world.row("x")).toMatchObject({
      ...{ state: "pending", applied: { ttl: 60, values: ["203.0.113.1"] }, sent: null },
    });
    expect(await sync()).toMatchObject({ changed: 1 });
    expect(await world.list()).toEqual(["A x.sync.test 60 203.0.113.7"]);
  });
});

describe("a zone that would change too much", () => {
  const prepare = async (changing: number) => {
    const labels = numbers(10).map((index) => `n${index}`);
    await world.put(...labels.map((label) => a(label)));
    await world.addRows(labels.map((label) => kept(label)));
    for (const label of labels.slice(0, changing)) await world.edit(label, { values: ["203.0.113.99"] });
    await world.takeCounts();
  };
  const heldHash = async () => Buffer.from((await world.zoneRow()).heldPlanHash ?? []).toString("hex");
  const manager = { ...actor("manager"), id: randomUUID() };
  beforeAll(async () => {
    const identity = { issuer: "test", nameId: manager.id, email: manager.email, displayName: manager.name };
    await db().user.create({ data: { id: manager.id, ...identity, username: "max", roles: "manager" } });
  });
  afterEach(() => db().run.updateMany({ data: { exclusiveKey: null, state: "cancelled" } }));

  it("stops before anything is changed, and makes exactly what a manager allows, once", async () => {
    await prepare(4);
    expect((await dryRun("pending")).warnings?.[0]).toContain("4 of the zone's 12 record sets");
    expect((await world.zoneRow()).heldReason).toBeNull();
    await expect(sync()).rejects.toMatchObject({ code: "dns.held", retry: "needs_person" });
    expect((await world.takeCounts()).ChangeResourceRecordSets).toBeUndefined();
    expect(await world.zoneRow()).toMatchObject({
      heldReason: expect.stringContaining("30 %"),
      heldAt: expect.any(Date),
    });

    const planHash = await heldHash();
    await expect(allowZoneChanges(actor("staff"), world.zone.id, planHash)).rejects.toMatchObject({ status: 403 });
    await expect(allowZoneChanges(manager, world.zone.id, "00".repeat(32))).rejects.toMatchObject({
      code: "dns.plan_changed",
    });
    await expect(allowZoneChanges(manager, world.zone.id, "")).rejects.toMatchObject({ code: "dns.plan_changed" });
    await allowZoneChanges(manager, world.zone.id, planHash);
    expect(await sync()).toMatchObject({ changed: 4 });
    expect(await world.zoneRow()).toMatchObject({ heldReason: null, heldPlanHash: null, allowedPlanHash: null });

    for (const index of numbers(4)) await world.edit(`n${index}`, { values: ["203.0.113.77"] });
    await expect(sync()).rejects.toMatchObject({ code: "dns.held" });
  });

  it("finishes what was allowed after it died in the middle, without asking again", async () => {
    await prepare(10);
    await expect(sync()).rejects.toMatchObject({ code: "dns.held" });
    await allowZoneChanges(manager, world.zone.id, await heldHash());
    await world.setFaults({ refuse: [{ name: world.name("n3"), words: "cursed" }] });
    let guards = 0;
    const dies = createTestContext({
      onCall: (call) => {
        // After the batch was refused and its first half was made.
        if (call === "guard" && ++guards === 3) throw new Error("killed");
      },
    });
    await expect(sync("pending", dies)).rejects.toThrow("killed");
    expect(await db().dnsRecord.count({ where: { state: "in_sync" } })).toBeLessThan(10);
    await world.setFaults({});
    await sync("pending", dies.next());
    expect(await db().dnsRecord.count({ where: { state: "in_sync" } })).toBe(10);
    expect((await world.zoneRow()).heldReason).toBeNull();
  });

  it("holds another plan anew, and lets go by itself when the plan is small again", async () => {
    await prepare(4);
    await expect(sync()).rejects.toMatchObject({ code: "dns.held" });
    const first = await heldHash();
    await world.edit("n5", { values: ["203.0.113.55"] });
    await allowZoneChanges(manager, world.zone.id, first);
    await expect(sync()).rejects.toMatchObject({ code: "dns.held" });
    expect(await heldHash()).not.toBe(first);
    expect((await world.zoneRow()).allowedPlanHash).toBeNull();
    for (const label of ["n0", "n1", "n5"]) await world.edit(label, { values: ["203.0.113.1"] });
    expect(await sync()).toMatchObject({ changed: 2 });
    expect((await world.zoneRow()).heldReason).toBeNull();
  });

  it("asks for any change of the zone's own NS or SOA", async () => {
    await world.addRows([
      {
        name: world.zone.name,
        type: "NS",
        ttl: 172_800,
        values: ["ns-1.awsdns.test", "ns-2.awsdns.test"],
        overwrite: await ownNs(),
      },
    ]);
    await expect(sync()).rejects.toMatchObject({ code: "dns.held", message: expect.stringContaining("own NS record") });
    await allowZoneChanges(manager, world.zone.id, await heldHash());
    expect(await sync()).toMatchObject({ changed: 1 });
  });

  async function ownNs() {
    const set = await findRecord(world.zone.providerZoneId, world.zone.name, "NS");
    return { ttl: set?.ttl ?? 0, values: set?.values ?? [] };
  }
});
