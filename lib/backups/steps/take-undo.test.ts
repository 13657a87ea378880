import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { createPoint, createPolicyRow, createServiceRow, type PointValues } from "#workers/testing/backup-rows.ts";
import { KINDS, OWN_DISK_TARGET, type Trigger } from "../constants.ts";
import { backupsTake } from "./take.ts";

useTestDatabase("take-undo");

let people: People;
let root = "";
let service: { id: string; name: string };
let policyId: string;

beforeAll(async () => {
  people = await createPeople();
  root = mkdtempSync(join(tmpdir(), "seaworthy-take-undo-"));
  overrideConfig({ BACKUPS_ROOT: root });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));
beforeEach(async () => {
  service = await createServiceRow(people.owner.id);
  policyId = await createPolicyRow(service);
});

/** Undoes the step that took a point with these values. Whether its objects and its row are still there. */
async function undo(values: PointValues, trigger: Trigger = "person", pin = false) {
  const point = await createPoint(policyId, values);
  const manifest = join(root, point.key, "manifest.json");
  mkdirSync(join(root, point.key), { recursive: true });
  writeFileSync(manifest, "{}");
  if (pin) await db().backup.update({ where: { id: point.id }, data: { pinnedAt: new Date() } });
  const test = createTestContext({ service, environment: "production" });
  const entry = { kind: KINDS.point, providerId: point.id, name: point.key };
  await test.ctx.ledger.record({ ...entry, attributes: { key: point.key, targetId: OWN_DISK_TARGET } });
  await backupsTake.undo([...test.ledger.values()], { policy: "database", trigger }, test.ctx);
  expect(test.ledger.size).toBe(0);
  return { objects: existsSync(manifest), rows: await db().backup.count({ where: { id: point.id, removedAt: null } }) };
}

describe("undoing a backup", () => {
  it("takes away a point that nobody relies on", async () => {
    await createPoint(policyId);
    expect(await undo({ state: "stored" })).toEqual({ objects: false, rows: 0 });
  });

  it("keeps what is pinned, the last one that was proven, and the newest where none is", async () => {
    expect(await undo({ state: "stored" })).toEqual({ objects: true, rows: 1 });
    expect(await undo({ state: "stored" }, "person", true)).toEqual({ objects: true, rows: 1 });
    expect(await undo({ state: "verified" })).toEqual({ objects: true, rows: 1 });
  });

  it("with the whole service also takes the last one proven and the newest, but nothing pinned", async () => {
    expect(await undo({ state: "stored" }, "provision")).toEqual({ objects: false, rows: 0 });
    expect(await undo({ state: "verified" }, "provision")).toEqual({ objects: false, rows: 0 });
    expect(await undo({ state: "verified" }, "provision", true)).toEqual({ objects: true, rows: 1 });
  });
});
