import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db, Prisma } from "#lib/platform/db/client.ts";
import { createTestContext, type TestContext } from "#lib/steps/testing/context.ts";
import { openSyncWorld, type SyncWorld } from "../testing/sync-world.ts";
import { dnsSync } from "./sync.ts";

let world: SyncWorld;
beforeAll(async () => {
  world = await openSyncWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.takeCounts();
});
afterEach(async () => {
  await world.setFaults({});
  await db().dnsRecord.deleteMany({});
  await db().dnsForeignRecord.deleteMany({});
  world.route53.store.clear();
  world.route53.store.createZone({ name: "sync.test.", id: "Z0SYNCTEST", callerReference: "again" }, 0);
  await db().dnsZone.update({
    where: { id: world.zone.id },
    data: { setCount: 0, heldReason: null, heldPlanHash: null, allowedPlanHash: null },
  });
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
