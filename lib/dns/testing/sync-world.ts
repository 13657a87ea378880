import { randomBytes, randomUUID } from "node:crypto";
import { limitRequests } from "#lib/integrations/route53/rate-limit.ts";
import { changeRecords, listRecords, type RecordSet } from "#lib/integrations/route53/records.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { closeDb, db, Prisma } from "#lib/platform/db/client.ts";
import { closeSql } from "#lib/platform/db/sql.ts";
import { closeRedis } from "#lib/platform/redis.ts";
import { closeBells } from "#lib/runs/bells.ts";
import { startRoute53 } from "#local/route53/server.ts";
import { applyTestEnv, createRedisPrefix, createTestDatabase } from "#local/test-world.ts";

const ZONE_ID = "Z0SYNCTEST";

export interface SetOf {
  name: string;
  type: string;
  ttl?: number;
  values: string[];
}

interface Counters {
  keys: Record<string, { operations: Record<string, number>; errors: Record<string, number> }>;
  changeBatches: { changes: { action: string; recordSet: SetOf }[] }[];
}

/** A Route 53 of one's own with one empty zone, beside a database of one's own: any size and any fault disturb nobody. */
export async function openSyncWorld(zoneName = "sync.test") {
  const route53 = await startRoute53({ zone: { name: zoneName, id: ZONE_ID }, insyncMs: 0 });
  const database = await createTestDatabase("sync");
  const accessKeyId = `AKIATEST${randomBytes(6).toString("hex").toUpperCase()}`;
  applyTestEnv({
    DATABASE_URL: database.url,
    REDIS_PREFIX: createRedisPrefix("sync"),
    LOG_LEVEL: "fatal",
    ROOT_DOMAIN: zoneName,
    APP_URL: `https://panel.${zoneName}`,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_ENDPOINT_URL_ROUTE_53: route53.endpoint,
    AWS_ROUTE53_HOSTED_ZONE_ID: ZONE_ID,
    DNS_AUTHORITATIVE_SERVERS: `127.0.0.1:${route53.dnsPort}`,
  });
  overrideConfig(undefined);
  limitRequests(100_000);
  const zone = { id: randomUUID(), name: zoneName, providerZoneId: ZONE_ID };
  await db().dnsZone.create({ data: { ...zone, nameServers: [] } });
  const control = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${route53.endpoint}/_control/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as T;
  };

  return {
    zone,
    route53,
    name: (label: string) => `${label}.${zoneName}`,
    setFaults: (plan: Record<string, unknown>) => control("PUT", "faults", { insyncMs: 0, ...plan, accessKeyId }),
    useSettings(values: Record<string, string>): void {
      Object.assign(process.env, values);
      overrideConfig(undefined);
    },
    /** Requests by operation since the last call. */
    async takeCounts(): Promise<Record<string, number>> {
      const { keys } = await control<Counters>("GET", "counters");
      await control("DELETE", "counters");
      return keys[accessKeyId]?.operations ?? {};
    },
    /** Others' hands in Route 53. An UPSERT counts twice towards the limit of a batch. */
    async put(...sets: SetOf[]): Promise<void> {
      for (let at = 0; at < sets.length; at += 400)
        await changeRecords(
          ZONE_ID,
          sets.slice(at, at + 400).map(({ ttl = 60, ...set }) => ({ action: "UPSERT", set: { ...set, ttl } })),
        );
    },
    async take(...places: { name: string; type: string }[]): Promise<void> {
      const sets = await readAll();
      const found = sets.filter((set) => places.some(({ name, type }) => set.name === name && set.type === type));
      await changeRecords(
        ZONE_ID,
        found.map(({ raw }) => ({ action: "DELETE", set: { raw } })),
      );
    },
    /** Everything in the zone but its own NS and SOA, as text: `A x.sync.test 60 1.1.1.1`. */
    async list(): Promise<string[]> {
      const sets = await readAll();
      return sets
        .filter(({ name }) => name !== zoneName)
        .map(({ name, type, ttl, values }) => `${type} ${name} ${ttl} ${values.toSorted().join(",")}`)
        .sort();
    },
    async addRows(rows: (SetOf & Partial<Prisma.DnsRecordUncheckedCreateInput>)[]): Promise<string[]> {
      const data = rows.map(({ ttl = 60, ...row }) => ({
        ...{ id: randomUUID(), zoneId: zone.id, state: "pending", ttl },
        ...row,
      }));
      for (let at = 0; at < data.length; at += 1_000)
        await db().dnsRecord.createMany({ data: data.slice(at, at + 1_000) as Prisma.DnsRecordCreateManyInput[] });
      return data.map(({ id }) => id);
    },
    row: (label: string) => db().dnsRecord.findFirstOrThrow({ where: { name: `${label}.${zoneName}` } }),
    /** As a person's command does. */
    edit: (label: string, data: Prisma.DnsRecordUpdateManyMutationInput) =>
      db().dnsRecord.updateMany({
        where: { name: `${label}.${zoneName}` },
        data: {
          ...{ state: "pending", changeId: null, error: null, observed: Prisma.DbNull, version: { increment: 1 } },
          ...data,
        },
      }),
    /** An empty zone and no rows. */
    async clear(): Promise<void> {
      await control("PUT", "faults", { insyncMs: 0, accessKeyId });
      await db().dnsRecord.deleteMany({});
      await db().dnsForeignRecord.deleteMany({});
      route53.store.clear();
      route53.store.createZone({ name: `${zoneName}.`, id: ZONE_ID, callerReference: randomUUID() }, 0);
      const data = { setCount: 0, syncedAt: null, heldReason: null, heldPlanHash: null, allowedPlanHash: null };
      await db().dnsZone.updateMany({ data });
      await control("DELETE", "counters");
    },
    zoneRow: () => db().dnsZone.findUniqueOrThrow({ where: { id: zone.id } }),
    async close(): Promise<void> {
      limitRequests();
      await closeBells();
      await closeRedis();
      await closeSql();
      await closeDb();
      await database.drop();
      await route53.close();
    },
  };

  async function readAll(): Promise<RecordSet[]> {
    const sets: RecordSet[] = [];
    for await (const page of listRecords(ZONE_ID)) sets.push(...page);
    return sets;
  }
}

export type SyncWorld = Awaited<ReturnType<typeof openSyncWorld>>;
