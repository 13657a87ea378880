import { beforeAll, describe, expect, it } from "vitest";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { db } from "#lib/platform/db/client.ts";
import { readClock } from "#lib/platform/db/read-clock.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { createPoint, createPolicyRow, createServiceRow, SETTINGS } from "#workers/testing/backup-rows.ts";
import { noteGood } from "./follow-backup-run.ts";
import { mendTimes } from "./mend-times.ts";
import { watchOverdue } from "./watch-overdue.ts";

useTestDatabase("mendtimes");
const DAY_MS = 86_400_000;
const VERIFICATION = { ...SETTINGS.verification, cron: "0 3 * * *" };

let people: People;
beforeAll(async () => {
  people = await createPeople();
});

const addPolicy = async (now: Date) =>
  createPolicyRow(await createServiceRow(people.owner.id), { jitterMinutes: 20, verification: VERIFICATION }, now);
const find = (id: string) =>
  db().backupPolicy.findUniqueOrThrow({
    where: { id },
    include: { service: { select: { id: true, name: true, ownerId: true } } },
  });
async function timesOf(id: string) {
  const { nextAt, nextVerifyAt, overdueAt } = await find(id);
  return { nextAt, nextVerifyAt, overdueAt };
}

describe("after a clock that was ahead", () => {
  it("times that no schedule gives are made again, and all others stay as they are", async () => {
    const now = await readClock();
    const unreadable = await addPolicy(now);
    await db().backupPolicy.update({ where: { id: unreadable }, data: { cron: "at night" } });
    const ahead = await addPolicy(new Date(now.getTime() + 30 * DAY_MS));
    const late = await addPolicy(new Date(now.getTime() - 3 * DAY_MS));
    const right = await addPolicy(now);
    const before = await timesOf(late);
    expect(await mendTimes(now)).toBe(1);
    expect(await timesOf(ahead)).toMatchObject({
      nextAt: expect.toSatisfy((at: Date) => at > now && at.getTime() <= now.getTime() + DAY_MS),
      nextVerifyAt: expect.toSatisfy((at: Date) => at > now && at.getTime() <= now.getTime() + DAY_MS),
      overdueAt: expect.toSatisfy((at: Date) => at > now && at.getTime() < now.getTime() + 2 * DAY_MS),
    });
    expect(await timesOf(late)).toEqual(before);
    expect((await timesOf(right)).nextAt?.getTime()).toBeGreaterThan(now.getTime());
    expect(await mendTimes(now)).toBe(0);
  });

  it("a point of the future keeps the alarm from nobody", async () => {
    const now = new Date();
    const id = await addPolicy(now);
    const { overdueAt: most } = await timesOf(id);
    const startedAt = new Date(now.getTime() + 30 * DAY_MS);
    const policy = await find(id);
    await transaction((tx) => noteGood(tx, policy, startedAt));
    expect((await timesOf(id)).overdueAt?.getTime()).toBeLessThanOrEqual((most?.getTime() ?? 0) + DAY_MS);
    await createPoint(id, { startedAt });
    const overdueAt = new Date(now.getTime() - 1_000);
    await db().backupPolicy.update({ where: { id }, data: { overdueAt } });
    expect((await watchOverdue(now)).length).toBeGreaterThan(0);
    expect(await find(id)).toMatchObject({ overdueAt, overdueToldAt: overdueAt });
  });
});
