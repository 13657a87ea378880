import { describe, expect, it } from "vitest";
import { type Action, applyChangeBatch, type Change } from "./change-batch.ts";
import type { RecordSet } from "./record-sets.ts";
import type { RecordType } from "./record-values.ts";
import { ZoneStore } from "./zone-store.ts";

const zoneName = "example.test.";
const set = (name: string, type: RecordType, ...values: string[]): RecordSet => ({ name, type, ttl: 60, values });
const change = (action: Action, recordSet: RecordSet): Change => ({ action, recordSet });
const emptyZone = () => new ZoneStore().createZone({ name: zoneName, callerReference: "one" }, 0).zone.recordSets;
const www = set("www.example.test.", "A", "192.0.2.1");
const zoneWithWww = () => applyChangeBatch(zoneName, emptyZone(), [change("CREATE", www)]);

describe("a change batch", () => {
  it("applies every change", () => {
    expect(zoneWithWww().size).toBe(3);
  });

  it("changes nothing when one of its changes is bad", () => {
    const before = zoneWithWww();
    const batch = [change("CREATE", set("new.example.test.", "A", "192.0.2.2")), change("CREATE", www)];
    expect(() => applyChangeBatch(zoneName, before, batch)).toThrow(
      "[Tried to create resource record set [name='www.example.test.', type='A'] but it already exists]",
    );
    expect(before.size).toBe(3);
  });

  it("names every problem in one message", () => {
    const batch = [
      change("CREATE", set("a.example.test.", "A", "nonsense")),
      change("CREATE", set("b.elsewhere.test.", "A", "192.0.2.1")),
    ];
    expect(() => applyChangeBatch(zoneName, emptyZone(), batch)).toThrow(
      /^\[Invalid Resource Record: 'FATAL problem: ARRDATAIllegalIPv4Address .*', RRSet with DNS name b\.elsewhere\.test\. is not permitted in zone example\.test\.\]$/,
    );
  });

  it("deletes only what is repeated exactly, in any order of values", () => {
    const two = set("two.example.test.", "A", "192.0.2.1", "192.0.2.2");
    const zone = applyChangeBatch(zoneName, emptyZone(), [change("CREATE", two)]);
    const remove = (recordSet: RecordSet) => () => applyChangeBatch(zoneName, zone, [change("DELETE", recordSet)]);
    expect(remove({ ...two, values: ["192.0.2.1"] })).toThrow(/values provided do not match the current values/);
    expect(remove({ ...two, ttl: 61 })).toThrow(/values provided do not match the current values/);
    expect(remove(set("none.example.test.", "A", "192.0.2.1"))).toThrow(/but it was not found/);
    expect(remove({ ...two, values: [...two.values].reverse() })().size).toBe(2);
  });

  it("replaces with DELETE then CREATE, but refuses other repeats of a name and type", () => {
    const zone = zoneWithWww();
    const next = applyChangeBatch(zoneName, zone, [
      change("DELETE", www),
      change("CREATE", { ...www, values: ["192.0.2.9"] }),
    ]);
    expect(next.get("www.example.test. A")?.values).toEqual(["192.0.2.9"]);
    expect(() => applyChangeBatch(zoneName, zone, [change("UPSERT", www), change("UPSERT", www)])).toThrow(
      /invalid set of changes for a resource record set 'A www\.example\.test\.'/,
    );
  });

  it("keeps CNAME alone at its name, whichever came first", () => {
    const cname = set(www.name, "CNAME", "other.example.test.");
    expect(() => applyChangeBatch(zoneName, zoneWithWww(), [change("CREATE", cname)])).toThrow(
      /RRSet of type CNAME .* conflicts with other records/,
    );
    const zone = applyChangeBatch(zoneName, emptyZone(), [change("CREATE", cname)]);
    expect(() => applyChangeBatch(zoneName, zone, [change("CREATE", www)])).toThrow(
      /conflicting RRSet of type {2}CNAME/,
    );
    expect(() => applyChangeBatch(zoneName, emptyZone(), [change("CREATE", { ...cname, name: zoneName })])).toThrow(
      /not permitted at apex/,
    );
    expect(applyChangeBatch(zoneName, zone, [change("DELETE", cname), change("CREATE", www)]).size).toBe(3);
  });

  it("keeps the zone's own SOA and NS", () => {
    const zone = emptyZone();
    for (const own of zone.values())
      expect(() => applyChangeBatch(zoneName, zone, [change("DELETE", own)])).toThrow(/A HostedZone must contain/);
  });

  it("takes 1,000 records, an UPSERT counting twice, and no more", () => {
    const many = (count: number, action: Action) =>
      Array.from({ length: count }, (_, i) => change(action, set(`n${i}.example.test.`, "A", "192.0.2.1")));
    expect(applyChangeBatch(zoneName, emptyZone(), many(1000, "CREATE")).size).toBe(1002);
    expect(() => applyChangeBatch(zoneName, emptyZone(), many(1001, "CREATE"))).toThrow(/limit of 1000 exceeded/);
    expect(() => applyChangeBatch(zoneName, emptyZone(), many(501, "UPSERT"))).toThrow(/limit of 1000 exceeded/);
  });
});
