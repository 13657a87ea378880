import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { changeRecords, findRecord, findRecordsAt, listRecords, type RecordChange, replaceRecord } from "./records.ts";
import { openRoute53World, type Route53World } from "./testing/route53-world.ts";
import { getZone } from "./zones.ts";

let world: Route53World;
beforeAll(async () => {
  world = await openRoute53World();
});
afterEach(() => world.setFaults({}));
afterAll(() => world.close());

const host = (label: string) => `${label}.r53-${world.suffix}.${world.rootDomain}`;
const txt = (label: string, values: string[]) => ({ name: host(label), type: "TXT", ttl: 60, values });

describe("Route 53", () => {
  it("describes the zone", async () => {
    expect(await getZone(world.zoneId)).toMatchObject({ id: world.zoneId, name: world.rootDomain });
  });

  it("pages through a zone larger than a page", async () => {
    const sets = Array.from({ length: 320 }, (_, index) => txt(`page-${index}`, [`${index}`]));
    const act = (action: RecordChange["action"]) =>
      changeRecords(
        world.zoneId,
        sets.map((set) => ({ action, set })),
      );
    await act("CREATE");
    const names: string[] = [];
    let pages = 0;
    for await (const page of listRecords(world.zoneId)) {
      pages++;
      names.push(...page.map(({ name }) => name));
    }
    expect(pages).toBeGreaterThan(1);
    expect(names.filter((name) => name.startsWith("page-") && name.includes(world.suffix))).toHaveLength(320);
    await act("DELETE");
  });

  it("finds wildcards and records of every type at a name", async () => {
    const name = host("*");
    const sets = [txt("*", ["a"]), { name, type: "A", ttl: 60, values: ["203.0.113.1"] }];
    await changeRecords(
      world.zoneId,
      sets.map((set) => ({ action: "CREATE", set })),
    );
    const found = await findRecordsAt(world.zoneId, name);
    expect(found.map(({ type, values }) => [type, values])).toEqual([
      ["A", ["203.0.113.1"]],
      ["TXT", ["a"]],
    ]);
    await changeRecords(
      world.zoneId,
      found.map(({ raw }) => ({ action: "DELETE", set: { raw } })),
    );
    expect(await findRecordsAt(world.zoneId, name)).toEqual([]);
  });

  it("does all of a batch or nothing", async () => {
    const changes: RecordChange[] = [
      { action: "CREATE", set: txt("good", ["a"]) },
      { action: "CREATE", set: { ...txt("bad", ["a"]), type: "A", values: ["no address"] } },
    ];
    await expect(changeRecords(world.zoneId, changes)).rejects.toMatchObject({
      code: "dns.refused",
      retry: "permanent",
      detail: expect.stringContaining("InvalidChangeBatch"),
    });
    expect(await findRecordsAt(world.zoneId, host("good"))).toEqual([]);
  });

  it("replaces only what was read", async () => {
    const { name, type, ttl } = txt("cas", []);
    const place = { zoneId: world.zoneId, name, type };
    await replaceRecord({ ...place, before: undefined, after: { ttl, values: ["one"] } });
    const before = await findRecord(world.zoneId, name, type);
    await replaceRecord({ ...place, before, after: { ttl, values: ["two"] } });
    const stale = { code: "dns.changed_meanwhile", retry: "retry" };
    await expect(replaceRecord({ ...place, before, after: { ttl, values: ["three"] } })).rejects.toMatchObject(stale);
    await expect(replaceRecord({ ...place, before, after: undefined })).rejects.toMatchObject(stale);
    const after = { ttl, values: ["four"] };
    await expect(replaceRecord({ ...place, before: undefined, after })).rejects.toMatchObject(stale);
    const now = await findRecord(world.zoneId, name, type);
    expect(now?.values).toEqual(["two"]);
    await replaceRecord({ ...place, before: now, after: undefined });
    expect(await findRecord(world.zoneId, name, type)).toBeUndefined();
  });

  it("reads back when the answer to a change is lost, and sends nothing twice", async () => {
    const { name, type, ttl } = txt("lost", []);
    await world.setFaults({ dropAfterApply: 1, operations: ["ChangeResourceRecordSets"] });
    const change = { zoneId: world.zoneId, name, type, before: undefined, after: { ttl, values: ["once"] } };
    expect(await replaceRecord(change)).toEqual({ changeId: null });
    await world.setFaults({});
    const before = await findRecord(world.zoneId, name, type);
    expect(before?.values).toEqual(["once"]);
    await replaceRecord({ zoneId: world.zoneId, name, type, before, after: undefined });
  });

  it("gives up a request that takes too long when it is cancelled", async () => {
    await world.setFaults({ latencyMs: 5_000 });
    const controller = new AbortController();
    const reading = getZone(world.zoneId, controller);
    setTimeout(() => controller.abort(new Error("cancelled")), 50);
    await expect(reading).rejects.toThrow("cancelled");
  });
});
