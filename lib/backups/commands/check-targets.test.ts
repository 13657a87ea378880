import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { db } from "#lib/platform/db/client.ts";
import { createPolicyRow, createServiceRow } from "#workers/testing/backup-rows.ts";
import { addTarget, describeTarget } from "../testing/targets.ts";
import { checkTargets } from "./check-targets.ts";
import { updateTarget } from "./save-target.ts";
import { startTargetCheck } from "./start-target-check.ts";

useTestDatabase("checktargets");
let people: People;
let targetId: string;

beforeAll(async () => {
  people = await createPeople();
});
beforeEach(async () => {
  await db().backupTarget.updateMany({ data: { nextCheckAt: new Date(Date.now() + 3_600_000) } });
  targetId = await addTarget("disk");
  await createPolicyRow(await createServiceRow(people.owner.id), { targetId });
});

const nextCheck = async () => (await db().backupTarget.findUniqueOrThrow({ where: { id: targetId } })).nextCheckAt;
const setRun = (id: number, data: { state: string; exclusiveKey?: null }) => db().run.update({ where: { id }, data });

describe("the daily look through a target", () => {
  it("comes once, also after a change that has had it looked at", async () => {
    const { config } = describeTarget("disk");
    await updateTarget(people.admin.actor, targetId, { name: "Other disk", config, secret: null, version: 1 });
    expect((await nextCheck()).getTime()).toBeGreaterThan(Date.now());
    expect(await checkTargets()).toEqual([]);
  });

  it("stays due while a look that began before the target was changed goes on", async () => {
    const { runId: before } = await startTargetCheck(people.admin.actor, targetId);
    const { config } = describeTarget("disk");
    await updateTarget(people.admin.actor, targetId, { name: "Other disk", config, secret: null, version: 1 });
    expect(await checkTargets()).toEqual([]);
    expect((await nextCheck()).getTime()).toBeLessThanOrEqual(Date.now());
    await setRun(before, { state: "succeeded", exclusiveKey: null });
    expect(await checkTargets()).toHaveLength(1);
    expect((await nextCheck()).getTime()).toBeGreaterThan(Date.now());
  });

  it("is not taken for one that waits for a person", async () => {
    const first = await startTargetCheck(people.admin.actor, targetId);
    expect(await startTargetCheck(people.admin.actor, targetId)).toMatchObject({ runId: first.runId });
    await setRun(first.runId, { state: "waiting" });
    const second = await startTargetCheck(people.admin.actor, targetId);
    expect(second.runId).not.toBe(first.runId);
  });
});
