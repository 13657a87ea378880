import { randomUUID } from "node:crypto";
import { createPeople, type People, type Person } from "#lib/access/testing/people.ts";
import { config } from "#lib/platform/config/config.ts";
import { db, type Prisma } from "#lib/platform/db/client.ts";
import type { CreateRecord } from "../types.ts";

export interface RecordsWorld {
  people: People;
  zone: { id: string; name: string };
  /** A service of the owner's. */
  service: { id: string; name: string; ownerId: string };
  /** `<label>.<username>.<root>`, the username of this person. */
  nameOf(person: Person, label?: string): string;
  /** A row as the sync would have left it. */
  addRow(row: { name: string } & Partial<Prisma.DnsRecordUncheckedCreateInput>): Promise<{ id: string; name: string }>;
}

export const wanted = (name: string, more: Partial<CreateRecord> = {}): CreateRecord => ({
  ...{ name, type: "A", ttl: 300, values: ["203.0.113.9"], description: "" },
  ...more,
});

/** One zone, people and a service in the present database, in which no two tests meet. */
export async function createRecordsWorld(): Promise<RecordsWorld> {
  const people = await createPeople();
  const root = config().ROOT_DOMAIN;
  const zone =
    (await db().dnsZone.findUnique({ where: { name: root } })) ??
    (await db().dnsZone.create({
      data: {
        id: randomUUID(),
        name: root,
        providerZoneId: config().AWS_ROUTE53_HOSTED_ZONE_ID,
        nameServers: ["ns1.example.net"],
      },
    }));
  const id = randomUUID();
  const name = `svc-${id.slice(0, 8)}`;
  const ownerId = people.owner.id;
  await db().service.create({ data: { id, name, purpose: "A test", ownerId, state: "live" } });
  const users = await db().user.findMany({ select: { id: true, username: true } });
  const usernames = new Map(users.map((user) => [user.id, user.username]));
  return {
    people,
    zone: { id: zone.id, name: zone.name },
    service: { id, name, ownerId },
    nameOf: (person, label) => `${label ? `${label}.` : ""}${usernames.get(person.id)}.${root}`,
    addRow: async (row) => {
      const content = { ttl: 300, values: ["203.0.113.9"] };
      const made = await db().dnsRecord.create({
        data: { id: randomUUID(), zoneId: zone.id, type: "A", ...content, state: "in_sync", applied: content, ...row },
      });
      return { id: made.id, name: made.name };
    },
  };
}
