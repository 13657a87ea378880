import { beforeAll, describe, expect, it } from "vitest";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { config } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { type Actors, createActors, refusalOf } from "#lib/services/testing/actors.ts";
import { createIssued, createRootZone, createServiceRow } from "../testing/certificates.ts";
import { assertStillTheirs } from "./assert-still-theirs.ts";

useTestDatabase("stilltheirs");
let actors: Actors;
const under = (label: string) => `${label}.${config().ROOT_DOMAIN}`;

beforeAll(async () => {
  actors = await createActors();
  await createRootZone();
});

async function giveRecord(name: string, ownerId: string): Promise<void> {
  const zone = await db().dnsZone.findUniqueOrThrow({ where: { name: config().ROOT_DOMAIN } });
  await db().dnsRecord.deleteMany({ where: { name } });
  const content = { type: "A", ttl: 300, values: ["203.0.113.1"], state: "in_sync" };
  await db().dnsRecord.create({ data: { id: crypto.randomUUID(), zoneId: zone.id, name, ownerId, ...content } });
}

describe("a certificate of a person's", () => {
  it("goes on while the name is theirs, and ends when it was given to somebody else", async () => {
    await giveRecord(under("given"), actors.owner.id);
    const { id } = await createIssued([under("given")], { ownerId: actors.owner.id });
    await assertStillTheirs(id);
    await giveRecord(under("given"), actors.teammate.id);
    expect(await refusalOf(assertStillTheirs(id))).toMatchObject({
      code: "certificates.name_lost",
      retry: "permanent",
    });
  });

  it("ends when a service of somebody else's has the name; an administrator's does not", async () => {
    const names = [`*.${under("taken")}`];
    const [mine, admins] = [
      await createIssued(names, { ownerId: actors.owner.id }),
      await createIssued(names, { ownerId: actors.admin.id }),
    ];
    await createServiceRow(actors.teammate.id, "taken");
    expect(await refusalOf(assertStillTheirs(mine.id))).toMatchObject({ code: "certificates.name_lost" });
    await assertStillTheirs(admins.id);
  });
});

describe("a certificate of a service's", () => {
  it("goes on whoever owns the service, and ends with it", async () => {
    const service = await createServiceRow(actors.owner.id, "pads");
    const { id } = await createIssued([under("pads")], { serviceId: service.id });
    await assertStillTheirs(id);
    await db().service.update({ where: { id: service.id }, data: { ownerId: actors.teammate.id } });
    await assertStillTheirs(id);
    await db().service.update({ where: { id: service.id }, data: { state: "retired" } });
    expect(await refusalOf(assertStillTheirs(id))).toMatchObject({ code: "certificates.name_lost" });
  });
});
