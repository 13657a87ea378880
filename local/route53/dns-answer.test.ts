import { beforeEach, describe, expect, it } from "vitest";
import { answerQuestion, RCODE } from "./dns-answer.ts";
import { canonicalName } from "./names.ts";
import type { RecordSet } from "./record-sets.ts";
import type { RecordType } from "./record-values.ts";
import { ZoneStore } from "./zone-store.ts";

const zoneName = "example.test.";

describe("answers from a zone", () => {
  let store: ZoneStore;
  let now = 0;
  let zoneId: string;
  beforeEach(() => {
    now = 1000;
    store = new ZoneStore({ now: () => now });
    zoneId = store.createZone({ name: zoneName, callerReference: "one" }, 0).zone.id;
  });

  const add = (name: string, type: RecordType, values: string[], more: Partial<RecordSet> = {}, insyncMs = 0) => {
    const recordSet = { name: canonicalName(name), type, ttl: 60, values, ...more };
    return store.changeRecordSets(zoneId, [{ action: "UPSERT", recordSet }], insyncMs);
  };
  const ask = (name: string, type: string) => {
    const { rcode, answers, authorities, authoritative } = answerQuestion(store, name, type);
    const data = answers.map((answer) => ("data" in answer ? answer.data : undefined));
    return {
      rcode,
      authoritative,
      data,
      authorities: authorities.map(({ type: kind, name: owner }) => `${owner} ${kind}`),
    };
  };

  it("prefer a name that exists to a wildcard, and take the wildcard of the closest name that exists", () => {
    add("*.example.test", "A", ["192.0.2.1"]);
    add("host.sub.example.test", "A", ["192.0.2.2"]);
    expect(ask("any.thing.example.test", "A").data).toEqual(["192.0.2.1"]);
    expect(ask("host.sub.example.test", "A").data).toEqual(["192.0.2.2"]);
    expect(ask("sub.example.test", "A")).toMatchObject({
      rcode: RCODE.NOERROR,
      data: [],
      authorities: ["example.test SOA"],
    });
    expect(ask("other.sub.example.test", "A")).toMatchObject({
      rcode: RCODE.NXDOMAIN,
      authorities: ["example.test SOA"],
    });
  });

  it("refer to the name servers of a delegated name, without authority", () => {
    add("child.example.test", "NS", ["ns.elsewhere.org."]);
    expect(ask("deep.child.example.test", "A")).toEqual({
      rcode: RCODE.NOERROR,
      authoritative: false,
      data: [],
      authorities: ["child.example.test NS"],
    });
  });

  it("come through an alias under the alias's own name", () => {
    add("target.example.test", "A", ["192.0.2.3"]);
    const aliasTarget = { hostedZoneId: zoneId, dnsName: "target.example.test.", evaluateTargetHealth: false };
    add("alias.example.test", "A", [], { aliasTarget });
    expect(answerQuestion(store, "alias.example.test", "A").answers).toMatchObject([
      { name: "alias.example.test", type: "A", data: "192.0.2.3" },
    ]);
  });

  it("draw one of the weighted record sets, never one of weight 0", () => {
    add("w.example.test", "A", ["192.0.2.1"], { setIdentifier: "a", weight: 10 });
    add("w.example.test", "A", ["192.0.2.2"], { setIdentifier: "b", weight: 0 });
    for (let i = 0; i < 20; i += 1) expect(ask("w.example.test", "A").data).toEqual(["192.0.2.1"]);
  });

  it("say NXDOMAIN at the end of a chain that leads nowhere", () => {
    add("www.example.test", "CNAME", ["gone.example.test"]);
    expect(ask("www.example.test", "A")).toMatchObject({ rcode: RCODE.NXDOMAIN, data: ["gone.example.test"] });
    expect(ask("www.example.test", "CNAME")).toMatchObject({ rcode: RCODE.NOERROR, data: ["gone.example.test"] });
  });

  it("know the addresses of the zone's own name servers", () => {
    expect(ask("ns-1.awsdns.test", "A").data).toEqual(["127.0.0.1"]);
  });

  it("follow the order in which changes were accepted, a slow one holding back the next", () => {
    add("a.example.test", "A", ["192.0.2.1"], {}, 500);
    const second = add("a.example.test", "A", ["192.0.2.2"], {}, 0);
    expect(store.getChange(second.id).status).toBe("PENDING");
    expect(ask("a.example.test", "A").rcode).toBe(RCODE.NXDOMAIN);
    now += 500;
    expect(store.getChange(second.id).status).toBe("INSYNC");
    expect(ask("a.example.test", "A").data).toEqual(["192.0.2.2"]);
  });
});
