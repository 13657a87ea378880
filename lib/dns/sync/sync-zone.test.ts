import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { db, Prisma } from "#lib/platform/db/client.ts";
import { sql } from "#lib/platform/db/sql.ts";
import { createTestContext, type TestContextOptions } from "#lib/steps/testing/context.ts";
import { openSyncWorld, type SetOf, type SyncWorld } from "../testing/sync-world.ts";
import type { SyncScope } from "./read-zone.ts";
import { type SyncResult, settleSync, syncZone } from "./sync-zone.ts";

let world: SyncWorld;
beforeAll(async () => {
  world = await openSyncWorld();
});
afterEach(() => world.clear());
afterAll(() => world.close());

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const address = (index: number) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
const a = (label: string, value = "203.0.113.1"): SetOf => ({ name: world.name(label), type: "A", values: [value] });
const kept = (set: SetOf) => ({ ...set, state: "in_sync", applied: { ttl: 60, values: set.values } });
const text = ({ type, name, ttl = 60, values }: SetOf) => `${type} ${name} ${ttl} ${values.toSorted().join(",")}`;

async function sync(scope: SyncScope = "pending", options: TestContextOptions = {}): Promise<SyncResult> {
  const { ctx } = createTestContext(options);
  const result = await syncZone(ctx, world.zone, scope);
  await settleSync(ctx, result);
  return result;
}

/** As the engine does after errors it may try again. */
async function syncUntilDone(scope: SyncScope = "pending", tries = 40): Promise<SyncResult> {
  for (let left = tries; ; left--) {
    try {
      return await sync(scope);
    } catch (error) {
      if (left === 0 || (error as { retry?: string }).retry !== "retry") throw error;
    }
  }
}

const waiting = () => db().dnsRecord.count({ where: { state: { in: ["pending", "removing"] } } });

describe("10,000 records", () => {
  const sets = numbers(10_000).map((index) => () => a(`n${index}`, address(index)));

  it("are created in batches of 1,000, and a pass with nothing to do reads them and writes nothing", async () => {
    await world.addRows(sets.map((set) => set()));
    await world.takeCounts();
    const began = performance.now();
    expect(await sync()).toMatchObject({ created: 10_000, changed: 0, removed: 0, refused: 0 });
    console.log(`10,000 records created in ${Math.round(performance.now() - began)} ms`);
    // Nobody knew how large the zone was: it was read once, in one page.
    expect(await world.takeCounts()).toEqual({
      ...{ ListResourceRecordSets: 1, ChangeResourceRecordSets: 10, GetChange: 10 },
    });
    expect(await db().dnsRecord.count({ where: { state: "in_sync" } })).toBe(10_000);
    expect(await world.list()).toEqual(sets.map((set) => text(set())).sort());

    await sync("full");
    await world.takeCounts();
    const checksum = () => sql.rows("CHECKSUM TABLE DnsRecord, DnsForeignRecord");
    const before = await checksum();
    let writes = 0;
    const listing = performance.now();
    await world.list();
    const pass = performance.now();
    const result = await sync("full", {
      onCall: (call) => {
        if (call === "write") writes++;
      },
    });
    const end = performance.now();
    console.log(`no-op pass ${Math.round(end - pass)} ms, the listing alone ${Math.round(pass - listing)} ms`);
    expect(result).toMatchObject({ created: 0, changed: 0, removed: 0, drifted: 0, foreign: 2, requests: 34 });
    // Twice: once by the test itself.
    expect(await world.takeCounts()).toEqual({ ListResourceRecordSets: 68 });
    expect(await checksum()).toEqual(before);
    // That it was here: the zone's own row.
    expect(writes).toBe(1);

    // What the sweep and a sync of a few ask for is found by an index, however many there are.
    await sql.rows("ANALYZE TABLE DnsRecord");
    const explain = (where: string) =>
      sql.rows<{ type: string; rows: string }>(`EXPLAIN SELECT id, version, changeId FROM DnsRecord WHERE ${where}`);
    for (const where of [
      "state IN ('pending', 'removing') AND changeId IS NULL",
      `zoneId = '${world.zone.id}' AND state IN ('pending', 'removing')`,
      `zoneId = '${world.zone.id}' AND state <> 'removed' AND name IN ('n1.sync.test', 'n2.sync.test')`,
    ])
      for (const { type, rows } of await explain(where)) {
        expect(type).toBe("range");
        expect(Number(rows)).toBeLessThan(10);
      }
  });
});

describe("a Route 53 that throttles, is busy and loses answers", () => {
  it("ends with exactly the desired set and what others have", async () => {
    const others = numbers(50).map((index) => a(`other${index}`));
    const old = numbers(400).map((index) => a(`old${index}`, address(index)));
    const fresh = numbers(300).map((index) => a(`new${index}`, address(index)));
    await world.put(...others, ...old);
    await world.addRows([...old.map(kept), ...fresh]);
    for (const index of numbers(60)) await world.edit(`old${index}`, { values: ["192.0.2.7"], ttl: 90 });
    for (const index of numbers(40)) await world.edit(`old${100 + index}`, { state: "removing" });
    await world.setFaults({ throttle: 0.3, priorRequestNotComplete: 0.2, dropAfterApply: 0.4, insyncMs: 50 });
    await syncUntilDone();
    await world.setFaults({});
    expect(await waiting()).toBe(0);
    expect(await world.list()).toEqual(
      [
        ...[...others, ...fresh].map(text),
        ...old.slice(0, 60).map((set) => text({ ...set, ttl: 90, values: ["192.0.2.7"] })),
        ...old.slice(60, 100).map(text),
        ...old.slice(140).map(text),
      ].sort(),
    );
    expect(await db().dnsRecord.count({ where: { state: "in_sync" } })).toBe(660);
    expect(await db().dnsRecord.count({ where: { sent: { not: Prisma.DbNull } } })).toBe(0);
  });
});

describe("a poisoned change", () => {
  it.each([
    ["names it", "RRSet with DNS name n42.sync.test. is cursed", 4],
    ["says nothing of whose it is", "Something is cursed", 16],
  ])("is reported alone of a hundred when Route 53 %s", async (_what, words, most) => {
    await world.setFaults({ refuse: [{ name: world.name("n42"), words }] });
    await world.addRows(numbers(100).map((index) => a(`n${index}`)));
    await world.takeCounts();
    expect(await sync()).toMatchObject({ created: 99, refused: 1 });
    const { ChangeResourceRecordSets: requests = 0 } = await world.takeCounts();
    expect(requests).toBeLessThanOrEqual(most);
    expect(await world.list()).toHaveLength(99);
    expect(await world.row("n42")).toMatchObject({
      ...{ state: "error", error: `InvalidChangeBatch: [${words}]`, applied: null, sent: null },
    });
    expect(await db().dnsRecord.count({ where: { state: "in_sync" } })).toBe(99);
    // It does not come back by itself, but when somebody changes it.
    await world.takeCounts();
    await sync("full");
    expect((await world.takeCounts()).ChangeResourceRecordSets).toBeUndefined();
    await world.setFaults({});
    await world.edit("n42", {});
    expect(await sync()).toMatchObject({ created: 1 });
  });

  it("does not hold up others when there are several, of every kind", async () => {
    const bad = [3, 50, 51, 97];
    const sets = numbers(100).map((index) => a(`n${index}`, address(index)));
    await world.put(...sets.slice(0, 60), ...numbers(200).map((index) => a(`far${index}`)));
    await world.addRows(sets.map((set, index) => (index < 60 ? kept(set) : set)));
    await world.setFaults({ refuse: bad.map((index) => ({ name: world.name(`n${index}`), words: "cursed" })) });
    for (const index of numbers(30)) await world.edit(`n${index}`, { values: ["192.0.2.9"] });
    for (const index of numbers(30)) await world.edit(`n${30 + index}`, { state: "removing" });
    expect(await sync()).toMatchObject({ created: 39, changed: 29, removed: 28, refused: 4 });
    expect(await db().dnsRecord.count({ where: { state: "error" } })).toBe(4);
  });
});

describe("one writer", () => {
  it("lets two passes over one zone never write at once", async () => {
    await world.addRows(numbers(250).map((index) => ({ ...a(`n${index}`), values: numbers(8).map(address) })));
    let writing = 0;
    let most = 0;
    const original = createTestContext().ctx.write;
    const pass = () =>
      sync("pending", {
        write: async (work) => {
          most = Math.max(most, ++writing);
          try {
            return await original(work);
          } finally {
            writing--;
          }
        },
      });
    const results = await Promise.all([pass(), pass(), pass()]);
    // Noting that a change is everywhere needs no lock, and may overlap.
    expect(results.map(({ created }) => created).sort()).toEqual([0, 0, 250]);
    expect(most).toBeLessThanOrEqual(2);
    expect(await world.list()).toHaveLength(250);
    const { ChangeResourceRecordSets: requests } = await world.takeCounts();
    expect(requests).toBe(2);
  });
});

describe("dying", () => {
  it("anywhere leaves nothing that the next pass does not put right", async () => {
    for (let moment = 1, died = true; died; moment++) {
      await world.clear();
      await world.put(a("other"), a("change", "192.0.2.1"), a("gone"), ...numbers(8).map((index) => a(`far${index}`)));
      await world.addRows([a("new"), kept(a("change", "192.0.2.1")), kept(a("gone"))]);
      await world.edit("change", { values: ["192.0.2.2"] });
      await world.edit("gone", { state: "removing" });
      let calls = 0;
      const killed = sync("pending", {
        onCall: () => {
          if (++calls === moment) throw new Error("killed");
        },
      });
      died = await killed.then(
        () => false,
        () => true,
      );
      await sync();
      expect(await waiting()).toBe(0);
      expect(await world.list()).toEqual(
        [a("other"), a("change", "192.0.2.2"), a("new"), ...numbers(8).map((index) => a(`far${index}`))]
          .map(text)
          .sort(),
      );
    }
  });

  it("between a change and its note leaves a row that knows what was sent", async () => {
    await world.addRows([a("x")]);
    let writes = 0;
    const dies = sync("pending", {
      onCall: (call) => {
        if (call === "write" && ++writes === 2) throw new Error("killed");
      },
    });
    await expect(dies).rejects.toThrow("killed");
    expect(await world.row("x")).toMatchObject({ state: "pending", applied: null, sent: { values: ["203.0.113.1"] } });
    // Somebody wants something else by now: what stands there is still known as the panel's own.
    await world.edit("x", { values: ["203.0.113.2"] });
    expect(await sync()).toMatchObject({ changed: 1, refused: 0 });
    expect(await world.list()).toEqual(["A x.sync.test 60 203.0.113.2"]);
  });
});
