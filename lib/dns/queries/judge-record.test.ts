import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { refusalOf } from "#lib/services/testing/actors.ts";
import { blockName, unblockName } from "../commands/blocked-names.ts";
import { createRecord } from "../commands/create-record.ts";
import { restoreRecord } from "../commands/remove-and-restore.ts";
import { placeOfName } from "../namespaces.ts";
import { createRecordsWorld, type RecordsWorld, wanted } from "../testing/records-world.ts";
import type { CreateRecord } from "../types.ts";
import { checkWantedRecord } from "./judge-record.ts";
import { listPlaces } from "./list-places.ts";

useTestDatabase("judge-record");
let world: RecordsWorld;
beforeEach(async () => {
  overrideConfig({});
  await db().dnsRecord.deleteMany({});
  await db().dnsForeignRecord.deleteMany({});
  world = await createRecordsWorld();
});

const mine = (label?: string) => world.nameOf(world.people.teammate, label);
const check = (name: string, more: Partial<CreateRecord> = {}) =>
  checkWantedRecord(world.people.teammate.actor, wanted(name, more));
const addForeign = (name: string, type: string, values = ["198.51.100.1"]) =>
  db().dnsForeignRecord.create({
    data: { id: randomUUID(), zoneId: world.zone.id, name, type, ttl: 60, values, seenAt: new Date() },
  });

describe("whose a name is", () => {
  const kindOf = async (name: string) => (await placeOfName(db(), name)).kind;

  it("is said by its label under the root, by a mark on it, or is the administrators'", async () => {
    const { zone, service, people } = world;
    expect(await kindOf(mine())).toBe("personal");
    expect(await kindOf(`*.${mine()}`)).toBe("personal");
    expect(await kindOf(mine("a.b._c"))).toBe("personal");
    expect(await kindOf(`direct.${service.name}.${zone.name}`)).toBe("service");
    expect(await kindOf(`_acme-challenge.${mine()}`)).toBe("panel");
    expect(await kindOf(zone.name)).toBe("zone");
    expect(await kindOf(`*.${zone.name}`)).toBe("zone");
    expect(await kindOf("elsewhere.example")).toBe("outside");
    expect(await kindOf(`not${mine()}`)).toBe("zone");
    const free = `free-${service.name}.${zone.name}`;
    expect(await kindOf(free)).toBe("zone");
    await db().serviceClaim.create({ data: { kind: "hostname", value: free, serviceId: service.id } });
    expect(await placeOfName(db(), free)).toMatchObject({
      kind: "record",
      ownerId: people.owner.id,
      service: { name: service.name },
    });
    const assigned = `assigned-${service.name}.${zone.name}`;
    await world.addRow({ name: assigned, ownerId: people.dba.id });
    expect(await placeOfName(db(), assigned)).toMatchObject({ kind: "record", ownerId: people.dba.id, service: null });
    // Holding a name holds nothing below it.
    expect(await kindOf(`below.${assigned}`)).toBe("zone");
  });

  it("is nobody's any more once its service is retired, and of two zones the nearer one's", async () => {
    const { zone, service } = world;
    const { id } = await world.addRow({ name: `a.${service.name}.${zone.name}`, serviceId: service.id });
    await db().service.update({ where: { id: service.id }, data: { state: "retired" } });
    expect(await kindOf(`${service.name}.${zone.name}`)).toBe("zone");
    expect(await kindOf(`a.${service.name}.${zone.name}`)).toBe("zone");
    // What points at a service that is no more does not come back by who owned it.
    await db().dnsRecord.update({
      where: { id },
      data: { state: "removed", removedAt: new Date(), removedReason: "undone" },
    });
    expect(await refusalOf(restoreRecord(world.people.owner.actor, id))).toMatchObject({ status: 404 });
    await restoreRecord(world.people.admin.actor, id);
    const sub = {
      id: randomUUID(),
      name: `${service.name}.${zone.name}`,
      providerZoneId: `Z${Date.now()}`,
      nameServers: [],
    };
    await db().dnsZone.create({ data: sub });
    expect((await placeOfName(db(), `x.${sub.name}`)).zone?.id).toBe(sub.id);
    await db().dnsZone.delete({ where: { id: sub.id } });
  });

  it("is listed for everybody: their own first, their services', and for administrators the zones", async () => {
    const { people, zone, service, nameOf } = world;
    const kinds = async (who: keyof typeof people) =>
      (await listPlaces(people[who].actor)).places.map(({ kind, suffix, used, limit }) => [kind, suffix, used, limit]);
    await createRecord(people.owner.actor, wanted(nameOf(people.owner, "a")));
    await createRecord(people.owner.actor, wanted(`a.${service.name}.${zone.name}`));
    expect(await kinds("owner")).toEqual([
      ["personal", nameOf(people.owner), 1, 10],
      ["service", `${service.name}.${zone.name}`, 1, 50],
    ]);
    expect(await kinds("outsider")).toEqual([["personal", nameOf(people.outsider), 0, 10]]);
    expect((await kinds("admin")).at(-1)).toEqual(["zone", zone.name, 0, null]);
  });
});

describe("what stands in the way of a record", () => {
  it("is a CNAME beside another type, whichever came first and whoever made it", async () => {
    await createRecord(world.people.teammate.actor, wanted(mine("a")));
    await createRecord(world.people.teammate.actor, wanted(mine("c"), { type: "CNAME", values: ["x.example.net"] }));
    await addForeign(mine("f"), "MX", ["10 mail.example.net"]);
    await addForeign(mine("g"), "CNAME", ["x.example.net"]);
    const cname = { type: "CNAME", values: ["y.example.net"] } as const;
    expect((await check(mine("a"), { ...cname, values: [...cname.values] })).fields.type).toMatch(
      /record of type A already, and a CNAME stands alone/,
    );
    expect((await check(mine("c"))).fields.type).toMatch(/is a CNAME already/);
    expect((await check(mine("f"), { ...cname, values: [...cname.values] })).fields.type).toMatch(/type MX/);
    expect((await check(mine("g"))).fields.type).toMatch(/is a CNAME already/);
    expect((await check(`*.${mine("a")}`, { ...cname, values: [...cname.values] })).fields).toEqual({});
    expect(await refusalOf(createRecord(world.people.teammate.actor, wanted(mine("c"))))).toMatchObject({
      status: 422,
      fields: { type: expect.any(String) },
    });
  });

  it("is the zone itself for a CNAME and for name servers", async () => {
    const { people, zone } = world;
    const asked = (type: "CNAME" | "NS") =>
      checkWantedRecord(people.admin.actor, wanted(zone.name, { type, values: ["x.example.net"] }));
    expect((await asked("CNAME")).fields.type).toMatch(/zone itself/);
    expect((await asked("NS")).fields.type).toMatch(/Route 53's/);
  });

  it("is a delegation above it, unless it is the address of its own name server", async () => {
    const ns = { type: "NS", values: [mine("ns.sub")] } as const;
    await createRecord(world.people.teammate.actor, wanted(mine("sub"), { ...ns, values: [...ns.values] }));
    expect((await check(mine("x.y.sub"))).fields.name).toMatch(/is delegated to/);
    expect((await check(mine("sub"))).fields.name).toMatch(/is delegated to/);
    expect((await check(mine("ns.sub"))).fields).toEqual({});
    await createRecord(world.people.teammate.actor, wanted(mine("deep.other")));
    expect((await check(mine("other"), { type: "NS", values: ["ns.example.net"] })).fields.type).toMatch(
      /never be seen again/,
    );
    expect((await check(mine("other"), { type: "NS", values: [mine("deep.other")] })).fields).toEqual({});
  });

  it("is a record of that name and type: the panel's, another's, or one that is kept for its owner", async () => {
    await createRecord(world.people.teammate.actor, wanted(mine("a")));
    expect((await check(mine("A"))).fields.name).toMatch(/already. One record holds several values/);
    await addForeign(mine("f"), "A");
    expect((await check(mine("f"))).fields.name).toMatch(/did not make/);
    const name = `kept-${world.service.name}.${world.zone.name}`;
    const gone = { state: "removed", removedReason: "deleted", ownerId: world.people.dba.id };
    const { id } = await world.addRow({ name, ...gone, removedAt: new Date() });
    const { admin, dba } = world.people;
    // Of a removed record, too, the name is its owner's.
    expect((await checkWantedRecord(dba.actor, wanted(name))).fields).toEqual({});
    expect((await checkWantedRecord(world.people.teammate.actor, wanted(name))).fields.name).toMatch(/somebody else/);
    expect((await checkWantedRecord(admin.actor, wanted(name))).fields).toEqual({});
    await db().dnsRecord.update({ where: { id }, data: { removedAt: new Date(Date.now() - 31 * 86_400_000) } });
    expect((await checkWantedRecord(admin.actor, wanted(name))).fields).toEqual({});
  });

  it("is a word that administrators have blocked, however it is drawn, for everybody but them", async () => {
    const { people } = world;
    const { id } = await blockName(people.admin.actor, { pattern: "paypal", match: "contains", reason: "A brand" });
    await blockName(people.admin.actor, { pattern: "login", match: "exact", reason: "Phishing" });
    for (const label of ["paypal", "my-paypal-x", "a.paypal", "раураӏ"])
      expect((await check(mine(label))).fields.name, label).toMatch(/“paypal” cannot be used in names here: A brand/);
    expect((await check(mine("login"))).fields.name).toMatch(/Phishing/);
    expect((await check(mine("logins"))).fields).toEqual({});
    expect((await checkWantedRecord(people.admin.actor, wanted(mine("paypal")))).fields).toEqual({});
    expect(
      await refusalOf(blockName(people.admin.actor, { pattern: "login", match: "exact", reason: "x" })),
    ).toMatchObject({ status: 422 });
    await unblockName(people.admin.actor, id);
    expect((await check(mine("paypal"))).fields).toEqual({});
  });

  it("is said as a warning only when it is a name that looks like somebody else's", async () => {
    const { people, zone, service } = world;
    await world.addRow({ name: `rnail-${service.name}.${zone.name}`, ownerId: people.dba.id });
    const twin = await checkWantedRecord(people.admin.actor, wanted(`mail-${service.name}.${zone.name}`));
    expect(twin).toMatchObject({
      fields: {},
      warnings: [{ field: "name", message: expect.stringContaining(`looks like rnail-${service.name}`) }],
    });
    await createRecord(people.teammate.actor, wanted(mine("web1")));
    expect((await check(mine("webl"))).warnings).toEqual([]);
  });

  it("is that there are as many as there may be, for a person and for a service", async () => {
    overrideConfig({ DNS_RECORDS_PER_USER: 1, DNS_RECORDS_PER_SERVICE: 1 });
    const { people, service, zone } = world;
    expect((await check(mine("a"))).fields).toEqual({});
    await createRecord(people.teammate.actor, wanted(mine("a")));
    expect((await check(mine("b"))).fields.name).toMatch(/There are 1 of 1 records/);
    await createRecord(people.owner.actor, wanted(`a.${service.name}.${zone.name}`));
    const { fields } = await checkWantedRecord(people.owner.actor, wanted(`b.${service.name}.${zone.name}`));
    expect(fields.name).toContain(`${service.name} has 1 of 1 records`);
    overrideConfig({ DNS_RECORDS_PER_USER: 0, DNS_RECORDS_PER_SERVICE: 0 });
    expect((await check(mine("b"))).fields).toEqual({});
  });
});
