import { randomUUID } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { db } from "#lib/platform/db/client.ts";
import { createPolicyRow, createServiceRow } from "#workers/testing/backup-rows.ts";
import { addPoint } from "../testing/points.ts";
import { startVerification } from "./start-verification.ts";

useTestDatabase("startproof");

let people: People;
let backupId: string;
beforeEach(async () => {
  people = await createPeople();
  const { id: serviceId, name: service } = await createServiceRow(people.owner.id, `svc-${randomUUID().slice(0, 8)}`);
  const id = await createPolicyRow({ id: serviceId, name: service });
  backupId = await addPoint({ id, serviceId, environment: "production", name: "database" });
});

it("starts past a proof that waits for a person, and not beside one that is at work", async () => {
  const first = await startVerification(people.dba.actor, backupId);
  await expect(startVerification(people.dba.actor, backupId)).rejects.toMatchObject({
    code: "run.active",
    status: 409,
  });
  await db().run.update({ where: { id: first.runId }, data: { state: "waiting" } });
  const second = await startVerification(people.dba.actor, backupId);
  expect(second.runId).not.toBe(first.runId);
  expect(await db().run.findUnique({ where: { id: first.runId } })).toMatchObject({ exclusiveKey: null });
});
