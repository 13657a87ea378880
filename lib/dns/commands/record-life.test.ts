import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "#lib/platform/db/client.ts";
import { refusalOf } from "#lib/services/testing/actors.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import type { RecordType } from "../constants.ts";
import { getAnswers } from "../queries/get-answers.ts";
import { getRecord } from "../queries/get-record.ts";
import { listRecords } from "../queries/list-records.ts";
import { getZone, listForeign } from "../queries/list-zones.ts";
import { settleSync, syncZone } from "../sync/sync-zone.ts";
import { createRecordsWorld, type RecordsWorld, wanted } from "../testing/records-world.ts";
import { openSyncWorld, type SyncWorld } from "../testing/sync-world.ts";
import { adoptForeign, adoptMany } from "./adopt-foreign.ts";
import { assignRecord } from "./assign-record.ts";
import { createRecord } from "./create-record.ts";
import { editRecord } from "./edit-record.ts";
import { importZone, previewImport } from "./import-zone.ts";
import { deleteRecord, restoreRecord } from "./remove-and-restore.ts";
import { adoptDrift, putRightDrift } from "./settle-drift.ts";

let outside: SyncWorld;
let world: RecordsWorld;
beforeAll(async () => {
  outside = await openSyncWorld();
});
beforeEach(async () => {
  world = await createRecordsWorld();
});
afterEach(() => outside.clear());
afterAll(() => outside.close());

async function sync(scope: "pending" | "full" = "pending") {
  const { ctx } = createTestContext();
  await settleSync(ctx, await syncZone(ctx, outside.zone, scope));
}

/** A record of the teammate's that stands in Route 53. */
async function make(label = "blog", more: Parameters<typeof wanted>[1] = {}) {
  const { teammate } = world.people;
  const { id } = await createRecord(teammate.actor, wanted(world.nameOf(teammate, label), more));
  await sync();
  return { id, name: world.nameOf(teammate, label), actor: teammate.actor };
}
const stateOf = async (id: string) => (await db().dnsRecord.findUniqueOrThrow({ where: { id } })).state;

describe("a record's life", () => {
  it.each<[RecordType, string[]]>([
    ["A", ["203.0.113.1", "203.0.113.2"]],
    ["AAAA", ["2001:db8::1"]],
    ["CNAME", ["target.example.net"]],
    ["MX", ["0 mail.example.net", "65535 backup.example.net"]],
    ["TXT", [`v=DKIM1; p=${"A".repeat(600)}`, 'quotes " and \\ and é']],
    ["CAA", ['0 issue "letsencrypt.org"', '0 iodef "mailto:sec@example.org"']],
    ["SRV", ["0 5 443 host.example.net"]],
    ["NS", ["ns1.example.net", "ns2.example.net"]],
  ])(
    "of type %s: every name server answers it as it was asked for, and a resolver that is away harms nothing",
    async (type, values) => {
      outside.useSettings({ DNS_PROPAGATION_RESOLVERS: `127.0.0.1:${outside.route53.dnsPort},127.0.0.1:1` });
      const label = type === "SRV" ? "_sip._tcp" : type === "TXT" ? "key._domainkey" : "*.any";
      const { id, actor } = await make(type === "NS" ? "sub" : label, { type, values });
      expect(await getRecord(actor, id)).toMatchObject({ state: "in_sync", error: null });
      const answers = await getAnswers(actor, id);
      expect(answers.wanted).toEqual({ ttl: 300, values });
      expect(answers.authoritative).toEqual([
        {
          server: `127.0.0.1:${outside.route53.dnsPort}`,
          address: `127.0.0.1:${outside.route53.dnsPort}`,
          ...{ values: values.toSorted(), ttl: 300, problem: null },
        },
      ]);
      expect(answers.resolvers).toMatchObject([
        { values: values.toSorted(), problem: null },
        { server: "127.0.0.1:1", values: null, problem: expect.any(String) },
      ]);
    },
  );

  it("is edited by one of two who saw the same version", async () => {
    const { id, name, actor } = await make();
    const { version } = await getRecord(actor, id);
    const edit = (value: string) => editRecord(actor, id, { version, ttl: 60, values: [value], description: "" });
    const results = await Promise.allSettled([edit("203.0.113.20"), edit("203.0.113.21")]);
    const refused = results.find(({ status }) => status === "rejected") as PromiseRejectedResult;
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(refused.reason).toMatchObject({ status: 409, code: "dns.changed_meanwhile" });
    await sync();
    const { values, state } = await getRecord(actor, id);
    expect(state).toBe("in_sync");
    expect(await outside.list()).toEqual([`A ${name} 60 ${values[0]}`]);
  });

  it("asks Route 53 for nothing when only its description changes", async () => {
    const { id, actor } = await make();
    const { version, ttl, values } = await getRecord(actor, id);
    await editRecord(actor, id, { version, ttl, values, description: "My pages" });
    expect(await getRecord(actor, id)).toMatchObject({ state: "in_sync", description: "My pages" });
  });

  it("ends and comes back, and its name is kept for its owner meanwhile", async () => {
    const { id, name, actor } = await make();
    await deleteRecord(actor, id);
    expect(await stateOf(id)).toBe("removing");
    await sync();
    expect(await outside.list()).toEqual([]);
    const record = await getRecord(actor, id);
    expect(record).toMatchObject({ state: "removed", removedReason: "deleted", may: { restore: true, edit: false } });
    expect(Math.round((Date.parse(record.restorableUntil ?? "") - Date.now()) / 86_400_000)).toBe(30);
    // What is gone is nobody else's business.
    for (const who of ["owner", "manager", "dba", "outsider"] as const) {
      expect(await refusalOf(getRecord(world.people[who].actor, id))).toMatchObject({ status: 404 });
      expect((await listRecords(world.people[who].actor, { state: "removed" })).items).toEqual([]);
    }
    expect((await listRecords(actor, { state: "removed" })).items).toMatchObject([{ id }]);
    await restoreRecord(actor, id);
    await sync();
    expect(await outside.list()).toEqual([`A ${name} 300 203.0.113.9`]);
    expect(await getRecord(actor, id)).toMatchObject({ state: "in_sync", removedAt: null, removedReason: null });
  });

  it("does not come back beside what stands in its way, or when there is no room", async () => {
    const { id, name, actor } = await make("www");
    await deleteRecord(actor, id);
    await sync();
    await createRecord(actor, wanted(name, { type: "CNAME", values: ["elsewhere.example.net"] }));
    expect(await refusalOf(restoreRecord(actor, id))).toMatchObject({
      status: 422,
      message: expect.stringContaining("CNAME"),
    });
    const other = await make("other");
    await deleteRecord(actor, other.id);
    await sync();
    outside.useSettings({ DNS_RECORDS_PER_USER: "1" });
    expect(await refusalOf(restoreRecord(actor, other.id))).toMatchObject({
      message: expect.stringContaining("1 of 1"),
    });
    outside.useSettings({ DNS_RECORDS_PER_USER: "10" });
  });

  it("is made anew by its owner in the place of the removed one", async () => {
    const { id, name, actor } = await make();
    await deleteRecord(actor, id);
    await sync();
    const again = await createRecord(actor, wanted(name, { values: ["203.0.113.77"] }));
    expect(again.id).toBe(id);
    await sync();
    expect(await outside.list()).toEqual([`A ${name} 300 203.0.113.77`]);
  });
});

it("is given by an administrator to whom it shall belong, unless its name says so already", async () => {
  const { admin, owner, dba } = world.people;
  const { id } = await createRecord(admin.actor, wanted("shared.sync.test"));
  expect(await refusalOf(assignRecord(owner.actor, id, { ownerId: owner.id }))).toMatchObject({ status: 403 });
  await assignRecord(admin.actor, id, { ownerId: dba.id });
  expect(await getRecord(dba.actor, id)).toMatchObject({ owner: { id: dba.id }, expiresAt: null, may: { edit: true } });
  // Who has the name may have other types of it.
  await createRecord(dba.actor, wanted("shared.sync.test", { type: "TXT", values: ["x"] }));
  await assignRecord(admin.actor, id, { serviceName: world.service.name });
  expect(await getRecord(owner.actor, id)).toMatchObject({
    owner: null,
    service: { id: world.service.id },
    may: { edit: true },
  });
  await assignRecord(admin.actor, id, {});
  expect(await getRecord(owner.actor, id)).toMatchObject({ owner: null, service: null, may: { edit: false } });
  const own = await make("own");
  expect(await refusalOf(assignRecord(admin.actor, own.id, { ownerId: dba.id }))).toMatchObject({ status: 409 });
});

describe("a change outside", () => {
  async function drift(label = "drifted") {
    const made = await make(label);
    await outside.put({ name: made.name, type: "A", ttl: 60, values: ["198.51.100.1"] });
    await sync("full");
    expect(await getRecord(made.actor, made.id)).toMatchObject({
      state: "drift",
      observed: { ttl: 60, values: ["198.51.100.1"], alias: null },
    });
    return made;
  }

  it("can be adopted: it is what is wanted then", async () => {
    const { id, name, actor } = await drift();
    await adoptDrift(world.people.admin.actor, id);
    await outside.takeCounts();
    await sync();
    expect((await outside.takeCounts()).ChangeResourceRecordSets).toBeUndefined();
    expect(await getRecord(actor, id)).toMatchObject({ state: "in_sync", ttl: 60, values: ["198.51.100.1"] });
    expect(await outside.list()).toEqual([`A ${name} 60 198.51.100.1`]);
  });

  it("can be put right: exactly what was seen is written over", async () => {
    const { id, name, actor } = await drift();
    await putRightDrift(world.people.admin.actor, id);
    await outside.put({ name, type: "A", ttl: 60, values: ["198.51.100.2"] });
    await sync();
    expect(await stateOf(id)).toBe("drift");
    await putRightDrift(world.people.admin.actor, id);
    await sync();
    expect(await getRecord(actor, id)).toMatchObject({ state: "in_sync" });
    expect(await outside.list()).toEqual([`A ${name} 300 203.0.113.9`]);
  });

  it("that removed the record is adopted by letting it go, or put right by writing it again", async () => {
    const first = await make("first");
    const second = await make("second");
    await outside.take({ name: first.name, type: "A" }, { name: second.name, type: "A" });
    await sync("full");
    expect(await getRecord(first.actor, first.id)).toMatchObject({ state: "drift", observed: { absent: true } });
    await adoptDrift(world.people.admin.actor, first.id);
    await putRightDrift(world.people.admin.actor, second.id);
    await sync();
    expect([await stateOf(first.id), await stateOf(second.id)]).toEqual(["removed", "in_sync"]);
    expect(await outside.list()).toEqual([`A ${second.name} 300 203.0.113.9`]);
  });

  it("is settled by the record's owner or an administrator only, and only while there is one", async () => {
    const { id } = await drift();
    for (const act of [adoptDrift, putRightDrift])
      for (const who of ["owner", "manager", "dba", "outsider"] as const)
        expect(await refusalOf(act(world.people[who].actor, id))).toMatchObject({ status: 403 });
    await putRightDrift(world.people.admin.actor, id);
    expect(await refusalOf(putRightDrift(world.people.admin.actor, id))).toMatchObject({ code: "dns.no_drift" });
  });
});

describe("records of others", () => {
  const others = () => [
    { name: `${world.service.name}.sync.test`, type: "A", values: ["198.51.100.1"] },
    { name: "old.sync.test", type: "MX", ttl: 172_800, values: ["10 mail.example.net"] },
  ];

  it("are shown, and taken over by an administrator as they stand, with nothing changed outside", async () => {
    await outside.put(...others());
    await sync("full");
    const { admin, owner } = world.people;
    const { items } = await listForeign(owner.actor, outside.zone.id, {});
    const mine = items.filter(({ type }) => type === "A" || type === "MX");
    expect(mine.map(({ name, adoptable }) => [name, adoptable])).toEqual([
      ["old.sync.test", true],
      [`${world.service.name}.sync.test`, true],
    ]);
    expect(items.filter(({ type }) => type === "SOA" || type === "NS").every(({ adoptable }) => !adoptable)).toBe(true);
    const [old, service] = mine;
    expect(await refusalOf(adoptForeign(owner.actor, service?.id ?? "", {}))).toMatchObject({ status: 403 });
    const { id } = await adoptForeign(admin.actor, service?.id ?? "", {});
    const given = await adoptMany(admin.actor, outside.zone.id, { foreignIds: [old?.id ?? ""], ownerId: owner.id });
    expect(given).toMatchObject({ adopted: [{ name: "old.sync.test", type: "MX" }], refused: [] });
    await outside.takeCounts();
    await sync();
    expect((await outside.takeCounts()).ChangeResourceRecordSets).toBeUndefined();
    expect(await getRecord(owner.actor, id)).toMatchObject({ state: "in_sync", service: { name: world.service.name } });
    expect(await getRecord(owner.actor, given.adopted[0]?.id ?? "")).toMatchObject({
      ...{ state: "in_sync", owner: { id: owner.id }, ttl: 172_800, expiresAt: null },
    });
    expect((await getZone(owner.actor, outside.zone.id)).counts).toMatchObject({ in_sync: 2 });
  });

  it("come from a zone file: what is new is made, what stands there is taken over, the rest is said", async () => {
    await outside.put(...others());
    await sync("full");
    const { admin, owner, teammate } = world.people;
    const text = `$TTL 60
${world.service.name} A 198.51.100.1
old 172800 MX 10 mail.example.net.
new.${world.nameOf(teammate)}. TXT ( "one " "text" )
old CNAME new
`;
    expect(await refusalOf(previewImport(owner.actor, outside.zone.id, { text }))).toMatchObject({ status: 403 });
    const preview = await previewImport(admin.actor, outside.zone.id, { text });
    expect(preview.lines.map(({ outcome }) => outcome)).toEqual(["adopt", "adopt", "create", "refused"]);
    expect(await db().dnsRecord.count()).toBe(0);
    const result = await importZone(admin.actor, outside.zone.id, { text });
    expect(result).toMatchObject({ counts: { create: 1, adopt: 2, refused: 1 }, runId: expect.any(Number) });
    await sync();
    const { items } = await listRecords(admin.actor);
    expect(items.map(({ name, state, owner: person, service }) => [name, state, person?.id ?? service?.id])).toEqual(
      expect.arrayContaining([
        [`${world.service.name}.sync.test`, "in_sync", world.service.id],
        ["old.sync.test", "in_sync", undefined],
        [`new.${world.nameOf(teammate)}`, "in_sync", teammate.id],
      ]),
    );
    const again = await importZone(admin.actor, outside.zone.id, { text });
    expect(again).toMatchObject({ counts: { create: 0, adopt: 0, same: 3 }, runId: null });
  });
});
