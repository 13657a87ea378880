import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { writeRoles } from "#lib/access/roles.ts";
import { createPeople, createPerson, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { createTestContext, type TestContextOptions } from "#lib/steps/testing/context.ts";
import { createPoint, createPolicyRow, createServiceRow, type PointValues } from "#workers/testing/backup-rows.ts";
import { backupsRetire, type RetireOutput } from "./retire.ts";

useTestDatabase("retire");
const DAY_MS = 86_400_000;
let people: People;
let root = "";
let service: { id: string; name: string };
let policyId: string;
let runId = 0;
let takeStepId = 0;

beforeAll(async () => {
  people = await createPeople();
  root = mkdtempSync(join(tmpdir(), "seaworthy-retire-"));
  overrideConfig({ BACKUPS_ROOT: root });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));
beforeEach(async () => {
  service = await createServiceRow(people.owner.id);
  policyId = await createPolicyRow(service);
  const run = { mode: "apply", checklistKey: "decommission", checklistVersion: 1, title: "x", state: "running" };
  ({ id: runId } = await db().run.create({ data: { ...run, startKey: `r:${policyId}`, stepsTotal: 1, stepsDone: 0 } }));
  const step = { key: "take.database", position: 0, name: "backups.take", title: "x", queue: "backups", input: {} };
  ({ id: takeStepId } = await db().step.create({
    data: { ...step, runId, state: "succeeded", pendingDeps: 0, maxAttempts: 1 },
  }));
});

const contextOf = (options: TestContextOptions = {}) =>
  createTestContext({
    ...{ service, environment: "production" },
    run: { id: runId, requestedById: people.dba.id },
    ...options,
  });
const retire = (objects: "keep" | "delete", test = contextOf()) =>
  backupsRetire.apply({ objects }, test.ctx) as Promise<RetireOutput>;
async function storePoint(daysAgo: number, values: PointValues = {}) {
  const point = await createPoint(policyId, { startedAt: new Date(Date.now() - daysAgo * DAY_MS), ...values });
  mkdirSync(join(root, point.key), { recursive: true });
  for (const name of ["database.sql.zst", "manifest.json"]) writeFileSync(join(root, point.key, name), name);
  return point;
}
const isThere = (point: { key: string }) => existsSync(join(root, point.key, "manifest.json"));
const isScheduled = async () => (await db().backupPolicy.count({ where: { id: policyId, removedAt: null } })) === 1;

describe("backups of a service that goes away", () => {
  it("end their schedule and keep their points when that was chosen", async () => {
    const points = [await storePoint(2), await storePoint(1)];
    expect((await backupsRetire.plan({ objects: "keep" }, contextOf().ctx)).changes.map((one) => one.action)).toEqual([
      "remove",
      "keep",
      "keep",
    ]);
    expect(await retire("keep")).toEqual({ policies: 1, kept: 2, removed: 0, stayed: [] });
    expect(await isScheduled()).toBe(false);
    expect(points.map(isThere)).toEqual([true, true]);
    expect(await backupsRetire.verify({ objects: "keep" }, contextOf().ctx)).toMatchObject({ ok: true });
  });

  it("are deleted only once a newer one was taken and proven in the same run; that one stays", async () => {
    const old = await storePoint(2);
    const bad = await storePoint(3, { state: "failed" });
    await expect(retire("delete")).rejects.toMatchObject({ code: "backups.no_fresh_proof" });
    expect([await isScheduled(), isThere(old)]).toEqual([true, true]);
    await storePoint(0, { state: "stored", stepId: takeStepId });
    await expect(retire("delete")).rejects.toMatchObject({ code: "backups.no_fresh_proof" });
    const fresh = await storePoint(0, { stepId: takeStepId });
    const outcome = await retire("delete");
    expect(outcome).toMatchObject({ policies: 1, kept: 1, removed: 3 });
    expect(outcome.stayed).toEqual([`${fresh.key}: the last one proven`]);
    expect([old, bad, fresh].map(isThere)).toEqual([false, false, true]);
    expect(await isScheduled()).toBe(false);
  });

  it("are not deleted while a policy has nothing proven, and of one that ended the newest stays", async () => {
    const stored = [
      await storePoint(2, { state: "stored" }),
      await storePoint(0, { state: "stored", stepId: takeStepId }),
    ];
    await expect(retire("delete")).rejects.toMatchObject({
      ...{ code: "backups.no_fresh_proof", retry: "needs_person" },
      message: expect.stringContaining("database (production)"),
    });
    expect([await isScheduled(), ...stored.map(isThere)]).toEqual([true, true, true]);
    // One of two is not enough.
    const other = await createPolicyRow(service, {
      name: "files",
      source: { kind: "files", path: "/srv/x", exclude: [] },
    });
    await createPoint(other, { stepId: takeStepId });
    await expect(retire("delete")).rejects.toMatchObject({ message: expect.stringContaining("database (production)") });
    await db().backupPolicy.updateMany({ where: { id: { in: [policyId, other] } }, data: { removedAt: new Date() } });
    const lost = await storePoint(0, { state: "stored" });
    await db().backup.update({ where: { id: lost.id }, data: { missingAt: new Date() } });
    const { stayed, removed } = await retire("delete");
    expect(removed).toBe(2);
    expect(stayed).toContain(`${stored[1]?.key}: the newest one, and none of them is proven`);
    expect([...stored, lost].map(isThere)).toEqual([false, true, false]);
  });

  it("of ended policies of one name stay for each environment", async () => {
    const points = [await storePoint(2), await storePoint(1)];
    const [first] = points;
    await db().backup.update({ where: { id: first?.id }, data: { environment: "staging" } });
    await db().backup.updateMany({ where: { policyId }, data: { policyId: null } });
    await db().backupPolicy.update({ where: { id: policyId }, data: { removedAt: new Date() } });
    expect((await retire("delete")).removed).toBe(0);
    expect(points.map(isThere)).toEqual([true, true]);
  });

  it("are deleted only for somebody who may do that when it comes to it, and end their schedule for nobody else", async () => {
    const old = await storePoint(2);
    await storePoint(0, { stepId: takeStepId });
    const leaver = await createPerson({ name: "Lee Leaver", roles: ["admin"] });
    const asLeaver = contextOf({ run: { id: runId, requestedById: leaver.id } });
    const refused = { code: "runs.not_allowed", retry: "needs_person" };
    await db().user.update({ where: { id: leaver.id }, data: { roles: writeRoles(["staff", "manager"]) } });
    await expect(retire("delete", asLeaver)).rejects.toMatchObject(refused);
    await db().user.update({
      where: { id: leaver.id },
      data: { roles: writeRoles(["admin"]), disabledAt: new Date() },
    });
    await expect(retire("delete", asLeaver)).rejects.toMatchObject(refused);
    await expect(retire("delete", contextOf({ run: { id: runId } }))).rejects.toMatchObject(refused);
    expect([await isScheduled(), isThere(old)]).toEqual([true, true]);
    expect(await retire("keep", asLeaver)).toMatchObject({ policies: 1, removed: 0 });
  });

  it("leave what is pinned or locked, and name it", async () => {
    const pinned = await storePoint(3, { pinnedAt: new Date() });
    const locked = await storePoint(2, { lockedUntil: new Date(Date.now() + DAY_MS) });
    await storePoint(0, { stepId: takeStepId });
    const { stayed } = await retire("delete");
    expect(stayed).toHaveLength(3);
    expect(stayed.join("\n")).toContain("pinned");
    expect(stayed.join("\n")).toContain("locked until");
    expect([pinned, locked].map(isThere)).toEqual([true, true]);
  });

  it.each([0, 1, 2, 3, 5, 8, 13])(
    "are finished by the next try when the worker dies at its call %i",
    async (deadly) => {
      const old = [await storePoint(3), await storePoint(2)];
      const fresh = await storePoint(0, { stepId: takeStepId });
      let calls = 0;
      const died = new Error("died");
      const first = contextOf({
        onCall: () => {
          if (calls++ === deadly) throw died;
        },
      });
      const outcome = await retire("delete", first).catch((error: unknown) => error);
      if (outcome === died) await retire("delete", first.next());
      expect([...old, fresh].map(isThere)).toEqual([false, false, true]);
      expect(await isScheduled()).toBe(false);
    },
  );
});
