import { randomUUID } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { db } from "#lib/platform/db/client.ts";
import { getRestore } from "../queries/get-restore.ts";
import { listDestinations } from "../queries/list-destinations.ts";
import type { RestoreInput } from "../schema/restore.ts";
import type { BackupSource } from "../schema/source.ts";
import { sourceKey } from "../sources/source-key.ts";
import { addPoint, manifestOf } from "../testing/points.ts";
import { createPolicyRow, createServiceRow } from "../testing.ts";
import { startRestore } from "./start-restore.ts";
import { startSwap } from "./start-swap.ts";

useTestDatabase("places");

let people: People;
let service: { id: string; name: string };
/** Of the service's two databases in production. */
let mainId: string;
let wikiId: string;
let pointId: string;

/** One server in each environment has two databases. */
const sourceOf = (databaseName: string, environment = "production"): BackupSource => ({
  ...{ kind: "mariadb", stackName: `${service.name}-${environment}`, databaseName },
  swarmService: `${service.name}-${environment}_db`,
  ...{ userName: "notes", passwordSecret: "p", rootPasswordSecret: "r" },
});
const pointOf = (policyId: string | null, source: BackupSource, environment = "production") => {
  const id = randomUUID();
  const manifest = manifestOf(id, { service: service.name, environment, sourceKey: sourceKey(source) });
  const policy = { id: policyId ?? "", serviceId: service.id, environment, name: "wiki" };
  return addPoint(policy, { id, policyId, manifest });
};
beforeEach(async () => {
  people = await createPeople();
  service = await createServiceRow(`pad-${randomUUID().slice(0, 8)}`);
  mainId = await createPolicyRow({ service, name: "database", source: sourceOf("main_db") });
  wikiId = await createPolicyRow({ service, name: "wiki", source: sourceOf("wiki") });
  pointId = await pointOf(wikiId, sourceOf("wiki"));
});

const ask = async (more: Partial<RestoreInput> = {}, id = pointId) => {
  const started = await startRestore(people.dba.actor, id, {
    ...{ serviceName: service.name, environment: "production", mode: "beside", only: [] },
    ...{ mask: false, identity: null, confirm: null, ...more },
  });
  await db().run.update({ where: { id: started.runId }, data: { state: "succeeded", exclusiveKey: null } });
  return { ...started, ...(await db().restore.findUniqueOrThrow({ where: { id: started.restoreId } })) };
};
const fieldsOf = (restoring: Promise<unknown>) =>
  restoring.then(
    () => ({}),
    (error: { fields?: Record<string, string> }) => error.fields,
  );
const destinations = async (id = pointId) => (await listDestinations(people.dba.actor, id)).destinations;
const ownDestinations = async () => (await destinations()).filter((one) => one.service === service.name);
const end = (id: string) => db().backupPolicy.update({ where: { id }, data: { removedAt: new Date(), scope: null } });

it("of two databases each is a place of its own, and only the point's own is where it comes from", async () => {
  expect(await ownDestinations()).toMatchObject([
    { policyId: wikiId, database: "wiki", own: true, elsewhere: false, confirm: service.name },
    { policyId: mainId, database: "main_db", own: false, elsewhere: false, confirm: `${service.name}-production` },
  ]);
  expect((await ask()).destination).toMatch(/^wiki_restored_/);
  expect((await ask({ policyId: mainId })).destination).toMatch(/^main_db_restored_/);
  expect(await fieldsOf(ask({ policyId: randomUUID() }))).toHaveProperty("policyId");
});

it("without its policy it replaces no other data of its service, unless that was chosen and typed", async () => {
  await end(wikiId);
  expect(await ownDestinations()).toMatchObject([{ policyId: mainId, own: false }]);
  const swap = { mode: "swap", confirm: service.name } as const;
  expect(await fieldsOf(ask(swap))).toHaveProperty("policyId");
  expect(await fieldsOf(ask({ ...swap, policyId: mainId }))).toEqual({ confirm: `Type ${service.name}-production.` });
  await ask({ ...swap, policyId: mainId, confirm: `${service.name}-production` });
  await createPolicyRow({ service, name: "third", source: sourceOf("third") });
  expect(await fieldsOf(ask())).toHaveProperty("policyId");
});

it("production's data under another environment's policy is production's all the same", async () => {
  const falseId = await createPolicyRow({ service, name: "wiki", environment: "beta", source: sourceOf("wiki") });
  const [, labelled] = (await destinations()).filter((one) => one.own);
  expect(labelled).toMatchObject({ policyId: falseId, environment: "beta", production: true, mustMask: false });
  expect(labelled?.noSwap).toMatch(/says beta/);
  const swap = { environment: "beta", mode: "swap", confirm: service.name } as const;
  expect(await fieldsOf(ask(swap))).toHaveProperty("mode");

  // What was taken under that name leaves only masked as well.
  const other = await createServiceRow(`pad-${randomUUID().slice(0, 8)}`);
  await createPolicyRow({
    service: other,
    name: "wiki",
    source: { ...sourceOf("wiki"), stackName: "x", swarmService: "x_db" } as BackupSource,
  });
  const falsePoint = await pointOf(falseId, sourceOf("wiki"), "beta");
  const there = (await destinations(falsePoint)).find((one) => one.service === other.name);
  expect(there).toMatchObject({ mustMask: true, elsewhere: true, confirm: `${other.name}-production` });
  expect(await fieldsOf(ask({ serviceName: other.name }, falsePoint))).toHaveProperty("mask");

  // What was restored beside it before this was refused takes no place either.
  const { restoreId } = await ask({ environment: "beta" });
  await db().restore.update({ where: { id: restoreId }, data: { state: "restored" } });
  await expect(startSwap(people.dba.actor, restoreId, service.name)).rejects.toMatchObject({
    ...{ code: "backups.not_swappable", message: expect.stringContaining("says beta") },
  });
});

it("its service's other environments come before what other services have", async () => {
  const other = await createServiceRow(`a-${randomUUID().slice(0, 8)}`);
  await createPolicyRow({
    service: other,
    name: "wiki",
    source: { ...sourceOf("wiki"), stackName: "y", swarmService: "y_db" } as BackupSource,
  });
  await createPolicyRow({ service, name: "wiki", environment: "staging", source: sourceOf("wiki", "staging") });
  const places = (await destinations()).filter((one) => one.elsewhere);
  expect(places[0]).toMatchObject({ service: service.name, environment: "staging" });
  expect(places.map((one) => one.service)).toContain(other.name);
});

it("what goes to another environment says before it starts whether it can be masked", async () => {
  await createPolicyRow({ service, name: "wiki", environment: "staging", source: sourceOf("wiki", "staging") });
  const noMasking = async (id?: string) =>
    (await destinations(id)).find((one) => one.environment === "staging")?.noMasking;
  expect(await noMasking()).toMatch(/policy “wiki” has no masking SQL.*into that policy/);
  expect(await noMasking(await pointOf(null, sourceOf("wiki")))).toMatch(/of no policy that is there now/);
  await end(wikiId);
  expect(await noMasking()).toMatch(/of no policy that is there now/);
  await db().backupPolicy.update({ where: { id: wikiId }, data: { maskingSql: "UPDATE t SET a = 1" } });
  expect(await noMasking()).toBeNull();
});

it("what was restored beside is swapped in by the same word, and never masked into production itself", async () => {
  await createPolicyRow({ service, name: "wiki", environment: "staging", source: sourceOf("wiki", "staging") });
  await db().backupPolicy.update({ where: { id: wikiId }, data: { maskingSql: "UPDATE t SET a = 1" } });
  const stand = async (more: Partial<RestoreInput>) => {
    const { restoreId } = await ask({ mask: true, ...more });
    await db().restore.update({ where: { id: restoreId }, data: { state: "restored" } });
    return restoreId;
  };
  const staged = await stand({ environment: "staging" });
  expect(await getRestore(people.dba.actor, staged)).toMatchObject({
    ...{ maySwap: true, confirm: `${service.name}-staging` },
  });
  expect(await fieldsOf(startSwap(people.dba.actor, staged, service.name))).toHaveProperty("confirm");
  await startSwap(people.dba.actor, staged, `${service.name}-staging`);

  const masked = await stand({});
  expect(await getRestore(people.dba.actor, masked)).toMatchObject({ maySwap: false, confirm: service.name });
  await expect(startSwap(people.dba.actor, masked, service.name)).rejects.toMatchObject({
    ...{ code: "backups.not_swappable", message: expect.stringMatching(/Masked rows/) },
  });
});
