import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import type { UserActor } from "#lib/access/types.ts";
import { sourcesOf } from "#lib/checklists/backup-sources.ts";
import { db } from "#lib/platform/db/client.ts";
import { type Actors, createActors, refusalOf } from "#lib/services/testing/actors.ts";
import { OWN_DISK_TARGET, PANEL } from "../constants.ts";
import { addPoint, addPolicy, manifestOf } from "../testing/points.ts";
import { getBackup } from "./get-backup.ts";
import { listBackups } from "./list-backups.ts";
import { listBoard } from "./list-board.ts";
import { namesOf } from "./suggest-sources.ts";

useTestDatabase("backupreads");
const HOUR_MS = 3_600_000;
const ago = (hours: number) => new Date(Date.now() - hours * HOUR_MS);
let people: Actors;
const services: Record<string, string> = {};
let fresh: Awaited<ReturnType<typeof addPolicy>>;

interface Kept {
  database?: string;
  filesFolder?: boolean;
}

async function addService(
  name: string,
  { state = "live", volumes = [], ...data }: Kept & { state?: string; volumes?: { name: string }[] } = {},
) {
  const id = randomUUID();
  await db().service.create({ data: { id, name, purpose: "x", ownerId: people.owner.id, state } });
  await db().environment.create({
    data: { id: randomUUID(), serviceId: id, name: "production", stackName: `${name}-production` },
  });
  const answers = { data: { database: "none", filesFolder: false, ...data }, placement: { method: "swarm", volumes } };
  await db().answers.create({
    data: { serviceId: id, version: 1, answers, hash: new Uint8Array(32), byId: people.owner.id },
  });
  services[name] = id;
  return id;
}

beforeAll(async () => {
  people = await createActors();
  fresh = await addPolicy({ serviceId: await addService("fresh") }, { nextAt: ago(-5) });
  const late = await addPolicy({ serviceId: await addService("late") }, { overdueAt: ago(2) });
  const broken = await addPolicy({ serviceId: await addService("broken") });
  const gone = await addPolicy({ serviceId: await addService("gone") });
  await addPolicy({ serviceId: await addService("retired", { state: "retired" }) });
  await addService("bare", { database: "mariadb" });
  await addService("empty");
  await addPoint(fresh, { startedAt: ago(3), sizeBytes: 2_000n });
  await addPoint(fresh, { startedAt: ago(27), sizeBytes: 1_000n });
  await addPoint(fresh, { startedAt: ago(51), sizeBytes: 900n, removedAt: ago(1), removedReason: "daily 15 of 14" });
  await addPoint(late, { startedAt: ago(60) });
  await addPoint(broken, { startedAt: ago(20) });
  await addPoint(broken, { startedAt: ago(6), state: "failed", proven: null, manifest: undefined, error: "Disk full" });
  await addPoint(gone, { startedAt: ago(4), missingAt: ago(1) });
  await addPoint(gone, { startedAt: ago(5), proven: "decode", state: "stored" });
});

describe("the board", () => {
  test("puts what could least be brought back first, and the panel itself among it", async () => {
    const { rows, total } = await listBoard(people.outsider);
    expect(rows.map((row) => row.service)).toEqual(
      ["bare", null, "gone", "late", "broken", "fresh"].sort(bySame(rows)),
    );
    expect(rows.slice(0, 3).every((row) => row.asOf === null)).toBe(true);
    expect(rows.slice(3).map((row) => row.service)).toEqual(["late", "broken", "fresh"]);
    expect(total).toBe(6);
  });

  test("claims the newest point that was counted and is still there, whatever came after", async () => {
    const { rows } = await listBoard(people.outsider);
    const of = (service: string) => rows.find((row) => row.service === service);
    expect(of("broken")).toMatchObject({ level: "counts", lastBackup: { state: "failed", error: "Disk full" } });
    expect(of("gone")).toMatchObject({ asOf: null, count: 1, lastBackup: { availability: "missing" } });
    expect(of("fresh")).toMatchObject({ restoreMs: 4_200, count: 2, overdueSince: null });
    expect(of("fresh")?.sizes.map((one) => one.sizeBytes)).toEqual([900, 1_000, 2_000]);
    expect(of("late")?.overdueSince).not.toBeNull();
    expect(of("bare")).toMatchObject({ policyId: null, enabled: false, count: 0, lastBackup: null });
  });

  test("says of how many services all is provably restorable as scheduled", async () => {
    const { summary } = await listBoard(people.outsider);
    expect(summary).toEqual({
      ...{ services: 5, asScheduled: 1, panelAsScheduled: false, withoutData: 1 },
      ...{ overdue: 1, failing: 1, tooOld: 1, unreachable: 0, unproven: 3, unscheduled: 2 },
    });
  });

  test("judges what is proven by its schedule: too old is what it lets nothing become, and what is dated in the future", async () => {
    const policy = await addPolicy({ serviceId: services.empty ?? "" });
    const id = await addPoint(policy);
    const restoreEach = { restoreEach: true, cron: null, randomOlder: false, smoke: null };
    const isTooOld = async (
      days: number,
      data: Parameters<ReturnType<typeof db>["backupPolicy"]["update"]>[0]["data"],
    ) => {
      await db().backupPolicy.update({ where: { id: policy.id }, data: { verification: restoreEach, ...data } });
      await db().backup.update({ where: { id }, data: { startedAt: ago(24 * days) } });
      return (await listBoard(people.outsider, { service: "empty" })).rows[0]?.tooOld;
    };
    const weekly = { cron: "0 2 * * 0" };
    expect(await isTooOld(6.9, weekly)).toBe(false);
    expect(await isTooOld(15, weekly)).toBe(true);
    const { rows, summary } = await listBoard(people.outsider, { service: "empty", filter: "tooOld" });
    expect([rows.length, summary]).toMatchObject([1, { services: 1, asScheduled: 0, tooOld: 1 }]);
    const hourly = {
      ...{ cron: "0 * * * *", jitterMinutes: 15, graceMinutes: 90 },
      verification: { ...restoreEach, restoreEach: false, cron: "30 2 * * *" },
    };
    expect(await isTooOld(0.1, hourly)).toBe(false);
    expect(await isTooOld(3, hourly)).toBe(true);
    expect(await isTooOld(90, { cron: null })).toBe(false);
    expect((await listBoard(people.outsider, { service: "empty" })).summary).toMatchObject({ asScheduled: 1 });
    expect(await isTooOld(-1, { cron: null })).toBe(true);
    expect(await isTooOld(5, { cron: "0 2 * * *", enabled: false })).toBe(true);
    await db().backup.delete({ where: { id } });
    await db().backupPolicy.delete({ where: { id: policy.id } });
  });

  test("has a line for all that a service's answers name and no policy backs up, in each of its environments", async () => {
    const volumes = [{ name: "spool" }];
    const serviceId = await addService("halves", { database: "postgresql", filesFolder: true, volumes });
    const environment = { serviceId, name: "staging", stackName: "halves-staging" };
    const { id } = await db().environment.create({ data: { ...environment, id: randomUUID() } });
    const missing = async () =>
      (await listBoard(people.outsider, { service: "halves", filter: "unscheduled", sort: "service" })).rows.map(
        (row) => `${row.environment} ${row.policy} ${row.engine}`,
      );
    const all = ["database postgresql", "files files", "volume-spool volume"];
    const mayMake = async (person: UserActor) =>
      (await listBoard(person, { service: "halves", filter: "unscheduled" })).rows.map((row) => row.mayMakePolicy);
    expect(await mayMake(people.owner)).toEqual([true, true, true]);
    expect(await mayMake(people.outsider)).toEqual([false, false, false]);
    const there = (environment: string) => all.map((one) => `${environment} ${one}`);
    expect(await missing()).toEqual(there("production"));
    // Nothing runs there until something was released to it.
    await db().environment.update({ where: { id }, data: { currentId: randomUUID() } });
    expect(await missing()).toEqual([...there("production"), ...there("staging")]);
    const data = { database: "postgresql", filesFolder: true } as const;
    const kept = { data, placement: { method: "swarm", volumes } } as const;
    const names = namesOf("halves");
    for (const { name, source } of sourcesOf({ answers: kept, names }))
      await addPolicy({ serviceId, name }, { kind: source.kind, source: { ...source, kind: undefined } });
    expect(await missing()).toEqual(there("staging"));
    await db().backupPolicy.updateMany({ where: { serviceId, name: "database" }, data: { scope: null } });
    expect(await missing()).toEqual(["production database postgresql", ...there("staging")]);
    // Who backs up a part of the folder meant it.
    const part = { path: `${names.folder}/uploads`, exclude: [] };
    await db().backupPolicy.updateMany({ where: { serviceId, name: "files" }, data: { source: part } });
    expect(await missing()).not.toContain("production files files");
    const pages = [await listBoard(people.outsider, { filter: "unscheduled", limit: 2 })];
    for (let next = pages[0]?.next; next; next = pages.at(-1)?.next)
      pages.push(await listBoard(people.outsider, { filter: "unscheduled", limit: 2, after: next }));
    const keys = pages.flatMap(({ rows }) => rows.map((row) => `${row.service} ${row.environment} ${row.policy}`));
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toHaveLength(pages[0]?.total ?? 0);
    await db().backupPolicy.deleteMany({ where: { serviceId } });
    await db().service.update({ where: { id: serviceId }, data: { state: "retired" } });
  });

  test("does not put a policy among the best whose proofs stopped or do not begin, unless it asks for none", async () => {
    const since = ago(9);
    const stopped = { unprovenSince: since, unprovenWhy: "No identity opens it." };
    const update = (data: Parameters<ReturnType<typeof db>["backupPolicy"]["update"]>[0]["data"]) =>
      db().backupPolicy.update({ where: { id: fresh.id }, data });
    const none = { restoreEach: false, cron: null, randomOlder: false, smoke: null };
    const line = async () => (await listBoard(people.outsider, { q: "fresh" })).rows[0];
    await update(stopped);
    expect(await line()).toMatchObject({
      proofOverdueSince: since.toISOString(),
      unprovenWhy: "No identity opens it.",
    });
    expect((await listBoard(people.outsider, { filter: "overdue" })).rows.map((row) => row.service)).toContain("fresh");
    const order = (await listBoard(people.outsider)).rows.map((row) => row.service);
    expect(order.indexOf("fresh")).toBeLessThan(order.indexOf("broken"));
    await update({ verification: none });
    expect(await line()).toMatchObject({ proofOverdueSince: null, unprovenWhy: null });
    await update({ verification: { ...none, cron: "0 3 * * *" }, nextVerifyAt: ago(30), unprovenSince: null });
    expect((await line())?.proofOverdueSince).not.toBeNull();
    await update({ verification: { ...none, restoreEach: true }, nextVerifyAt: null, unprovenWhy: null });
    expect(await line()).toMatchObject({ proofOverdueSince: null });
  });

  test("does not claim without a word what lies in a target that cannot be used, nor counts it", async () => {
    const since = ago(7);
    const set = (data: { state: string; failingSince: Date | null }) =>
      db().backupTarget.update({ where: { id: OWN_DISK_TARGET }, data });
    await set({ state: "failing", failingSince: since });
    const { rows, summary } = await listBoard(people.outsider, { filter: "unreachable" });
    expect(rows.map((row) => row.service).toSorted()).toEqual(["broken", "fresh", "late"]);
    expect(rows[0]).toMatchObject({ targetFailingSince: since.toISOString() });
    expect(summary).toMatchObject({ asScheduled: 0, unreachable: 3 });
    const point = await getBackup(people.outsider, rows[0]?.provenId ?? "");
    expect(point.targetFailingSince).toBe(since.toISOString());
    await set({ state: "ok", failingSince: null });
    expect((await listBoard(people.outsider)).summary).toMatchObject({ asScheduled: 1, unreachable: 0 });
    expect((await getBackup(people.outsider, point.id)).targetFailingSince).toBeNull();
  });

  test("narrows to what needs a look, by words and by service", async () => {
    const names = async (question: Parameters<typeof listBoard>[1]) =>
      (await listBoard(people.outsider, question)).rows.map((row) => row.service);
    expect(await names({ filter: "overdue" })).toEqual(["late"]);
    expect(await names({ filter: "failing" })).toEqual(["broken"]);
    expect((await names({ filter: "unscheduled" })).toSorted()).toEqual(["bare", null].toSorted());
    expect(await names({ q: "FRE" })).toEqual(["fresh"]);
    expect(await names({ service: PANEL })).toEqual([null]);
    expect(await names({ service: "gone" })).toEqual(["gone"]);
    expect((await refusalOf(listBoard(people.outsider, { service: "nobody" }))).status).toBe(404);
  });

  test("pages in its own order, each line once", async () => {
    for (const sort of ["worst", "-asOf", "service", "-service", "next", "-size"] as const) {
      const whole = await listBoard(people.outsider, { sort });
      const seen: (string | null)[] = [];
      let after: string | undefined;
      do {
        const page = await listBoard(people.outsider, { sort, limit: 2, after });
        seen.push(...page.rows.map((row) => row.service));
        after = page.next ?? undefined;
      } while (after);
      expect(seen).toEqual(whole.rows.map((row) => row.service));
    }
  });
});

/** Equal ranks may stand in either order: as they were answered. */
const bySame = (rows: { service: string | null }[]) => (a: string | null, b: string | null) =>
  rows.findIndex((row) => row.service === a) - rows.findIndex((row) => row.service === b);

describe("executions", () => {
  test("come newest first, a page at a time, each once", async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listBackups(people.outsider, { limit: 3, cursor });
      seen.push(...page.rows.map((row) => row.startedAt));
      cursor = page.next ?? undefined;
    } while (cursor);
    expect(seen).toHaveLength(8);
    expect(seen).toEqual(seen.toSorted().reverse());
  });

  test("stay apart when they began at the same moment", async () => {
    const twins = await addPolicy({ serviceId: services.fresh ?? "", name: "files" });
    const at = ago(100);
    const ids = await Promise.all([1, 2, 3].map(() => addPoint(twins, { startedAt: at })));
    const first = await listBackups(people.outsider, { policyId: twins.id, limit: 2 });
    const second = await listBackups(people.outsider, { policyId: twins.id, limit: 2, cursor: first.next ?? "" });
    expect([...first.rows, ...second.rows].map((row) => row.id).sort()).toEqual(ids.sort());
    expect(second.next).toBeNull();
    await db().backup.deleteMany({ where: { policyId: twins.id } });
    await db().backupPolicy.delete({ where: { id: twins.id } });
  });

  test("are narrowed by service, state, and whether they can be had", async () => {
    const count = async (filter: Parameters<typeof listBackups>[1]) =>
      (await listBackups(people.outsider, filter)).rows.length;
    expect(await count({ service: "broken" })).toBe(2);
    expect(await count({ service: "nobody" })).toBe(0);
    expect(await count({ q: "gon" })).toBe(2);
    expect(await count({ q: "zzz" })).toBe(0);
    expect(await count({ service: PANEL })).toBe(0);
    expect(await count({ state: "failed" })).toBe(1);
    expect(await count({ availability: "missing" })).toBe(1);
    expect(await count({ availability: "removed" })).toBe(1);
    expect(await count({ availability: "available" })).toBe(5);
    expect(await count({ service: "fresh", availability: "removed", state: "verified" })).toBe(1);
  });

  test("tell what is in them without their manifests", async () => {
    const [row] = (await listBackups(people.outsider, { service: "fresh" })).rows;
    expect(row).toMatchObject({ tables: 2, rows: 91_200, availability: "available", pinned: false, lockedUntil: null });
    expect(row).not.toHaveProperty("manifest");
  });

  test("refuse a cursor that is none", async () => {
    expect((await refusalOf(listBackups(people.outsider, { cursor: "nonsense" }))).status).toBe(422);
  });
});

describe("a restore point", () => {
  test("says what was proven in the proof's own words, in the order it was looked at", async () => {
    const id = await addPoint(fresh, { startedAt: ago(200) });
    const look = (level: string, ok: boolean, report: object, minutes: number) =>
      db().verification.create({
        data: { id: randomUUID(), backupId: id, level, ok, report, durationMs: 5, createdAt: ago(minutes / 60) },
      });
    await look("hash", true, {}, 3);
    await look("counts", false, { summary: "pads: 3 rows, not 4" }, 2);
    const { verifications } = await getBackup(people.outsider, id);
    expect(verifications.map((one) => [one.level, one.ok, one.summary])).toEqual([
      ["hash", true, "Read back from the target: every byte is as it was stored."],
      ["counts", false, "pads: 3 rows, not 4"],
    ]);
  });

  test("lets each do what is theirs, and nothing of what is kept or gone", async () => {
    const id = await addPoint(fresh, { startedAt: ago(201) });
    const allowed = async (who: keyof Actors, point = id) => {
      const { may } = await getBackup(people[who], point);
      return Object.entries(may).flatMap(([what, ok]) => (ok ? [what] : []));
    };
    expect(await allowed("outsider")).toEqual([]);
    expect(await allowed("owner")).toEqual(["verify", "restore", "pin", "link"]);
    expect(await allowed("teammate")).toEqual(["verify", "pin"]);
    expect(await allowed("dba")).toEqual(["verify", "restore", "swap", "pin", "remove", "link"]);
    await db().backup.update({ where: { id }, data: { pinnedAt: ago(1), pinReason: "the audit" } });
    expect(await allowed("admin")).not.toContain("remove");
    await db().backup.update({ where: { id }, data: { pinnedAt: null, lockedUntil: ago(-24) } });
    expect(await allowed("admin")).not.toContain("remove");
    const newest = (await listBoard(people.admin, { service: "fresh" })).rows[0]?.provenId ?? "";
    expect(await allowed("admin", newest)).not.toContain("remove");
    expect((await getBackup(people.admin, newest)).stays).toContain("last one that was proven");
    await db().backup.update({ where: { id }, data: { lockedUntil: null, removedAt: ago(1), removedReason: "asked" } });
    expect(await allowed("admin")).toEqual([]);
    const point = await getBackup(people.admin, id);
    expect(point).toMatchObject({ availability: "removed", byHand: [] });
    expect(point.notRestorable).toContain("asked");
  });

  test("shows links to those who could make them, and nobody their tokens", async () => {
    const id = await addPoint(fresh, { startedAt: ago(202) });
    const link = { id: randomUUID(), backupId: id, reason: "Bug 7", expiresAt: ago(-1), byId: people.dba.id };
    await db().backupLink.create({ data: { ...link, tokenHash: new Uint8Array(32).fill(7) } });
    expect((await getBackup(people.dba, id)).links).toMatchObject([{ reason: "Bug 7", uses: 0 }]);
    expect((await getBackup(people.teammate, id)).links).toEqual([]);
    expect(JSON.stringify(await getBackup(people.dba, id))).not.toContain("tokenHash");
  });

  test("gives commands with the real names, and the place of its target", async () => {
    const id = await addPoint(fresh, { startedAt: ago(203) });
    const { byHand, key } = await getBackup(people.outsider, id);
    const script = byHand.map((one) => one.command).join("\n");
    expect(script).toContain(key);
    expect(script).toContain(`${"ab".repeat(32)}  database.sql.zst`);
    expect(script).toContain("zstd -dc < database.sql.zst | docker exec");
    expect(script).toContain("pads_restored");
  });

  test("whose policy was deleted keeps its name, and leads nowhere", async () => {
    const ended = await addPolicy({ serviceId: services.fresh ?? "", name: "ended" }, { scope: null });
    const id = await addPoint(ended, { startedAt: ago(300) });
    expect(await getBackup(people.outsider, id)).toMatchObject({ policyId: null, policy: "ended" });
  });

  test("of before, whose manifest this version does not read, still has its page", async () => {
    const id = await addPoint(fresh, { startedAt: ago(204), manifest: { version: 1 } });
    const point = await getBackup(people.admin, id);
    expect(point).toMatchObject({ manifest: null, tables: null, byHand: [] });
    expect(point.notRestorable).not.toBeNull();
    expect(manifestOf(id).version).toBe(2);
    expect((await refusalOf(getBackup(people.admin, randomUUID()))).status).toBe(404);
  });
});
