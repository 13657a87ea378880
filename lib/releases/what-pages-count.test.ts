import { randomUUID } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { db } from "#lib/platform/db/client.ts";
import { type Actors, createActors } from "#lib/services/testing/actors.ts";
import { findEnvironment } from "./queries/find-environment.ts";
import { getDelivery } from "./queries/get-delivery.ts";
import { readNeededMatrix } from "./queries/read-needed-matrix.ts";
import { createLiveService } from "./testing/live-service.ts";

useTestDatabase("pages-count");
let people: Actors;
beforeAll(async () => {
  people = await createActors();
});

const MINUTE_MS = 60_000;

test("delivery is measured of what ended there, without the first one and what never ran", async () => {
  const { name } = await createLiveService(people.owner);
  const { id: environmentId } = await findEnvironment(name, "production");
  const first = await db().deployment.findFirstOrThrow({ where: { environmentId } });
  const { release } = await db().deployment.findFirstOrThrow({ where: { id: first.id }, include: { release: true } });
  const ask = () =>
    getDelivery(people.outsider, name, { environment: "production", days: 30 }, new Date(Date.now() + MINUTE_MS));
  expect(await ask()).toMatchObject({ serviceName: name, total: 0, failureRate: null });

  const end = release.createdAt.getTime() + 30 * MINUTE_MS;
  const rows = [
    { state: "rolled_back", startedAt: new Date(end - 5 * MINUTE_MS), finishedAt: new Date(end) },
    { state: "done", startedAt: new Date(end), finishedAt: new Date(end) },
    { state: "rejected", startedAt: null, finishedAt: new Date(end) },
  ];
  const { content, answers, evidence, targetState, ...plain } = first;
  for (const row of rows)
    await db().deployment.create({
      data: {
        ...{ ...plain, content: content ?? {}, answers: answers ?? {}, evidence: evidence ?? {} },
        ...{
          targetState: targetState ?? {},
          editorIds: [],
          ...row,
          id: randomUUID(),
          previousId: first.id,
          runId: null,
        },
      },
    });
  const later = await getDelivery(
    people.outsider,
    name,
    { environment: "production", days: 30 },
    new Date(end + MINUTE_MS),
  );
  expect(later).toMatchObject({
    ...{ total: 2, failed: 1, failureRate: 0.5 },
    leadTimeS: { median: 30 * 60 },
    timeToRestoreS: { median: 5 * 60 },
  });
});

test("the table of approvals says what a proposal would be counted with", async () => {
  const before = await readNeededMatrix(people.outsider);
  expect(before.slice(0, 2).map(({ environment }) => environment)).toEqual(["production", "staging"]);
  const rule = { id: randomUUID(), environment: "review", risk: "schema", approvals: 4 };
  await db().approvalRule.create({ data: rule });
  const after = await readNeededMatrix(people.outsider);
  expect(after.find(({ environment }) => environment === "review")?.needed).toEqual({
    ...{ none: 1, schema: 4, infrastructure: 1, "data-loss": 1 },
  });
});
