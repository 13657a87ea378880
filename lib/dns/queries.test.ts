import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Actor, Role } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { listRecords } from "./queries.ts";
import { type NamesWorld, openNamesWorld } from "./testing/names-world.ts";

let world: NamesWorld;
beforeAll(async () => {
  world = await openNamesWorld();
});
afterAll(() => world.close());

const actor = (roles: Role[]): Actor => ({
  ...{ kind: "user", id: "u", name: "Vera", email: "v@example.org", roles },
  ...{ via: "session", sessionId: "s", requestId: "r" },
});

it("lists a service's records without those that were removed", async () => {
  const service = await world.createService();
  const zoneId = randomUUID();
  await db().dnsZone.create({ data: { id: zoneId, name: "example.org", providerZoneId: "Z1", nameServers: [] } });
  const base = { zoneId, type: "A", ttl: 60, values: ["203.0.113.1"], serviceId: service.id };
  await db().dnsRecord.createMany({
    data: [
      { ...base, id: randomUUID(), name: "b.example.org", state: "pending" },
      { ...base, id: randomUUID(), name: "a.example.org", state: "in_sync" },
      { ...base, id: randomUUID(), name: "c.example.org", state: "removed" },
      { ...base, id: randomUUID(), name: "d.example.org", state: "in_sync", serviceId: null },
    ],
  });
  const records = await listRecords(actor(["viewer"]), { serviceId: service.id });
  expect(records.map(({ name, state }) => [name, state])).toEqual([
    ["a.example.org", "in_sync"],
    ["b.example.org", "pending"],
  ]);
  expect(records[0]).toMatchObject({ zone: "example.org", values: ["203.0.113.1"], service: { name: service.name } });
  expect(await listRecords(actor(["staff"]))).toHaveLength(3);
  await expect(listRecords(actor([]))).rejects.toMatchObject({ code: "forbidden" });
});
