import { beforeAll, expect, test } from "vitest";
import { createPeople } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import type { UserActor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { createLiveService, releaseVolume } from "#lib/releases/testing/live-service.ts";
import type { BackupSource } from "../schema/source.ts";
import { createPolicyRow } from "../testing.ts";
import { readUnscheduled } from "./read-unscheduled.ts";
import { namesOf } from "./suggest-sources.ts";

useTestDatabase("unscheduled");
let owner: UserActor;
beforeAll(async () => {
  owner = (await createPeople()).owner.actor;
});

const missingOf = async (serviceId: string) =>
  (await readUnscheduled(db(), { serviceIds: [serviceId] })).missing.map(({ policy }) => policy);
const volumes = [{ name: "data", target: "/data", readOnly: false }];

test("a volume that a release brought is missing until a policy backs it up, and its service is not one without data", async () => {
  const service = await createLiveService(owner);
  expect(await readUnscheduled(db(), { serviceIds: [service.id] })).toEqual({ missing: [], withoutData: 1 });
  await releaseVolume(service.name, "cache");
  const { missing, withoutData } = await readUnscheduled(db(), { serviceIds: [service.id] });
  expect(missing).toMatchObject([{ environment: "production", policy: "volume-cache", engine: "volume" }]);
  expect(withoutData).toBe(0);
  const volumeName = `${namesOf(service.name).stackName}_cache`;
  await createPolicyRow({ service, source: { kind: "volume", volumeName, exclude: [] } });
  expect(await missingOf(service.id)).toEqual([]);
});

test("one that was answered and runs is one", async () => {
  const { id, name } = await createLiveService(owner, { answers: { placement: { volumes } } });
  await releaseVolume(name, "cache");
  expect(await missingOf(id)).toEqual(["volume-data", "volume-cache"]);
});

test("volumes of an app that is a server itself are backed up with that server, and with no other", async () => {
  const service = await createLiveService(owner, { answers: { placement: { volumes } } });
  const { appService, databaseService, stackName } = namesOf(service.name);
  const redisAt = (swarmService: string): BackupSource => ({
    kind: "redis",
    ...{ stackName, swarmService, passwordSecret: null },
  });
  await createPolicyRow({ service, source: redisAt(databaseService), name: "other" });
  await createPolicyRow({ service, source: redisAt(namesOf(service.name, "staging").appService), name: "elsewhere" });
  expect(await missingOf(service.id)).toEqual(["volume-data"]);
  await createPolicyRow({ service, source: redisAt(appService), name: "redis" });
  expect(await missingOf(service.id)).toEqual([]);
});
