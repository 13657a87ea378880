import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { db } from "#lib/platform/db/client.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { createPoint, createServiceRow, SETTINGS, sourceOf } from "#workers/testing/backup-rows.ts";
import { OWN_DISK_TARGET } from "../constants.ts";
import { findPolicy } from "../queries/find-policy.ts";
import type { PolicyStepInput } from "../schema/steps.ts";
import { backupsPolicy } from "./policy.ts";

useTestDatabase("policystep");
let people: People;
let service: { id: string; name: string };
let input: PolicyStepInput;

beforeAll(async () => {
  people = await createPeople();
});
beforeEach(async () => {
  service = await createServiceRow(people.owner.id);
  input = { ...SETTINGS, name: "database", source: sourceOf(service.name), targetId: null };
});

const contextOf = () => createTestContext({ service, environment: "production" });
const find = () => findPolicy({ serviceId: service.id, environment: "production", name: "database" });

describe("a service's backup policy", () => {
  it("is planned for the default target, made once, and brought up to date after that", async () => {
    const test = contextOf();
    const plan = await backupsPolicy.plan(input, test.ctx);
    expect(plan).toMatchObject({
      changes: [{ action: "create", name: "database", detail: "At 02:00, every day, to This server" }],
      pinned: { targetId: OWN_DISK_TARGET },
    });
    expect(await find()).toBeNull();
    const made = await backupsPolicy.apply({ ...input, ...plan.pinned }, test.ctx);
    const first = await find();
    expect(made).toEqual({ policyId: first?.id });
    expect(first).toMatchObject({ targetId: OWN_DISK_TARGET, cron: "0 2 * * *", source: input.source });
    expect(first?.nextAt?.getTime()).toBeGreaterThan(Date.now());
    await backupsPolicy.apply({ ...input, cron: "0 5 * * *" }, test.next().ctx);
    expect(await find()).toMatchObject({ id: first?.id, cron: "0 5 * * *", version: 2 });
    expect(await db().backupPolicy.count({ where: { serviceId: service.id } })).toBe(1);
    expect([...test.ledger.values()].map((one) => one.providerId)).toEqual([first?.id]);
  });

  it("holds while it runs in time", async () => {
    const { ctx } = contextOf();
    expect(await backupsPolicy.verify(input, ctx)).toMatchObject({ ok: false });
    await backupsPolicy.apply(input, ctx);
    expect(await backupsPolicy.verify(input, ctx)).toMatchObject({ ok: true });
    await db().backupPolicy.updateMany({ where: { serviceId: service.id }, data: { overdueAt: new Date(1) } });
    expect(await backupsPolicy.verify(input, ctx)).toMatchObject({
      ok: false,
      reason: expect.stringContaining("overdue"),
    });
  });

  it("ends when it is undone, and its points stay", async () => {
    const test = contextOf();
    await backupsPolicy.apply(input, test.ctx);
    const { id } = (await find()) ?? { id: "" };
    const point = await createPoint(id);
    await backupsPolicy.undo([...test.ledger.values()], input, test.ctx);
    expect(await find()).toBeNull();
    expect(await db().backupPolicy.findUnique({ where: { id } })).toMatchObject({ scope: null, nextAt: null });
    expect(await db().backup.findUnique({ where: { id: point.id } })).toMatchObject({ removedAt: null });
    expect(test.ledger.size).toBe(0);
  });

  it("waits for a person when there is nowhere to put backups", async () => {
    await db().backupTarget.updateMany({ data: { isDefault: null } });
    await expect(backupsPolicy.apply(input, contextOf().ctx)).rejects.toMatchObject({
      code: "backups.no_target",
      retry: "needs_person",
    });
    await db().backupTarget.update({ where: { id: OWN_DISK_TARGET }, data: { isDefault: 1 } });
  });
});
