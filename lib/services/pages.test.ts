import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { addPoint, addPolicy } from "#lib/backups/testing/points.ts";
import { db } from "#lib/platform/db/client.ts";
import { getHome } from "./queries/get-home.ts";
import { getService } from "./queries/get-service.ts";
import { listServices, type ServiceSort } from "./queries/list-services.ts";
import { getWizardChoices } from "./queries/wizard-choices.ts";
import { fillAnswers } from "./schema/answers.ts";
import { type Actors, createActors, refusalOf } from "./testing/actors.ts";

useTestDatabase("pages");
const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS);
let people: Actors;

async function createService(name: string, options: { state?: string; owner?: string; database?: string } = {}) {
  const { state = "live", owner = people.owner.id, database = "none" } = options;
  const id = randomUUID();
  await db().service.create({ data: { id, name, purpose: `Purpose of ${name}`, ownerId: owner, state } });
  await db().environment.create({
    data: { id: randomUUID(), serviceId: id, name: "production", stackName: `${name}-production` },
  });
  const answers = fillAnswers({
    identity: { name, purpose: "x", ownerId: owner },
    placement: { image: "demo/web:1" },
    data: { database },
  });
  await db().answers.create({
    data: { serviceId: id, version: 1, answers: answers as object, hash: new Uint8Array(32), byId: owner },
  });
  if (database !== "none")
    await db().secret.create({
      data: {
        ...{ id: randomUUID(), name: `services.${name}.db_pass`, version: 1, serviceId: id, keyId: "k1" },
        ...{ nonce: new Uint8Array(12), ciphertext: new Uint8Array(16) },
      },
    });
  return id;
}

async function createRun(data: { serviceId?: string; state?: string; mode?: string; by?: string; checklist?: string }) {
  return db().run.create({
    data: {
      mode: data.mode ?? "apply",
      checklistKey: data.checklist ?? "provision",
      checklistVersion: 1,
      title: "Provision",
      serviceId: data.serviceId ?? null,
      state: data.state ?? "succeeded",
      requestedById: data.by ?? people.owner.id,
      startKey: randomUUID(),
    },
  });
}

async function observe(name: string, running: number, desired: number, error?: string) {
  const id = randomUUID().slice(0, 25);
  const seen = { image: "demo/web:1", observedAt: new Date() };
  await db().swarmService.create({
    data: {
      id,
      name: `${name}-production_app`,
      stack: `${name}-production`,
      desired,
      running,
      updatedAt: new Date(),
      ...seen,
    },
  });
  const task = {
    serviceId: id,
    desiredState: "running",
    state: "rejected",
    error: error ?? null,
    at: new Date(),
    ...seen,
  };
  await db().swarmTask.create({ data: { id: randomUUID().slice(0, 25), ...task } });
}

const IDS: Record<string, string> = {};
beforeAll(async () => {
  people = await createActors();
  const letters = "abcdefghij".split("");
  for (const letter of letters) IDS[letter] = await createService(`list-${letter}`);
  IDS.mine = await createService("mine", { owner: people.teammate.id });
  IDS.retired = await createService("retired-one", { state: "retired" });
  IDS.data = await createService("with-data", { database: "mariadb" });
  IDS.unproven = await createService("unproven", { database: "postgresql" });
  await db().serviceClaim.createMany({
    data: [
      { kind: "hostname", value: "pads.example.org", serviceId: IDS.a ?? null },
      { kind: "hostname", value: "direct.list-a.example.org", serviceId: IDS.a ?? null },
    ],
  });
  await db().certificate.create({
    data: {
      id: randomUUID(),
      serviceId: IDS.a ?? null,
      names: "pads.example.org",
      state: "issued",
      notAfter: inDays(5.5),
    },
  });
  await db().certificate.create({
    data: {
      id: randomUUID(),
      serviceId: IDS.retired ?? null,
      names: "old.example.org",
      state: "issued",
      notAfter: inDays(1),
    },
  });
  const source = {
    ...{ stackName: "with-data-production", swarmService: "with-data-production_db" },
    ...{ databaseName: "with_data", userName: "with_data" },
    ...{ passwordSecret: "services.with-data.db_pass", rootPasswordSecret: "services.with-data.db_root_pass" },
  };
  const policy = await addPolicy({ serviceId: IDS.data ?? "" }, { source });
  await addPoint(policy, {
    sizeBytes: 5_000_000_000n,
    startedAt: new Date("2026-11-01T12:00:00.000Z"),
    finishedAt: new Date("2026-11-01T12:03:00.000Z"),
  });
  await observe("list-a", 1, 2, "No such image: demo/web:1");
  await observe("list-b", 1, 1);
  await observe("retired-one", 0, 1);
});

describe("the list of services", () => {
  const namesOf = async (filter: Parameters<typeof listServices>[1]) =>
    (await listServices(people.outsider, filter)).items.map((item) => item.name);

  test.each<[ServiceSort, (names: string[]) => string[]]>([
    ["name", (names) => [...names].sort()],
    ["-name", (names) => [...names].sort().reverse()],
    ["newest", (names) => names],
    ["oldest", (names) => names],
  ])("pages by key in the order %s, each service once", async (sort, order) => {
    const names: string[] = [];
    let after: string | undefined;
    do {
      const page = await listServices(people.owner, { sort, limit: 4, after });
      expect(page.total).toBe(14);
      names.push(...page.items.map((item) => item.name));
      after = page.next ?? undefined;
    } while (after);
    expect(new Set(names).size).toBe(14);
    expect(names).toEqual(order(names));
  });

  test("is found by a part of the name, the purpose or a host name", async () => {
    expect(await namesOf({ q: "LIST-C" })).toEqual(["list-c"]);
    expect(await namesOf({ q: "pads.exam" })).toEqual(["list-a"]);
    expect(await namesOf({ q: "PURPOSE of mine" })).toEqual(["mine"]);
    expect(await namesOf({ q: "%" })).toEqual([]);
    expect(await namesOf({ state: "retired" })).toEqual(["retired-one"]);
    expect((await listServices(people.teammate, { mine: true })).items.map((item) => item.name)).toEqual(["mine"]);
  });

  test("says how each one is", async () => {
    const run = await createRun({ serviceId: IDS.a ?? "" });
    const { items } = await listServices(people.outsider);
    expect(items.find((item) => item.name === "list-a")).toMatchObject({
      hostnames: ["pads.example.org", "direct.list-a.example.org"],
      replicas: { running: 1, desired: 2 },
      lastRun: { id: run.id },
      certificateUntil: expect.any(String),
      restorableAsOf: null,
    });
    expect(items.find((item) => item.name === "with-data")).toMatchObject({
      restorableAsOf: "2026-11-01T12:00:00.000Z",
    });
  });

  test("asks the database as often for many services as for few", async () => {
    const few = await countStatements(() => listServices(people.owner, { limit: 2 }));
    const many = await countStatements(() => listServices(people.owner, { limit: 14 }));
    expect(few).toBeGreaterThan(3);
    expect(many).toBe(few);
  });
});

/** How many operations Prisma sends to the database while something is done. */
async function countStatements(work: () => Promise<unknown>): Promise<number> {
  const { _engine: engine } = db() as unknown as { _engine: { request: (...args: unknown[]) => unknown } };
  const spy = vi.spyOn(engine, "request");
  await work();
  const count = spy.mock.calls.length;
  spy.mockRestore();
  return count;
}

describe("a service's page", () => {
  test("has everything, and is there for every role", async () => {
    for (const person of [people.owner, people.teammate, people.outsider]) {
      const view = await getService(person, "list-a");
      expect(view.environments[0]?.services[0]).toMatchObject({
        running: 1,
        desired: 2,
        tasks: [{ state: "rejected", error: "No such image: demo/web:1" }],
      });
      expect(view.answers?.identity.name).toBe("list-a");
      expect(view.certificates).toMatchObject([{ names: ["pads.example.org"], state: "issued" }]);
    }
    const view = await getService(people.outsider, "with-data");
    expect(view.hasBackups).toBe(true);
  });

  test("of a name nobody has is a 404", async () => {
    expect(await refusalOf(getService(people.owner, "nothing-here"))).toMatchObject({ status: 404 });
  });
});

describe("home", () => {
  test("puts manual items before those whose role may confirm them", async () => {
    const run = await createRun({ serviceId: IDS.b ?? "", state: "waiting" });
    const step = {
      runId: run.id,
      name: "manual",
      queue: "provisioning",
      input: {},
      state: "needs_person",
      readyAt: new Date(),
    };
    await db().step.create({
      data: { ...step, key: "sender", position: 1, title: "Let the mail server accept it", role: "staff" },
    });
    await db().step.create({ data: { ...step, key: "sign-in", position: 2, title: "Register it", role: "admin" } });
    const keys = async (person: keyof Actors) =>
      (await getHome(people[person])).waiting.steps.map((one) => one.stepKey);
    expect(await keys("owner")).toEqual(["sender"]);
    expect(await keys("manager")).toEqual(["sender"]);
    expect((await keys("admin")).sort()).toEqual(["sender", "sign-in"]);
    expect(await keys("outsider")).toEqual([]);
    expect((await getHome(people.outsider)).inMotion).toMatchObject([{ id: run.id, service: "list-b" }]);
  });

  test("shows a failed run to whoever started it until it was dealt with", async () => {
    const failed = await createRun({ serviceId: IDS.c ?? "", state: "failed" });
    const ids = async (person: keyof Actors) => (await getHome(people[person])).waiting.failedRuns.map((run) => run.id);
    expect(await ids("owner")).toEqual([failed.id]);
    expect(await ids("teammate")).toEqual([]);
    await createRun({ serviceId: IDS.c ?? "", state: "succeeded", checklist: "backup" });
    expect(await ids("owner")).toEqual([failed.id]);
    await createRun({ serviceId: IDS.c ?? "", state: "succeeded" });
    expect(await ids("owner")).toEqual([]);
  });

  test("tells of health worst first, and leaves out what is retired", async () => {
    const { health } = await getHome(people.outsider);
    expect(health.certificates).toMatchObject([{ service: "list-a", daysLeft: 5 }]);
    expect(health.backups).toMatchObject({ services: 2, asScheduled: 0, overdue: 0, failing: 0 });
    expect(health.backups.worst).toMatchObject([
      { service: "unproven", policyId: null, asOf: null, restoreMs: null },
      { service: "with-data", policy: "database", asOf: "2026-11-01T12:00:00.000Z", restoreMs: 4200 },
    ]);
    expect(health.failing).toEqual([
      { service: "list-a", running: 1, desired: 2, reason: "No such image: demo/web:1" },
    ]);
    expect(health.services.live).toBe(13);
  });

  test("counts names that do not answer as they should, and names zones that wait for a person", async () => {
    expect((await getHome(people.outsider)).health.records).toEqual({ refused: 0, drifted: 0, heldZones: [] });
    const zone = { id: randomUUID(), name: "held.example.org", providerZoneId: "ZHELD", nameServers: [] };
    await db().dnsZone.create({ data: { ...zone, heldReason: "Half of the zone would change." } });
    for (const state of ["error", "drift", "drift", "in_sync"]) {
      const name = `${randomUUID()}.held.example.org`;
      const content = { name, type: "A", ttl: 300, values: ["203.0.113.1"], state };
      await db().dnsRecord.create({ data: { id: randomUUID(), zoneId: zone.id, ...content } });
    }
    const { records } = (await getHome(people.outsider)).health;
    expect(records).toEqual({ refused: 1, drifted: 2, heldZones: [{ id: zone.id, name: zone.name }] });
  });
});

test("the wizard's choices leave out viewers, the disabled and what is retired", async () => {
  await db().swarmNode.create({
    data: {
      id: "n1",
      hostname: "app-01",
      role: "manager",
      state: "ready",
      availability: "active",
      labels: { disk: "ssd" },
      observedAt: new Date(),
    },
  });
  const choices = await getWizardChoices(people.owner);
  const owners = choices.owners.map((owner) => owner.name);
  expect(owners).toContain("Tom Teammate");
  expect(owners).not.toContain("Vera Viewer");
  expect(owners).not.toContain("Dora Disabled");
  expect(choices.services.map((service) => service.name)).not.toContain("retired-one");
  expect(choices.nodes).toEqual([{ hostname: "app-01", labels: { disk: "ssd" } }]);
  expect(await refusalOf(getWizardChoices(people.outsider))).toMatchObject({ status: 403 });
});
