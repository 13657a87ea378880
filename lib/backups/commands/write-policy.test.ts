import { randomUUID } from "node:crypto";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { createPolicyRow, createServiceRow, SETTINGS } from "#workers/testing/backup-rows.ts";
import { findPolicyById } from "../queries/find-policy.ts";
import type { PolicySettings } from "../schema/policy.ts";
import { updatePolicyRow } from "./write-policy.ts";

useTestDatabase("writepolicy");
let people: People;
let policyId: string;

const at = (time: string) => new Date(`2026-11-${time}:00Z`);
const VERIFICATION = { ...SETTINGS.verification, cron: "0 3 * * *" };
/** Every night at two, and good by five. */
const NIGHTLY: PolicySettings = { ...SETTINGS, jitterMinutes: 0, graceMinutes: 180, verification: VERIFICATION };

beforeAll(async () => {
  people = await createPeople();
});
beforeEach(async () => {
  const service = await createServiceRow(people.owner.id, `svc-${randomUUID().slice(0, 8)}`);
  policyId = await createPolicyRow(service, NIGHTLY, at("20T12:00"));
});

const times = () =>
  db().backupPolicy.findUniqueOrThrow({
    where: { id: policyId },
    select: { nextAt: true, nextVerifyAt: true, overdueAt: true },
  });

async function save(now: Date, change: Partial<PolicySettings> = {}) {
  await transaction(async (tx) => {
    const before = await findPolicyById(policyId, tx);
    if (!before) throw new Error("The policy is gone.");
    expect(await updatePolicyRow(tx, before, { ...NIGHTLY, ...change }, now)).toBe(true);
  });
  return times();
}
/** As the loop does when it starts the backup and the proof of the night. */
const startAll = () =>
  db().backupPolicy.update({
    where: { id: policyId },
    data: { nextAt: at("22T02:00"), nextVerifyAt: at("22T03:00") },
  });

describe("saving a policy", () => {
  it("leaves what is due still due, and its alarm where it was", async () => {
    expect(await save(at("21T04:00"), { retention: { ...SETTINGS.retention, daily: 3 } })).toEqual({
      nextAt: at("21T02:00"),
      nextVerifyAt: at("21T03:00"),
      overdueAt: at("21T05:00"),
    });
  });

  it("leaves the alarm of a backup that was started and has brought nothing yet", async () => {
    await startAll();
    const saved = await save(at("21T04:00"), { cron: "0 2 * * 0" });
    expect(saved).toMatchObject({ nextAt: at("22T02:00"), overdueAt: at("21T05:00") });
    expect((await save(at("21T04:10"))).overdueAt).toEqual(at("21T05:00"));
  });

  it("leaves what is overdue already so", async () => {
    await startAll();
    expect(await save(at("21T06:00"), { graceMinutes: 600 })).toMatchObject({ overdueAt: at("21T05:00") });
  });

  it("gives a shorter grace to what is due, too", async () => {
    expect((await save(at("21T02:10"), { graceMinutes: 60 })).overdueAt).toEqual(at("21T03:00"));
  });

  it("makes new times where nothing is owed", async () => {
    expect(await save(at("20T13:00"), { cron: "0 6 * * *", graceMinutes: 300 })).toMatchObject({
      nextAt: at("21T06:00"),
      overdueAt: at("21T11:00"),
    });
  });

  it("ends what is due when it is switched off, and owes nothing of it when it is on again", async () => {
    const none = { nextAt: null, nextVerifyAt: null, overdueAt: null };
    expect(await save(at("21T04:00"), { enabled: false })).toEqual(none);
    expect(await save(at("21T04:10"))).toMatchObject({ nextAt: at("22T02:00"), overdueAt: at("22T05:00") });
    expect(await save(at("22T04:00"), { cron: null, verification: SETTINGS.verification })).toEqual(none);
  });
});
