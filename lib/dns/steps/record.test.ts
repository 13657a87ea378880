import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { queryAuthoritative } from "#lib/integrations/dns/authoritative.ts";
import { changeRecords, findRecord, replaceRecord } from "#lib/integrations/route53/records.ts";
import { db } from "#lib/platform/db/client.ts";
import { createTestContext, type TestContext, type TestContextOptions } from "#lib/steps/testing/context.ts";
import { type NamesWorld, openNamesWorld } from "../testing/names-world.ts";
import { dnsRecord } from "./record.ts";

let world: NamesWorld;
let service: { id: string; name: string };
beforeAll(async () => {
  world = await openNamesWorld();
  service = await world.createService();
});
afterEach(() => world.setFaults({}));
afterAll(() => world.close());

const input = (label: string, more: Record<string, unknown> = {}) => ({
  name: `${label}-${world.suffix}.${world.rootDomain}`,
  type: "A",
  values: ["203.0.113.9"],
  ttl: 60,
  ...more,
});
const attempt = (more: TestContextOptions = {}) => createTestContext({ service, ...more });
const rowOf = (name: string) => db().dnsRecord.findFirst({ where: { name } });
const findA = (name: string) => findRecord(world.zoneId, name, "A");

/** Runs apply until it succeeds, as the engine would after errors it may retry. */
async function applyWithRetries(given: ReturnType<typeof input>, test: TestContext, tries = 12): Promise<TestContext> {
  for (let at = test, left = tries; ; at = at.next(), left--) {
    try {
      await dnsRecord.apply(given, at.ctx);
      return at;
    } catch (error) {
      if (left === 0 || (error as { retry?: string }).retry !== "retry") throw error;
    }
  }
}

describe("dns.record", () => {
  it("creates the record, waits until it is served, and does nothing the second time", async () => {
    const given = input("create");
    const test = attempt();
    const plan = await dnsRecord.plan(given, test.ctx);
    expect(plan.changes).toEqual([
      { action: "create", kind: "dns record", name: `A ${given.name}`, detail: "203.0.113.9, TTL 60" },
    ]);
    expect(await rowOf(given.name)).toBeNull();

    const output = (await dnsRecord.apply(given, test.ctx)) as { changeId: string; answeredBy: string[] };
    expect(output.changeId).toBeTruthy();
    expect(output.answeredBy).toHaveLength(1);
    expect(await queryAuthoritative(given.name, "A")).toMatchObject([{ kind: "answered", values: ["203.0.113.9"] }]);
    expect(await rowOf(given.name)).toMatchObject({ state: "in_sync", serviceId: service.id, error: null });
    expect([...test.ledger.values()]).toMatchObject([{ kind: "dns.record", state: "present" }]);

    const again = test.next();
    expect(await dnsRecord.apply(given, again.ctx)).toEqual(output);
    expect(again.lines.join()).toContain("already has");
    expect((await dnsRecord.plan(given, again.ctx)).changes).toMatchObject([{ action: "keep" }]);
    expect(await dnsRecord.verify(given, again.ctx)).toMatchObject({ ok: true });
  });

  it("changes its own record and takes away exactly what it made", async () => {
    const test = attempt();
    const given = input("change");
    await dnsRecord.apply(given, test.ctx);
    const changed = { ...given, values: ["203.0.113.10", "203.0.113.11"], ttl: 90 };
    expect((await dnsRecord.plan(changed, test.next().ctx)).changes).toMatchObject([{ action: "change" }]);
    await dnsRecord.apply(changed, test.next().ctx);
    expect(await queryAuthoritative(given.name, "A")).toMatchObject([{ values: ["203.0.113.10", "203.0.113.11"] }]);

    await dnsRecord.undo([...test.ledger.values()], changed, test.next().ctx);
    expect(await findA(given.name)).toBeUndefined();
    expect(await queryAuthoritative(given.name, "A")).toMatchObject([{ kind: "nxdomain" }]);
    expect(await rowOf(given.name)).toMatchObject({ state: "removed" });
    expect(test.ledger.size).toBe(0);
    await dnsRecord.undo([], changed, test.next().ctx);
  });

  it("leaves a record that an earlier run of the service made to that run", async () => {
    const given = input("earlier");
    await dnsRecord.apply(given, attempt().ctx);
    const later = attempt();
    await dnsRecord.apply(given, later.ctx);
    expect(later.ledger.size).toBe(0);
    await dnsRecord.undo([], given, later.next().ctx);
    expect((await findA(given.name))?.values).toEqual(["203.0.113.9"]);
    expect(await rowOf(given.name)).toMatchObject({ state: "in_sync" });
  });

  it("writes its ledger before its mark: what dies between leaves nothing that another pass would bring to Route 53", async () => {
    const test = attempt();
    const given = input("killed-between");
    const killed = async () => {
      throw new Error("killed");
    };
    Object.assign(test.ctx, { ledger: { ...test.ctx.ledger, plan: killed } });
    await expect(dnsRecord.apply(given, test.ctx)).rejects.toThrow("killed");
    expect(await rowOf(given.name)).toBeNull();

    const again = test.next();
    Object.assign(again.ctx, { write: killed });
    await expect(dnsRecord.apply(given, again.ctx)).rejects.toThrow("killed");
    expect(await rowOf(given.name)).toBeNull();
    expect(test.ledger.size).toBe(1);
    await dnsRecord.apply(given, test.next().ctx);
    await dnsRecord.undo([...test.ledger.values()], given, test.next().ctx);
    expect(await findA(given.name)).toBeUndefined();
    expect(test.ledger.size).toBe(0);
  });

  it("takes nothing from a set that others have added to, until a person has put it right", async () => {
    const test = attempt();
    const given = input("shared");
    await dnsRecord.apply(given, test.ctx);
    const before = await findA(given.name);
    const after = { ttl: 60, values: ["203.0.113.9", "198.51.100.1"] };
    await replaceRecord({ zoneId: world.zoneId, name: given.name, type: "A", before, after });
    const undo = () => dnsRecord.undo([...test.ledger.values()], given, test.next().ctx);
    await expect(undo()).rejects.toMatchObject({ code: "dns.changed_elsewhere", retry: "needs_person" });
    const shared = await findA(given.name);
    expect(shared?.values.toSorted()).toEqual(["198.51.100.1", "203.0.113.9"]);
    expect(await rowOf(given.name)).toMatchObject({ state: "drift", observed: { values: shared?.values } });
    const theirs = { ttl: 60, values: ["198.51.100.1"] };
    await replaceRecord({ zoneId: world.zoneId, name: given.name, type: "A", before: shared, after: theirs });
    await undo();
    expect((await findA(given.name))?.values).toEqual(["198.51.100.1"]);
    expect(await rowOf(given.name)).toMatchObject({ state: "removed" });
    expect(test.ledger.size).toBe(0);
  });

  it.each([
    ["another value", "198.51.100.7"],
    ["even the same value", "203.0.113.9"],
  ])("refuses a foreign record with %s and says what stands there", async (_what, value) => {
    const given = input(`foreign-${value.replaceAll(".", "-")}`);
    const set = { name: given.name, type: "A", ttl: 60, values: [value] };
    await changeRecords(world.zoneId, [{ action: "CREATE", set }]);
    const test = attempt();
    const expected = { code: "dns.foreign_record", retry: "permanent", detail: expect.stringContaining(value) };
    await expect(dnsRecord.plan(given, test.ctx)).rejects.toMatchObject(expected);
    await expect(dnsRecord.apply(given, test.ctx)).rejects.toMatchObject(expected);
    expect(await rowOf(given.name)).toBeNull();
    expect(test.ledger.size).toBe(0);
    await dnsRecord.undo([], given, test.next().ctx);
    expect((await findA(given.name))?.values).toEqual([value]);
  });

  it("never takes a record that became foreign between the look and the change", async () => {
    const given = input("race");
    const set = { name: given.name, type: "A", ttl: 60, values: ["198.51.100.8"] };
    let raced = false;
    const original = attempt().ctx.guard;
    const test = attempt();
    Object.assign(test.ctx, {
      guard: async () => {
        await original();
        if (!raced) await changeRecords(world.zoneId, [{ action: "CREATE", set }]);
        raced = true;
      },
    });
    await expect(dnsRecord.apply(given, test.ctx)).rejects.toMatchObject({ code: "dns.changed_elsewhere" });
    await expect(dnsRecord.apply(given, test.next().ctx)).rejects.toMatchObject({ code: "dns.changed_elsewhere" });
    expect((await findA(given.name))?.values).toEqual(["198.51.100.8"]);
  });

  it("refuses a CNAME beside another type, at the apex, and outside the zone", async () => {
    const given = input("cname", { type: "CNAME", values: ["elsewhere.example.org"] });
    const set = { name: given.name, type: "TXT", ttl: 60, values: ["hello"] };
    await changeRecords(world.zoneId, [{ action: "CREATE", set }]);
    const { ctx } = attempt();
    await expect(dnsRecord.plan(given, ctx)).rejects.toMatchObject({ code: "dns.cname_conflict" });
    await expect(dnsRecord.plan({ ...given, name: world.rootDomain }, ctx)).rejects.toMatchObject({
      code: "dns.apex_cname",
    });
    await expect(dnsRecord.plan({ ...given, name: "a.example.com" }, ctx)).rejects.toMatchObject({
      code: "dns.outside_zone",
    });
  });

  it("refuses a record that belongs to another service", async () => {
    const given = input("owned");
    await dnsRecord.apply(given, attempt().ctx);
    const other = await world.createService(`other-${world.suffix}`);
    await expect(dnsRecord.apply(given, attempt({ service: other }).ctx)).rejects.toMatchObject({
      code: "dns.owned_by_other",
      message: expect.stringContaining(service.name),
    });
  });

  it("finishes through throttling, busy zones and answers lost after the change", async () => {
    for (let round = 0; round < 3; round++) {
      await world.setFaults({ throttle: 0.3, priorRequestNotComplete: 0.2, dropAfterApply: 0.2, insyncMs: 300 });
      const given = input(`storm-${round}`);
      const done = await applyWithRetries(given, attempt());
      expect((await queryAuthoritative(given.name, "A"))[0]?.values).toEqual(["203.0.113.9"]);
      const undo = () => dnsRecord.undo([...done.ledger.values()], given, done.next().ctx);
      const isUndone = await undo().then(
        () => true,
        () => false,
      );
      await world.setFaults({});
      if (!isUndone) await undo();
      expect(await findA(given.name)).toBeUndefined();
    }
  });

  it("keeps the provider's words when Route 53 refuses the change", async () => {
    const given = input("refused");
    const failNext = [
      { code: "InvalidChangeBatch", message: "[RRSet is cursed]", operation: "ChangeResourceRecordSets" },
    ];
    await world.setFaults({ failNext });
    await expect(dnsRecord.apply(given, attempt().ctx)).rejects.toMatchObject({
      code: "dns.refused",
      retry: "permanent",
    });
    expect(await rowOf(given.name)).toMatchObject({
      state: "error",
      error: expect.stringContaining("RRSet is cursed"),
    });
  });

  it.each([
    ["AccessDenied", "dns.denied"],
    ["NoSuchHostedZone", "dns.zone_missing"],
  ])("waits for a person after %s", async (code, ours) => {
    await world.setFaults({ failNext: [{ code }] });
    await expect(dnsRecord.apply(input("denied"), attempt().ctx)).rejects.toMatchObject({
      code: ours,
      retry: "needs_person",
      advice: expect.any(String),
    });
  });

  it("survives dying at any moment: one record, nothing left over", async () => {
    for (let moment = 1, died = true; died; moment++) {
      const given = input(`kill-${moment}`);
      let calls = 0;
      const first = attempt({
        onCall: () => {
          if (++calls === moment) throw new Error("killed");
        },
      });
      died = await dnsRecord.apply(given, first.ctx).then(
        () => false,
        () => true,
      );
      const second = first.next();
      await dnsRecord.apply(given, second.ctx);
      expect((await queryAuthoritative(given.name, "A"))[0]?.values).toEqual(["203.0.113.9"]);
      expect([...second.ledger.values()]).toMatchObject([{ kind: "dns.record", state: "present" }]);
      expect(await db().dnsRecord.count({ where: { name: given.name } })).toBe(1);
      await dnsRecord.undo([...second.ledger.values()], given, second.next().ctx);
      expect(await findA(given.name)).toBeUndefined();
    }
  });

  it("gives a name to one of two services that ask at once", async () => {
    const given = input("both");
    const rival = { id: randomUUID(), name: "" };
    Object.assign(rival, await world.createService(`rival-${world.suffix}`));
    const results = await Promise.allSettled([
      dnsRecord.apply(given, attempt().ctx),
      dnsRecord.apply(given, attempt({ service: rival }).ctx),
    ]);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await db().dnsRecord.count({ where: { name: given.name } })).toBe(1);
  });
});
