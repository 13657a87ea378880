import { randomUUID } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { createPerson, type Person } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { db } from "#lib/platform/db/client.ts";
import { sql } from "#lib/platform/db/sql.ts";
import { listRecords } from "./list-records.ts";

const RECORDS = 3_000;

useTestDatabase("list-records");
let viewer: Person;
beforeAll(async () => {
  viewer = await createPerson({ name: "Vera Vale", roles: ["viewer"] });
  const zone = { id: randomUUID(), name: "example.org", providerZoneId: "Z1", nameServers: [] };
  await db().dnsZone.create({ data: zone });
  const row = (index: number) => ({
    ...{ id: randomUUID(), zoneId: zone.id, name: `n${String(index).padStart(5, "0")}.example.org`, type: "A" },
    ...{ ttl: 300, values: ["203.0.113.9"], state: index % 10 === 0 ? "removed" : "in_sync" },
  });
  await db().dnsRecord.createMany({ data: Array.from({ length: RECORDS }, (_, index) => row(index)) });
  await sql.rows("ANALYZE TABLE DnsRecord");
});

it("pages through all records by name, each once", async () => {
  const names: string[] = [];
  let after: string | undefined;
  do {
    const page = await listRecords(viewer.actor, { after, limit: 200 });
    expect(page.total).toBe(RECORDS * 0.9);
    names.push(...page.items.map(({ name }) => name));
    after = page.next ?? undefined;
  } while (after);
  expect(names).toHaveLength(RECORDS * 0.9);
  expect(names).toEqual([...new Set(names)].sort());
});

it("reads a page by an index, without sorting what lies behind", async () => {
  const [plan] = await sql.rows<{ key: string | null; Extra: string; rows: string }>(
    "EXPLAIN SELECT id FROM DnsRecord WHERE state <> 'removed' ORDER BY name, id LIMIT 51",
  );
  expect(plan?.key).toBe("DnsRecord_name_id_idx");
  expect(plan?.Extra).not.toContain("filesort");
});
