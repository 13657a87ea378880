import { afterAll, beforeAll, expect, test } from "vitest";
import type { UserActor } from "#lib/access/types.ts";
import { createServiceRow } from "#lib/backups/testing.ts";
import { closeDb, db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { createLiveService } from "#lib/releases/testing/live-service.ts";
import { applyTestEnv, createTestDatabase, type TestDatabase } from "#local/test-world.ts";
import { CHECKLIST_KEY } from "../constants.ts";
import { followDecommissionRun } from "./follow-run.ts";

let database: TestDatabase;
let service: { id: string; name: string };

beforeAll(async () => {
  database = await createTestDatabase("startagain");
  applyTestEnv({ DATABASE_URL: database.url });
  const { id } = await createServiceRow("of-somebody");
  const { ownerId } = await db().service.findUniqueOrThrow({ where: { id } });
  const owner: UserActor = {
    ...{ kind: "user", id: ownerId, name: "Robin", email: "robin@example.org", roles: ["staff"] },
    ...{ via: "session", sessionId: "test", requestId: "test" },
  };
  service = await createLiveService(owner);
});
afterAll(async () => {
  await closeDb();
  await database?.drop();
});

/** A decommission that was cancelled after so many tries to stop the app. */
async function cancelAfter(attempts: number) {
  await db().service.update({ where: { id: service.id }, data: { state: "decommissioning" } });
  const run = await db().run.create({
    data: {
      ...{ mode: "apply", checklistKey: CHECKLIST_KEY, checklistVersion: 1, title: "End", state: "cancelled" },
      ...{ serviceId: service.id, startKey: `decommission:${attempts}` },
    },
  });
  const step = { runId: run.id, key: "stop", position: 0, name: "services.stop", title: "Stop", queue: "provisioning" };
  await db().step.create({ data: { ...step, input: {}, state: "succeeded", attempts } });
  const info = { ...run, mode: "apply", state: "cancelled" } as const;
  for (let i = 0; i < 2; i++) await transaction((tx) => followDecommissionRun(tx, info));
  expect(await db().service.findUniqueOrThrow({ where: { id: service.id } })).toMatchObject({ state: "live" });
  return db().run.findMany({ where: { checklistKey: "start-again" }, include: { steps: true } });
}

test("what was stopped is started again when nothing was taken away, once", async () => {
  expect(await cancelAfter(0)).toEqual([]);
  const runs = await cancelAfter(1);
  expect(runs).toMatchObject([
    {
      ...{ mode: "apply", environment: "production", serviceId: service.id },
      exclusiveKey: expect.stringMatching(/^deploy:/),
      steps: [
        { name: "services.start", state: "ready", input: { stackName: `${service.name}-production`, replicas: 1 } },
      ],
    },
  ]);
});
