import { beforeEach, describe, expect, it } from "vitest";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { refusalOf } from "#lib/services/testing/actors.ts";
import { getRecord } from "../queries/get-record.ts";
import { createRecordsWorld, type RecordsWorld, wanted } from "../testing/records-world.ts";
import { createRecord } from "./create-record.ts";

useTestDatabase("create-record");
let world: RecordsWorld;
beforeEach(async () => {
  overrideConfig({});
  world = await createRecordsWorld();
});

describe("making a record", () => {
  it("gives somebody a record below their own name, which ends after a lifetime, and asks for its zone to be brought up to date", async () => {
    const { people, nameOf } = world;
    const { id } = await createRecord(people.outsider.actor, wanted(nameOf(people.outsider, "Blog")));
    const record = await getRecord(people.outsider.actor, id);
    expect(record).toMatchObject({
      name: nameOf(people.outsider, "blog"),
      state: "pending",
      owner: { name: "Vera Viewer" },
      service: null,
      may: { edit: true, remove: true, renew: true, adopt: false },
      history: [{ who: "Vera Viewer", text: "Created: 203.0.113.9 (TTL 300)" }],
    });
    const days = (Date.parse(record.expiresAt ?? "") - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(182);
    expect(record.runs).toHaveLength(1);
  });

  it("gives a service's name to the service for ever, and only to its owner", async () => {
    const { people, service } = world;
    const name = `_dmarc.${service.name}.${world.zone.name}`;
    const refusal = await refusalOf(createRecord(people.teammate.actor, wanted(name)));
    expect(refusal).toMatchObject({ status: 403, fields: { name: expect.stringContaining(service.name) } });
    const { id } = await createRecord(people.owner.actor, wanted(name, { type: "TXT", values: ["v=DMARC1; p=none"] }));
    expect(await getRecord(people.outsider.actor, id)).toMatchObject({
      service: { name: service.name },
      owner: null,
      expiresAt: null,
      may: { edit: false, remove: false, renew: false },
      history: [],
    });
  });

  it("lets only administrators have names that are nobody's", async () => {
    const { people, zone } = world;
    for (const name of [`free.${zone.name}`, `*.${zone.name}`, zone.name])
      for (const who of ["owner", "manager", "dba", "outsider"] as const)
        expect(await refusalOf(createRecord(people[who].actor, wanted(name)))).toMatchObject({ status: 403 });
    const { id } = await createRecord(people.admin.actor, wanted(`free-${people.admin.id}.${zone.name}`));
    expect(await getRecord(people.admin.actor, id)).toMatchObject({ owner: null, service: null, expiresAt: null });
  });

  it("makes exactly one of twenty that are asked for at once when there is room for one", async () => {
    overrideConfig({ DNS_RECORDS_PER_USER: 3 });
    const { people, nameOf } = world;
    const { actor } = people.teammate;
    await createRecord(actor, wanted(nameOf(people.teammate, "one")));
    await createRecord(actor, wanted(nameOf(people.teammate, "two")));
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => createRecord(actor, wanted(nameOf(people.teammate, `many-${index}`)))),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const result of results)
      if (result.status === "rejected")
        expect(result.reason).toMatchObject({ code: "invalid", fields: { name: expect.stringContaining("3 of 3") } });
    expect(await db().dnsRecord.count({ where: { ownerId: people.teammate.id } })).toBe(3);
  });

  it("counts a service's records by the service, however many ask at once", async () => {
    overrideConfig({ DNS_RECORDS_PER_SERVICE: 2 });
    const { people, service, zone } = world;
    const make = (label: string) => createRecord(people.owner.actor, wanted(`${label}.${service.name}.${zone.name}`));
    await make("first");
    const results = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => make(`many-${index}`)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await db().dnsRecord.count({ where: { serviceId: service.id } })).toBe(2);
    // It is not counted to the owner's own.
    await createRecord(people.owner.actor, wanted(world.nameOf(people.owner, "own")));
  });

  it("gives one name to one of ten who ask for it at once", async () => {
    const { people, nameOf } = world;
    const name = nameOf(people.manager, "one");
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => createRecord(people.manager.actor, wanted(name))),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const result of results)
      if (result.status === "rejected")
        expect(result.reason).toMatchObject({ status: 422, fields: { name: expect.stringContaining("already") } });
  });
});
