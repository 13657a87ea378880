import { randomUUID } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { addPoint, addPolicy } from "../testing/points.ts";
import { explainStays } from "./why-stays.ts";

useTestDatabase("whystays");
const HOUR_MS = 3_600_000;
const ago = (hours: number) => new Date(Date.now() - hours * HOUR_MS);
let policy: Awaited<ReturnType<typeof addPolicy>>;

beforeEach(async () => {
  await db().backupPolicy.updateMany({ data: { scope: null } });
  policy = await addPolicy({ serviceId: null });
});

const explain = (id: string) => explainStays(id, new Date());

it("keeps the last point that was proven and is there, and no other", async () => {
  const older = await addPoint(policy, { startedAt: ago(30) });
  const last = await addPoint(policy, { startedAt: ago(20) });
  const missing = await addPoint(policy, { startedAt: ago(10), missingAt: ago(1) });
  const stored = await addPoint(policy, { startedAt: ago(5), state: "stored", proven: "decode" });
  await addPoint(policy, { startedAt: ago(4), removedAt: ago(1) });
  await addPoint(await addPolicy({ serviceId: null, name: "other" }), { startedAt: ago(1) });
  expect(await explain(last)).toContain("the last one that was proven");
  for (const id of [older, missing, stored]) expect(await explain(id)).toBeNull();
  await db().backup.update({ where: { id: last }, data: { missingAt: new Date() } });
  expect(await explain(older)).toContain("the last one that was proven");
});

it("keeps the newest point that is there while none was proven", async () => {
  const older = await addPoint(policy, { startedAt: ago(30), state: "stored", proven: "decode" });
  const newest = await addPoint(policy, { startedAt: ago(20), state: "stored", proven: "hash" });
  const missing = await addPoint(policy, { startedAt: ago(10), state: "stored", missingAt: ago(1) });
  const failed = await addPoint(policy, { startedAt: ago(5), state: "failed", proven: null });
  expect(await explain(newest)).toContain("none of them is proven");
  for (const id of [older, missing, failed]) expect(await explain(id)).toBeNull();
  const proven = await addPoint(policy, { startedAt: ago(40) });
  expect(await explain(newest)).toBeNull();
  expect(await explain(proven)).toContain("the last one that was proven");
});

/** Rows that the database looked at for `work`. */
const countReads = (work: (tx: Tx) => Promise<unknown>) =>
  db().$transaction(async (tx) => {
    const read = async () => {
      const lines = await tx.$queryRaw<{ Value: string }[]>`SHOW SESSION STATUS LIKE 'Handler_read%'`;
      return lines.reduce((sum, { Value }) => sum + Number(Value), 0);
    };
    const before = await read();
    await work(tx);
    // The listing of the counters is itself read row by row.
    return (await read()) - before;
  });

it("looks at no more rows of a policy with many points than of one with few", async () => {
  const id = await addPoint(policy);
  await addPoint(policy, { startedAt: ago(1) });
  const few = await countReads((tx) => explainStays(id, new Date(), tx));
  const row = await db().backup.findUniqueOrThrow({ where: { id } });
  await db().backup.createMany({
    data: Array.from({ length: 500 }, (_, at) => {
      const own = randomUUID();
      return { ...row, id: own, key: own, manifest: {}, startedAt: ago(2 + at) };
    }),
  });
  expect(await countReads((tx) => explainStays(id, new Date(), tx))).toBeLessThan(few + 50);
});
