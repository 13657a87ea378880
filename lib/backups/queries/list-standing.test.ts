import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { sha256 } from "#lib/platform/crypto.ts";
import { db, type Prisma } from "#lib/platform/db/client.ts";
import { addPoint, addPolicy } from "../testing/points.ts";
import { listStanding } from "./list-standing.ts";

useTestDatabase("standing");

const asOf = new Date("2026-11-20T02:00:00.000Z");
const service = { id: randomUUID(), name: "pads" };
let people: People;
let backupId: string;

beforeAll(async () => {
  people = await createPeople();
  await db().service.create({ data: { ...service, purpose: "A test", ownerId: people.owner.id, state: "live" } });
  backupId = await addPoint(await addPolicy({ serviceId: service.id }), { startedAt: asOf });
});

/** A restore that made `pads_<name>`. */
async function addRestore(name: string, more: Partial<Prisma.RestoreUncheckedCreateInput>): Promise<void> {
  await db().restore.create({
    data: {
      ...{ id: randomUUID(), backupId, serviceId: service.id, environment: "production", mode: "beside" },
      ...{ state: "restored", destination: `pads_${name}`, only: [], mask: false, byId: people.dba.id },
      ...more,
    },
  });
}

/** A restore's run has made it. */
async function addToLedger(name: string): Promise<void> {
  const run = { mode: "apply", checklistKey: "restore", checklistVersion: 1, title: "x", state: "failed" };
  const { id: runId } = await db().run.create({
    data: { ...run, startKey: `r:${name}`, stepsTotal: 1, stepsDone: 0 },
  });
  const step = { key: "restore", position: 0, name: "backups.restore", title: "x", queue: "backups", input: {} };
  const { id: stepId } = await db().step.create({
    data: { ...step, runId, state: "failed", pendingDeps: 0, maxAttempts: 1 },
  });
  const made = { kind: "database", providerId: name, name, stepId, stepName: "backups.restore" };
  const liveKey = sha256(name);
  await db().resource.create({
    data: { id: randomUUID(), ...made, serviceId: service.id, attributes: {}, state: "present", liveKey },
  });
}

const list = async (who: keyof People, name = service.name) =>
  (await listStanding(people[who].actor, { service: name })).restores;

describe("what restores have put beside a service's data", () => {
  it("is all that nobody has removed, with who made it and as of when", async () => {
    await addRestore("copy", {});
    await addRestore("swapped", { mode: "swap", state: "swapped", previous: "pads_before", swappedAt: new Date() });
    await addRestore("given_up", { mode: "swap", state: "swapped" });
    await addRestore("gone", { state: "removed" });
    await addRestore("running", { state: "running" });
    await addRestore("nothing", { state: "failed" });
    await addRestore("half", { state: "failed" });
    await addToLedger("pads_half");
    const found = await list("outsider");
    expect(found.map((one) => one.destination).sort()).toEqual(["pads_copy", "pads_half", "pads_swapped"]);
    const copy = found.find((one) => one.destination === "pads_copy");
    expect(copy).toMatchObject({ backupId, asOf: asOf.toISOString(), by: people.dba.name, mayRemove: false });
    expect((await list("owner")).find((one) => one.destination === "pads_copy")).toMatchObject({ mayRemove: true });
    expect(await list("owner", "other")).toEqual([]);
  });

  it("is nothing once the service is retired: its server and its folder went with it", async () => {
    await db().service.update({ where: { id: service.id }, data: { state: "retired" } });
    expect(await list("owner")).toEqual([]);
    await db().service.update({ where: { id: service.id }, data: { state: "live" } });
  });
});
