import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { createPeople, createPerson, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import type { UserActor } from "#lib/access/types.ts";
import { db, type Prisma } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { mayHandle } from "#lib/runs/own-run.ts";
import { getRestore } from "../queries/get-restore.ts";
import { readKeptNews } from "../queries/read-backup-news.ts";
import { type BackupSource, sourceSchema } from "../schema/source.ts";
import { sourceKey } from "../sources/source-key.ts";
import { addPoint, addPolicy, manifestOf } from "../testing/points.ts";
import { removeKept } from "./remove-kept.ts";
import { removeRestore } from "./remove-restore.ts";
import { watchKept } from "./watch-kept.ts";

useTestDatabase("kept");

const PREVIOUS = "pads_before_20261121_081500";
const DAY_MS = 86_400_000;
const ago = (days: number) => new Date(Date.now() - days * DAY_MS);

let people: People;
let service: { id: string; name: string };
let policy: Awaited<ReturnType<typeof addPolicy>>;
let source: BackupSource;
let restoreId: string;

/** A backup from two days ago has taken the place of what lived, yesterday. */
beforeEach(async () => {
  // All of these tests' services say that they keep their data in one place.
  await db().run.updateMany({ data: { exclusiveKey: null } });
  await db().restore.deleteMany();
  people = await createPeople();
  service = { id: randomUUID(), name: `pad-${randomUUID().slice(0, 8)}` };
  await db().service.create({ data: { ...service, purpose: "A test", ownerId: people.owner.id, state: "live" } });
  policy = await addPolicy({ serviceId: service.id });
  const { kind, source: kept } = await db().backupPolicy.findUniqueOrThrow({ where: { id: policy.id } });
  source = sourceSchema.parse({ ...(kept as object), kind });
  restoreId = randomUUID();
  await db().restore.create({
    data: {
      ...{ id: restoreId, backupId: await addProven({ startedAt: ago(2) }), serviceId: service.id },
      ...{ environment: "production", mode: "swap", state: "swapped", destination: "pads_restored_20261121_081000" },
      ...{ previous: PREVIOUS, swappedAt: ago(1), only: [], mask: false, byId: people.dba.id, runId: 7 },
      report: { source, policy: "database" },
    },
  });
});

function addProven(more: Partial<Prisma.BackupUncheckedCreateInput> = {}, of = source): Promise<string> {
  const id = randomUUID();
  return addPoint(policy, { id, manifest: manifestOf(id, { sourceKey: sourceKey(of) }), ...more });
}
const setRestore = (data: Prisma.RestoreUncheckedUpdateInput) =>
  db().restore.update({ where: { id: restoreId }, data });
const remove = (actor: UserActor = people.dba.actor, more: { confirm?: string; previous?: string } = {}) =>
  removeKept(actor, restoreId, { confirm: service.name, previous: PREVIOUS, ...more });

describe("removing what a swap kept", () => {
  it("is a run of its own about that data and an audit event; the restore goes on naming the swap's run", async () => {
    await addProven();
    const { runId } = await remove();
    const run = await db().run.findUniqueOrThrow({ where: { id: runId }, include: { steps: true } });
    expect(run).toMatchObject({ mode: "apply", serviceId: service.id, exclusiveName: sourceKey(source) });
    expect(run.steps).toMatchObject([
      { name: "backups.drop-kept", input: { restoreId, policy: "database", previous: PREVIOUS } },
    ]);
    const audit = await db().auditEvent.findFirstOrThrow({ where: { action: "backups.removeKept" } });
    expect(audit).toMatchObject({
      subjectId: restoreId,
      actorId: people.dba.id,
      detail: { runId, previous: PREVIOUS },
    });
    expect((await getRestore(people.dba.actor, restoreId)).runId).toBe(7);
    await expect(remove()).rejects.toMatchObject({ code: "run.active" });
  });

  it("is for those who may swap, and so is its run", async () => {
    await addProven();
    const { owner, teammate, outsider, manager, admin } = people;
    for (const { actor, name } of [owner, teammate, outsider, manager]) {
      await expect(remove(actor), name).rejects.toMatchObject({ status: 403 });
      expect(await getRestore(actor, restoreId), name).toMatchObject({ previous: PREVIOUS, mayRemoveKept: false });
    }
    const about = { checklistKey: "remove-kept", serviceId: service.id, requestedById: admin.id, mode: "apply" };
    const mayRetry = ({ actor }: { actor: UserActor }) => transaction((tx) => mayHandle(tx, actor, "retry", about));
    expect(await mayRetry(owner)).toBe(false);
    const owning = await createPerson({ name: "Mona Moor", roles: ["manager"] });
    await db().service.update({ where: { id: service.id }, data: { ownerId: owning.id } });
    expect(await mayRetry(owning)).toBe(true);
    expect(await getRestore(owning.actor, restoreId)).toMatchObject({ mayRemoveKept: true, isGivenUp: false });
    await remove(owning.actor);
  });

  it("takes the service's name, and what was shown as kept", async () => {
    await addProven();
    await expect(remove(people.dba.actor, { confirm: "pad" })).rejects.toMatchObject({
      ...{ status: 422, fields: { confirm: `Type ${service.name}.` } },
    });
    await expect(remove(people.dba.actor, { previous: "pads" })).rejects.toMatchObject({ code: "backups.not_kept" });
    expect(await db().run.count({ where: { serviceId: service.id } })).toBe(0);
  });

  it("waits for a backup of that data since the swap that was restored to prove it", async () => {
    const refused = {
      ...{ code: "backups.nothing_newer", status: 409 },
      advice: expect.stringContaining("Back the data up now"),
    };
    await expect(remove()).rejects.toMatchObject(refused);
    for (const more of [{ startedAt: ago(1.1) }, { state: "stored" }, { removedAt: ago(0) }, { missingAt: ago(0) }]) {
      await addProven(more);
      await expect(remove(), JSON.stringify(more)).rejects.toMatchObject(refused);
    }
    await addProven({}, { kind: "files", path: "/srv/pads", exclude: [] });
    await expect(remove()).rejects.toMatchObject(refused);
    await addProven();
    await remove();
  });

  it("is refused for what somebody works with, has back, or never had", async () => {
    await addProven();
    const used = await addPolicy(
      { serviceId: service.id, name: "used" },
      { source: { ...source, databaseName: PREVIOUS } },
    );
    await expect(remove()).rejects.toMatchObject({ code: "backups.in_use" });
    await db().backupPolicy.update({ where: { id: used.id }, data: { removedAt: new Date(), scope: null } });
    for (const data of [{ state: "restored" }, { state: "swapped", previous: null }]) {
      await setRestore(data);
      await expect(remove(), data.state).rejects.toMatchObject({ code: "backups.not_kept", status: 409 });
      expect(await getRestore(people.dba.actor, restoreId)).toMatchObject({ keptSince: null, mayRemoveKept: false });
    }
    await expect(removeRestore(people.dba.actor, restoreId)).rejects.toMatchObject({
      message: expect.stringContaining("nothing is kept of that"),
    });
    await setRestore({ previous: PREVIOUS });
    await db().service.update({ where: { id: service.id }, data: { state: "retired" } });
    await expect(remove()).rejects.toMatchObject({ code: "backups.not_kept" });
  });
});

describe("what a swap keeps for long", () => {
  const readers = async (runs: readonly number[]) => {
    const steps = await db().step.findMany({ where: { runId: { in: [...runs] } } });
    return steps.map(({ input }) => (input as { toUserId: string }).toUserId).sort();
  };

  it("is told once to its owner and the database administrators, a month after the swap", async () => {
    expect(await watchKept()).toEqual([]);
    const [one = [], other = []] = await Promise.all(
      [31, 32].map((days) => watchKept(new Date(Date.now() + days * DAY_MS))),
    );
    const dbas = await db().user.findMany({ where: { roles: { contains: "dba" } } });
    const wanted = [people.owner.id, ...dbas.map(({ id }) => id)].sort();
    expect(await readers([...one, ...other])).toEqual(wanted);
    expect(await watchKept(new Date(Date.now() + 60 * DAY_MS))).toEqual([]);
    expect(await transaction((tx) => readKeptNews(tx, restoreId))).toMatchObject({
      name: PREVIOUS,
      owner: service.name,
      copy: null,
    });
  });

  it("is told of a copy that stands beside likewise, a month after it was made", async () => {
    const name = "pads_restored_20261121_081000";
    await setRestore({ mode: "beside", state: "restored", previous: null, swappedAt: null, finishedAt: ago(1) });
    expect(await watchKept()).toEqual([]);
    const told = await watchKept(new Date(Date.now() + 31 * DAY_MS));
    expect(await readers(told)).toContain(people.owner.id);
    expect(await watchKept(new Date(Date.now() + 60 * DAY_MS))).toEqual([]);
    expect(await transaction((tx) => readKeptNews(tx, restoreId))).toMatchObject({
      ...{ name, owner: service.name, copy: { by: people.dba.name } },
    });
    await setRestore({ state: "removed" });
    expect(await transaction((tx) => readKeptNews(tx, restoreId))).toBeNull();
  });

  it("is told of no more once its removal has begun, or the service is gone", async () => {
    await setRestore({ swappedAt: ago(40), givenUpAt: new Date() });
    expect(await watchKept()).toEqual([]);
    expect(await transaction((tx) => readKeptNews(tx, restoreId))).toBeNull();
    await setRestore({ givenUpAt: null });
    await db().service.update({ where: { id: service.id }, data: { state: "retired" } });
    expect(await watchKept()).toEqual([]);
  });
});
