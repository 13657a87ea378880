import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { createApi } from "#lib/api/handle-request.ts";
import { OWN_DISK_TARGET } from "#lib/backups/constants.ts";
import { pingSecretName } from "#lib/backups/queries/find-policy.ts";
import { db } from "#lib/platform/db/client.ts";
import { closeBells } from "#lib/runs/bells.ts";
import { findSecret } from "#lib/secrets/queries.ts";
import { createPoint, createPolicyRow, createServiceRow, SETTINGS, sourceOf } from "#workers/testing/backup-rows.ts";
import { ROUTES } from "./registry.ts";

useTestDatabase("backuppolicies");
const api = createApi(ROUTES);
let people: People;
let service: { id: string; name: string };
let policyId: string;
let panelPolicyId: string;

beforeAll(async () => {
  people = await createPeople();
});
afterAll(() => closeBells());
beforeEach(async () => {
  await db().backup.deleteMany();
  await db().backupPolicy.deleteMany();
  service = await createServiceRow(people.owner.id);
  policyId = await createPolicyRow(service);
  panelPolicyId = await createPolicyRow(null, { name: "panel" });
});

type Who = keyof People | null;

async function ask(who: Who, method: string, path: string, body?: unknown) {
  const response = await api(
    new Request(`http://localhost:8080/api/v1${path}`, {
      method,
      headers: {
        ...(who ? people[who].headers : { origin: "http://localhost:8080" }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
  return { status: response.status, body: await response.json() };
}

const EVERYBODY: Who[] = ["owner", "teammate", "outsider", "manager", "dba", "admin"];
/** What each was answered. */
const statuses = async (method: string, path: string, body?: () => unknown) =>
  Object.fromEntries(
    await Promise.all(
      [...EVERYBODY, "disabled" as const, null].map(async (who) => [
        who ?? "nobody",
        (await ask(who, method, path, body?.())).status,
      ]),
    ),
  );
const newPolicy = (more: Record<string, unknown> = {}) => ({
  ...SETTINGS,
  serviceName: service.name,
  environment: "production",
  name: `p-${randomUUID().slice(0, 8)}`,
  source: sourceOf(service.name),
  ...more,
});
const edit = (more: Record<string, unknown> = {}) => ({ ...SETTINGS, version: 1, ...more });

describe("who may what", () => {
  const READ = {
    owner: 200,
    teammate: 200,
    outsider: 200,
    manager: 200,
    dba: 200,
    admin: 200,
    disabled: 401,
    nobody: 401,
  };

  it("everybody signed in reads policies", async () => {
    expect(await statuses("GET", "/backup-policies")).toEqual(READ);
    expect(await statuses("GET", `/backup-policies/${policyId}`)).toEqual(READ);
    expect(await statuses("GET", "/backups/health")).toEqual(READ);
  });

  it("a service's policies are its owner's, besides database administrators and administrators", async () => {
    const expected = { ...READ, teammate: 403, outsider: 403, manager: 403 };
    expect(await statuses("POST", "/backup-policies", () => newPolicy())).toEqual({
      ...expected,
      ...{ owner: 201, dba: 201, admin: 201 },
    });
    const answers: Record<string, number> = {};
    for (const who of [...EVERYBODY, null]) {
      const { version } = await db().backupPolicy.findUniqueOrThrow({ where: { id: policyId } });
      answers[who ?? "nobody"] = (await ask(who, "PUT", `/backup-policies/${policyId}`, edit({ version }))).status;
    }
    expect(answers).toEqual({
      owner: 200,
      teammate: 403,
      outsider: 403,
      manager: 403,
      dba: 200,
      admin: 200,
      nobody: 401,
    });
    for (const who of ["teammate", "outsider", "manager", null] as const)
      expect((await ask(who, "DELETE", `/backup-policies/${policyId}`)).status).toBe(who ? 403 : 401);
    expect((await ask("owner", "DELETE", `/backup-policies/${policyId}`)).status).toBe(200);
  });

  it("the panel's own policy is for database administrators and administrators alone", async () => {
    const panel = () => newPolicy({ serviceName: null, source: { kind: "panel" } });
    expect(await statuses("POST", "/backup-policies", panel)).toEqual({
      ...{ owner: 403, teammate: 403, outsider: 403, manager: 403, dba: 201, admin: 201, disabled: 401, nobody: 401 },
    });
    expect((await ask("owner", "PUT", `/backup-policies/${panelPolicyId}`, edit())).status).toBe(403);
    expect((await ask("dba", "PUT", `/backup-policies/${panelPolicyId}`, edit())).status).toBe(200);
  });

  it("only an administrator says who can open the panel's own backups: its keys are in them", async () => {
    const recipients = [`age1${"q".repeat(58)}`];
    const panel = (name: string) =>
      newPolicy({ name, serviceName: null, source: { kind: "panel" }, recipients, environment: "production" });
    expect((await ask("dba", "POST", "/backup-policies", panel("mine"))).status).toBe(422);
    expect((await ask("admin", "POST", "/backup-policies", panel("ours"))).status).toBe(201);
    const put = (who: Who, version: number) =>
      ask(who, "PUT", `/backup-policies/${panelPolicyId}`, edit({ version, recipients }));
    expect((await put("dba", 1)).status).toBe(422);
    expect((await put("admin", 1)).status).toBe(200);
    // Those that are there already may stay.
    expect((await put("dba", 2)).status).toBe(200);
  });

  it("points are pinned by whoever works here and removed by who looks after data", async () => {
    const { id } = await createPoint(policyId);
    await createPoint(policyId);
    const reason = () => ({ reason: "before the migration" });
    for (const who of ["owner", "teammate", "manager", "dba", "admin", "outsider", "disabled", null] as const) {
      expect((await ask(who, "PUT", `/backups/${id}/pin`, reason())).status).toBe(
        who === null || who === "disabled" ? 401 : who === "outsider" ? 403 : 200,
      );
      await db().backup.update({ where: { id }, data: { pinnedAt: null, pinnedById: null, pinReason: null } });
    }
    for (const who of ["owner", "teammate", "outsider", "manager"] as const)
      expect((await ask(who, "DELETE", `/backups/${id}`)).status).toBe(403);
    expect((await ask("dba", "DELETE", `/backups/${id}`)).status).toBe(202);
  });

  it("a pin is taken away by who put it there, the service's owner and who looks after data alone", async () => {
    const { id } = await createPoint(policyId, { startedAt: new Date(Date.UTC(2020, 0, 1)) });
    const pin = (who: Who) => ask(who, "PUT", `/backups/${id}/pin`, { reason: "before the migration" });
    const unpin = async (who: Who) => (await ask(who, "DELETE", `/backups/${id}/pin`)).status;
    for (const who of ["teammate", "owner", "dba", "admin"] as const) {
      expect((await pin("teammate")).status).toBe(200);
      for (const other of ["manager", "outsider", "disabled", null] as const)
        expect(await unpin(other), String(other)).toBe(other === null || other === "disabled" ? 401 : 403);
      // Nor by pinning it over the other's pin first.
      expect((await pin("manager")).body.error.code).toBe("backups.pinned");
      expect((await ask("manager", "GET", `/backups/${id}`)).body.may.pin).toBe(false);
      expect((await ask(who, "GET", `/backups/${id}`)).body.may.pin).toBe(true);
      expect(await unpin(who), who).toBe(200);
    }
  });

  it("a pin says whether anything else keeps the point", async () => {
    const kept = await createPoint(policyId, { startedAt: new Date(Date.UTC(2020, 0, 1)) });
    const goes = async () => (await ask("owner", "GET", `/backups/${kept.id}`)).body.pin;
    expect(await goes()).toBeNull();
    await ask("owner", "PUT", `/backups/${kept.id}/pin`, { reason: "before the migration" });
    expect(await goes()).toMatchObject({ reason: "before the migration", goesUnpinned: false });
    const retention = { last: 1, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 };
    expect((await ask("owner", "PUT", `/backup-policies/${policyId}`, edit({ retention }))).status).toBe(200);
    await createPoint(policyId);
    expect(await goes()).toMatchObject({ goesUnpinned: true });
    await ask("owner", "DELETE", `/backup-policies/${policyId}`);
    expect(await goes()).toMatchObject({ goesUnpinned: false });
  });

  it("a backup is asked for by whoever works here", async () => {
    for (const who of ["outsider", "disabled", null] as const)
      expect((await ask(who, "POST", `/backup-policies/${policyId}/run`)).status).toBe(who === "outsider" ? 403 : 401);
    const { status, body } = await ask("teammate", "POST", `/backup-policies/${policyId}/run`);
    expect(status).toBe(202);
    const run = await db().run.findUniqueOrThrow({
      where: { id: body.runId },
      include: { steps: { orderBy: { position: "asc" } } },
    });
    expect(run).toMatchObject({ checklistKey: "backup", checklistVersion: 2, serviceId: service.id });
    expect(run.steps.map((step) => [step.key, step.state])).toEqual([
      ["take", "ready"],
      ["verify", "blocked"],
      ["prune", "blocked"],
    ]);
    // The same data twice at once is refused.
    expect((await ask("teammate", "POST", `/backup-policies/${policyId}/run`)).status).toBe(409);
  });
});

describe("a policy's source", () => {
  it("is a staff owner's only where it is the service's own", async () => {
    const other = await createServiceRow(people.teammate.id);
    const create = async (who: Who, source: unknown) => {
      const { status, body } = await ask(who, "POST", "/backup-policies", newPolicy({ source }));
      return { status, fields: Object.keys(body.error?.fields ?? body.fields ?? {}) };
    };
    const theirs = sourceOf(other.name);
    expect(await create("owner", theirs)).toMatchObject({ status: 422 });
    expect((await create("owner", theirs)).fields.sort()).toEqual([
      "source.passwordSecret",
      "source.rootPasswordSecret",
      "source.stackName",
      "source.swarmService",
    ]);
    expect(await create("owner", { kind: "files", path: "/etc" })).toEqual({ status: 422, fields: ["source.path"] });
    expect(await create("owner", { kind: "volume", volumeName: "other_data" })).toMatchObject({ status: 422 });
    expect(await create("owner", { kind: "panel" })).toEqual({ status: 422, fields: ["source.kind"] });
    // Another service's password is for nobody.
    expect((await create("admin", theirs)).fields.sort()).toEqual([
      "source.passwordSecret",
      "source.rootPasswordSecret",
    ]);
    // The host's own folders hold the panel's keys.
    expect(await create("dba", { kind: "files", path: "/etc" })).toEqual({ status: 422, fields: ["source.path"] });
    expect(await create("admin", { kind: "files", path: "/var/lib/pads" })).toMatchObject({ status: 201 });
  });
});

it("an environment that the service has not is refused, for its names could be another service's", async () => {
  const body = newPolicy({ environment: "notes-production", source: { kind: "volume", volumeName: "x_db" } });
  const { status, body: answer } = await ask("owner", "POST", "/backup-policies", body);
  expect(status).toBe(422);
  expect(Object.keys(answer.error?.fields ?? {})).toContain("environment");
});

describe("what a policy says", () => {
  it("is checked as a whole, with a sentence for each field", async () => {
    const wrong = edit({
      cron: "0 2 31 2 *",
      targetId: randomUUID(),
      verification: { ...SETTINGS.verification, cron: "nonsense" },
    });
    const { status, body } = await ask("owner", "PUT", `/backup-policies/${policyId}`, wrong);
    expect(status).toBe(422);
    expect(Object.keys(body.error?.fields ?? body.fields).sort()).toEqual(["cron", "targetId", "verification.cron"]);
    const smoke = { kind: "query", sql: "SELECT 1", expect: "" };
    const asking = (source: unknown, serviceName: string | null = service.name) =>
      newPolicy({ source, serviceName, verification: { ...SETTINGS.verification, smoke } });
    const folder = await ask("admin", "POST", "/backup-policies", asking({ kind: "files", path: "/srv/pads" }));
    expect(Object.keys(folder.body.error.fields)).toEqual(["verification.smoke.kind"]);
    // The panel's own database answers as a service's does.
    expect((await ask("dba", "POST", "/backup-policies", asking({ kind: "panel" }, null))).status).toBe(201);
    const locked = await ask("owner", "PUT", `/backup-policies/${policyId}`, edit({ lockDays: 7 }));
    expect(Object.keys(locked.body.error?.fields ?? locked.body.fields)).toEqual(["lockDays"]);
  });

  it("is kept as it was when somebody else has saved it meanwhile", async () => {
    const save = (who: Who, cron: string) => ask(who, "PUT", `/backup-policies/${policyId}`, edit({ cron }));
    const answers = await Promise.all([save("owner", "0 3 * * *"), save("dba", "0 4 * * *")]);
    expect(answers.map((one) => one.status).sort()).toEqual([200, 409]);
    const late = await save("owner", "0 5 * * *");
    expect(late.status).toBe(409);
    expect(late.body.error?.code ?? late.body.code).toBe("backups.changed_meanwhile");
  });

  it("starts at its times, in its time zone, and is overdue some time after", async () => {
    const settings = edit({ cron: "0 2 * * *", timeZone: "Europe/Berlin", jitterMinutes: 0, graceMinutes: 60 });
    const { body } = await ask("owner", "PUT", `/backup-policies/${policyId}`, settings);
    expect(body).toMatchObject({ scheduleWords: "At 02:00, every day", version: 2, mayEdit: true, overdueSince: null });
    const next = new Date(body.nextAt);
    expect(next.toLocaleTimeString("en-GB", { timeZone: "Europe/Berlin" })).toBe("02:00:00");
    const row = await db().backupPolicy.findUniqueOrThrow({ where: { id: policyId } });
    expect(row.overdueAt?.getTime()).toBe(next.getTime() + 3_600_000);
  });

  it("keeps a watcher's address as a secret that is never shown again", async () => {
    const address = "https://hc-ping.example.org/11111111";
    const { body } = await ask("owner", "PUT", `/backup-policies/${policyId}`, edit({ pingUrl: address }));
    expect(body).toMatchObject({ hasPing: true, pingUrl: null });
    const secret = await findSecret(db(), pingSecretName(policyId));
    expect(secret?.value.toString()).toBe(address);
    const kept = await ask("owner", "PUT", `/backup-policies/${policyId}`, edit({ version: 2 }));
    expect(kept.body.hasPing).toBe(true);
    const audits = await db().auditEvent.findMany({ where: { subjectId: policyId } });
    expect(audits).toHaveLength(2);
    expect(JSON.stringify(audits.map((one) => one.detail))).not.toContain("hc-ping");
    const gone = await ask("owner", "PUT", `/backup-policies/${policyId}`, edit({ version: 3, pingUrl: "" }));
    expect(gone.body.hasPing).toBe(false);
  });

  it("has a name of its own, free again once it has ended; its points stay", async () => {
    const first = await ask("owner", "POST", "/backup-policies", newPolicy({ name: "nightly" }));
    const twice = await ask("owner", "POST", "/backup-policies", newPolicy({ name: "nightly" }));
    expect([first.status, twice.status]).toEqual([201, 422]);
    await createPoint(first.body.id);
    await ask("owner", "DELETE", `/backup-policies/${first.body.id}`);
    expect((await ask("owner", "GET", `/backup-policies/${first.body.id}`)).status).toBe(404);
    expect(await db().backup.count({ where: { policyId: first.body.id, removedAt: null } })).toBe(1);
    expect((await ask("owner", "POST", "/backup-policies", newPolicy({ name: "nightly" }))).status).toBe(201);
    const { body } = await ask("outsider", "GET", `/backup-policies?service=${service.name}`);
    expect(body.policies.map((one: { name: string; mayEdit: boolean }) => [one.name, one.mayEdit])).toEqual([
      ["database", false],
      ["nightly", false],
    ]);
  });
});

describe("the preview", () => {
  it("says when it would start and which points it would keep, and why", async () => {
    const at = (day: number) => new Date(Date.UTC(2026, 9, day, 2));
    for (const day of [1, 2, 3]) await createPoint(policyId, { startedAt: at(day), sizeBytes: 1_000 });
    await createPoint(policyId, { startedAt: at(4), state: "failed" });
    const retention = { last: 0, hourly: 0, daily: 2, weekly: 0, monthly: 0, yearly: 0 };
    const wanted = { policyId, cron: "0 2 * * *", timeZone: "UTC", jitterMinutes: 0, retention };
    const { body } = await ask("outsider", "POST", "/backup-policies/preview", wanted);
    expect(body).toMatchObject({ words: "At 02:00, every day", steadyCount: 2, steadyBytes: 2_000 });
    expect(body.next).toHaveLength(5);
    expect(body.points.map((one: { keep: boolean }) => one.keep)).toEqual([true, true, false]);
    expect(body.points[0].reasons).toEqual(["daily 1 of 2", "the newest", "the last one proven"]);
    expect(body.laterMinutes).toBe(0);
    // Of the failed one. Afterwards it is the target that cannot be looked at.
    expect(body.nothingGoes).toContain("did not succeed");
    const nothingGoes = async () =>
      (await ask("outsider", "POST", "/backup-policies/preview", wanted)).body.nothingGoes;
    await db().backup.updateMany({ where: { policyId, state: "failed" }, data: { state: "stored" } });
    expect(await nothingGoes()).toBeNull();
    await db().backupTarget.update({ where: { id: OWN_DISK_TARGET }, data: { state: "failing" } });
    expect(await nothingGoes()).toContain("is failing");
    await db().backupTarget.update({ where: { id: OWN_DISK_TARGET }, data: { state: "ok" } });
    const wrong = await ask("owner", "POST", "/backup-policies/preview", { ...wanted, cron: "x" });
    expect(wrong.status).toBe(422);
    expect(await db().backup.count({ where: { removedAt: null } })).toBe(4);
  });
});

it("the preview of a new policy says how much later its times may be, and gives those of its cron", async () => {
  const retention = { last: 1, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 };
  const wanted = { cron: "0 2 * * *", timeZone: "UTC", jitterMinutes: 30, retention };
  const preview = async (id: string | null) =>
    (await ask("owner", "POST", "/backup-policies/preview", { ...wanted, policyId: id })).body;
  const fresh = await preview(null);
  expect(fresh.laterMinutes).toBe(30);
  for (const at of fresh.next) expect(at).toMatch(/T02:00:00/);
  const known = await preview(policyId);
  expect(known.laterMinutes).toBe(0);
  expect(known.next[0]).not.toBe(fresh.next[0]);
});

describe("removing a point", () => {
  const remove = async (id: string) => {
    const { status, body } = await ask("dba", "DELETE", `/backups/${id}`);
    return { status, message: body.error?.message ?? body.message };
  };

  it("is refused for the last one proven, the pinned, the locked and what is wanted just now", async () => {
    const older = await createPoint(policyId, { startedAt: new Date(Date.now() - 86_400_000) });
    const proven = await createPoint(policyId);
    await createPoint(policyId, { state: "stored" });
    expect(await remove(proven.id)).toMatchObject({ status: 409, message: expect.stringContaining("the last one") });
    await db().backup.update({ where: { id: older.id }, data: { lockedUntil: new Date(Date.now() + 1_000_000) } });
    expect(await remove(older.id)).toMatchObject({ status: 409, message: expect.stringContaining("locked until") });
    await db().backup.update({ where: { id: older.id }, data: { lockedUntil: null, pinnedAt: new Date() } });
    expect(await remove(older.id)).toMatchObject({ status: 409, message: expect.stringContaining("pinned") });
    await db().backup.update({ where: { id: older.id }, data: { pinnedAt: null } });
    expect(await remove(older.id)).toMatchObject({ status: 202 });
  });

  it("is allowed of the last one too, once its policy has ended", async () => {
    const { id } = await createPoint(policyId);
    expect((await remove(id)).status).toBe(409);
    await ask("owner", "DELETE", `/backup-policies/${policyId}`);
    expect((await remove(id)).status).toBe(202);
  });
});

it("tells a monitor outside what is overdue, backups and proofs, which target fails and what is missing", async () => {
  const well = { overdue: [], proofs: [], targets: [], missing: [] };
  expect(await ask("outsider", "GET", "/backups/health")).toEqual({ status: 200, body: well });
  await db().backupPolicy.update({ where: { id: policyId }, data: { unprovenSince: new Date(), unprovenWhy: "x" } });
  const unproven = await ask("outsider", "GET", "/backups/health");
  expect(unproven.status).toBe(503);
  expect(unproven.body).toMatchObject({ overdue: [], proofs: [{ service: service.name, policy: "database" }] });
  await db().backupPolicy.update({ where: { id: policyId }, data: { unprovenSince: null, unprovenWhy: null } });
  const failing = { state: "failing", failingSince: new Date(0) };
  await db().backupTarget.update({ where: { id: OWN_DISK_TARGET }, data: failing });
  const dead = await ask("outsider", "GET", "/backups/health");
  expect([dead.status, dead.body.targets]).toEqual([
    503,
    [{ target: expect.any(String), since: "1970-01-01T00:00:00.000Z" }],
  ]);
  await db().backupTarget.update({ where: { id: OWN_DISK_TARGET }, data: { state: "ok", failingSince: null } });
  const point = await createPoint(policyId);
  await db().backup.update({ where: { id: point.id }, data: { missingAt: new Date(0) } });
  const gone = await ask("outsider", "GET", "/backups/health");
  expect(gone.status).toBe(503);
  expect(gone.body).toMatchObject({ ...well, missing: [{ service: service.name, policy: "database", points: 1 }] });
  await db().backup.delete({ where: { id: point.id } });
  await db().backupPolicy.update({ where: { id: policyId }, data: { overdueAt: new Date(Date.now() - 1_000) } });
  const { status, body } = await ask("outsider", "GET", "/backups/health");
  expect(status).toBe(503);
  expect(body.overdue).toMatchObject([{ service: service.name, environment: "production", policy: "database" }]);
  expect(OWN_DISK_TARGET).toMatch(/0001$/);
});
