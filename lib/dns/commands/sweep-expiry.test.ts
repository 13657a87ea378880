import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Person } from "#lib/access/testing/people.ts";
import { MailInput } from "#lib/notifications/steps/mail-input.ts";
import { recordsExpired } from "#lib/notifications/templates/records-expired.ts";
import { recordsExpiring } from "#lib/notifications/templates/records-expiring.ts";
import { db } from "#lib/platform/db/client.ts";
import { refusalOf } from "#lib/services/testing/actors.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { getRecord } from "../queries/get-record.ts";
import { settleSync, syncZone } from "../sync/sync-zone.ts";
import { createRecordsWorld, type RecordsWorld, wanted } from "../testing/records-world.ts";
import { openSyncWorld, type SyncWorld } from "../testing/sync-world.ts";
import { createRecord } from "./create-record.ts";
import { restoreRecord } from "./remove-and-restore.ts";
import { renewRecord } from "./renew-record.ts";
import { sweepExpiry } from "./sweep-expiry.ts";

const DAY_MS = 86_400_000;
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

const START = new Date();
/** So many days after the records were made, and a moment. */
const day = (count: number) => new Date(START.getTime() + count * DAY_MS + 60_000);
async function sync() {
  const { ctx } = createTestContext();
  await settleSync(ctx, await syncZone(ctx, outside.zone, "pending"));
}
async function make(person: Person, label: string): Promise<string> {
  const { id } = await createRecord(person.actor, wanted(world.nameOf(person, label)));
  return id;
}
/** As two workers do. */
async function sweepTwice(now: Date) {
  const all = await Promise.all([sweepExpiry(now), sweepExpiry(now)]);
  return {
    expired: all.reduce((sum, one) => sum + one.expired, 0),
    reminded: all.reduce((sum, one) => sum + one.reminded, 0),
  };
}
/** What mails to a person are about, the oldest first. */
async function mailsTo(person: Person): Promise<{ template: string; recordIds: string[] }[]> {
  const steps = await db().step.findMany({ where: { name: "notifications.mail" }, orderBy: { id: "asc" } });
  return steps
    .map(({ input }) => input as { template: string; toUserId: string; recordIds: string[] })
    .filter(({ toUserId }) => toUserId === person.id)
    .map(({ template, recordIds }) => ({ template, recordIds: recordIds.toSorted() }));
}

describe("the end of a record", () => {
  it("is reminded of 30, 7 and 1 days before, once each, in one mail to each owner, with two workers", async () => {
    const { teammate, outsider } = world.people;
    const ids = [await make(teammate, "one"), await make(teammate, "two")].toSorted();
    const theirs = await make(outsider, "three");
    expect(await sweepTwice(day(151))).toEqual({ expired: 0, reminded: 0 });
    for (const [days, isNews] of [
      ...([
        [152, true],
        [153, false],
        [174, false],
        [175, true],
        [180, false],
        [181, true],
      ] as const),
    ]) {
      expect(await sweepTwice(day(days)), `day ${days}`).toEqual({ expired: 0, reminded: isNews ? 3 : 0 });
      expect(await sweepTwice(day(days)), `day ${days} again`).toEqual({ expired: 0, reminded: 0 });
    }
    const reminder = { template: "records-expiring", recordIds: ids };
    expect(await mailsTo(teammate)).toEqual([reminder, reminder, reminder]);
    expect(await mailsTo(outsider)).toHaveLength(3);
    expect((await mailsTo(outsider))[0]?.recordIds).toEqual([theirs]);
    for (const { template, recordIds } of await mailsTo(teammate))
      expect(MailInput.safeParse({ template, toUserId: teammate.id, recordIds }).success).toBe(true);
  });

  it("is put off by one click, which begins the reminders anew", async () => {
    const { teammate, outsider } = world.people;
    const id = await make(teammate, "one");
    await sweepTwice(day(152));
    expect(await refusalOf(renewRecord(outsider.actor, id))).toMatchObject({ status: 403 });
    await renewRecord(teammate.actor, id);
    // It is the present that is renewed from, not the day of the sweep.
    await db().dnsRecord.update({ where: { id }, data: { expiresAt: day(152 + 182) } });
    expect(await sweepTwice(day(190))).toEqual({ expired: 0, reminded: 0 });
    expect(await sweepTwice(day(152 + 175))).toEqual({ expired: 0, reminded: 1 });
    expect(await mailsTo(teammate)).toHaveLength(2);
  });

  it("takes it out of DNS, says so once, and lets it come back for a lifetime", async () => {
    const { teammate } = world.people;
    const id = await make(teammate, "one");
    await sync();
    expect(await outside.list()).toHaveLength(1);
    expect(await sweepTwice(day(182))).toEqual({ expired: 1, reminded: 0 });
    expect(await getRecord(teammate.actor, id)).toMatchObject({ state: "removing", removedReason: "expired" });
    await sync();
    expect(await outside.list()).toEqual([]);
    expect(await sweepTwice(day(183))).toEqual({ expired: 0, reminded: 0 });
    expect(await mailsTo(teammate)).toEqual([{ template: "records-expired", recordIds: [id] }]);
    expect((await getRecord(teammate.actor, id)).history[0]).toMatchObject({ who: "record ends" });
    await restoreRecord(teammate.actor, id);
    await sync();
    expect(await outside.list()).toHaveLength(1);
    const { state, expiresAt } = await getRecord(teammate.actor, id);
    expect(state).toBe("in_sync");
    expect(Date.parse(expiresAt ?? "")).toBeGreaterThan(day(181).getTime());
  });

  it("comes too when the account of its owner is gone", async () => {
    const id = await make(world.people.teammate, "one");
    await sync();
    await db().dnsRecord.update({ where: { id }, data: { ownerId: null } });
    expect(await sweepTwice(day(182))).toEqual({ expired: 1, reminded: 0 });
    await sync();
    expect(await outside.list()).toEqual([]);
  });

  it("frees its name when the days of grace are over, and not before", async () => {
    const { teammate } = world.people;
    const id = await make(teammate, "one");
    await sync();
    await sweepTwice(day(182));
    await sync();
    await sweepExpiry(day(182 + 29));
    expect(await db().dnsRecord.count({ where: { id } })).toBe(1);
    const purged = await Promise.all([sweepExpiry(day(182 + 31)), sweepExpiry(day(182 + 31))]);
    expect(purged.reduce((sum, one) => sum + one.purged, 0)).toBe(1);
    expect(await db().dnsRecord.count({ where: { id } })).toBe(0);
    expect(await refusalOf(restoreRecord(teammate.actor, id))).toMatchObject({ status: 404 });
  });

  it("never comes for a service's records, and leaves alone what others put in the record's place", async () => {
    const { owner, teammate } = world.people;
    const name = `a.${world.service.name}.sync.test`;
    await createRecord(owner.actor, wanted(name));
    const id = await make(teammate, "drifted");
    const observed = { ttl: 60, values: ["198.51.100.1"], alias: null };
    await db().dnsRecord.update({ where: { id }, data: { state: "drift", observed } });
    expect(await sweepTwice(day(2_000))).toEqual({ expired: 0, reminded: 0 });
  });

  it("comes once, also when Route 53 refuses the removal; kept after all, the record stays", async () => {
    const { teammate } = world.people;
    const id = await make(teammate, "stuck");
    await sync();
    expect(await sweepTwice(day(200))).toMatchObject({ expired: 1 });
    const refused = { state: "error", error: "InvalidChangeBatch: not now" };
    await db().dnsRecord.update({ where: { id }, data: refused });
    expect(await sweepTwice(day(201))).toMatchObject({ expired: 0 });
    await sync();
    expect(await db().dnsRecord.findUnique({ where: { id } })).toMatchObject(refused);
    await renewRecord(teammate.actor, id);
    await sync();
    expect(await db().dnsRecord.findUnique({ where: { id } })).toMatchObject({ state: "in_sync", removedAt: null });
  });
});

describe("the mails", () => {
  const context = {
    recipientName: "Tom Teammate",
    link: (path: string) => `https://panel.example.org${path}`,
    runUrl: "https://panel.example.org/runs/1",
    now: new Date("2027-01-01T00:00:00Z"),
  };
  const record = (name: string, days: number) => ({
    ...{ id: name, name, type: "A", restorableUntil: new Date("2027-02-01T00:00:00Z") },
    expiresAt: new Date(context.now.getTime() + days * DAY_MS - 1_000),
  });

  it("name each record, its end and its page", () => {
    const one = recordsExpiring.render([record("a.example.org", 7)], context);
    expect(one.subject).toBe("a.example.org ends in 7 days");
    expect(one.text).toContain("A a.example.org: in 7 days (2027-01-07 23:59 UTC)");
    expect(one.text).toContain("https://panel.example.org/domains/records/a.example.org");
    const two = recordsExpiring.render([record("a.example.org", 1), record("b.example.org", 7)], context);
    expect(two.subject).toBe("2 DNS records end within a day");
    const gone = recordsExpired.render([record("a.example.org", 0)], context);
    expect(gone).toMatchObject({
      subject: "a.example.org has ended",
      text: expect.stringContaining("restored until 2027-02-01"),
    });
  });

  it("leave out what was renewed since, and are not sent about nothing", async () => {
    const id = await make(world.people.teammate, "one");
    const input = { template: "records-expiring", toUserId: world.people.teammate.id, recordIds: [id] };
    expect(await recordsExpiring.read(db(), input, { environment: null })).toBeNull();
    expect(await recordsExpired.read(db(), input, { environment: null })).toBeNull();
  });
});
