import { randomUUID } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { db } from "#lib/platform/db/client.ts";
import { type Actors, createActors } from "#lib/services/testing/actors.ts";
import { listEnvironments } from "./queries/list-environments.ts";
import { createLiveService, type LiveService, pinned } from "./testing/live-service.ts";
import { observe } from "./testing/proposals.ts";

useTestDatabase("drift");
let people: Actors;
beforeAll(async () => {
  people = await createActors();
});

/** What a worker does when it looks, besides the services. */
async function look(): Promise<void> {
  const observedAt = new Date();
  await db().swarmNode.upsert({
    where: { id: "node-1" },
    create: {
      ...{ id: "node-1", hostname: "one", role: "manager", state: "ready", availability: "active" },
      ...{ labels: {}, observedAt },
    },
    update: { observedAt },
  });
}
const driftOf = async ({ name }: LiveService) =>
  (await listEnvironments(people.outsider, name)).environments.find((one) => one.name === "production")?.drift;

/** As a rollout of the panel's leaves it. */
async function leave(service: LiveService, specLabel: string): Promise<void> {
  const step = await db().step.findFirstOrThrow({ where: { runId: service.runId } });
  const services = [{ name: `${service.name}-production_app`, image: pinned("demo/web:1"), specLabel }];
  await db().step.update({ where: { id: step.id }, data: { name: "releases.rollout", output: { services } } });
}

test("what the panel put there is as it was put, until somebody runs another image", async () => {
  const service = await createLiveService(people.owner);
  await observe(service);
  expect(await driftOf(service)).toBeNull();
  await look();
  expect(await driftOf(service)).toBeNull();
  await observe(service, pinned("demo/web:9", "e"), "1");
  expect(await driftOf(service)).toMatchObject({
    words: [expect.stringMatching(/_app runs sha256:e+ now, not sha256:/)],
    seenAt: expect.any(String),
    remedy: "roll-back",
  });
});

test("a change by hand of what a rollout left shows; what the panel wrote itself since does not", async () => {
  const service = await createLiveService(people.owner);
  await leave(service, "written.seen");
  await observe(service, pinned("demo/web:1"), "written.seen");
  await look();
  expect(await driftOf(service)).toBeNull();
  await observe(service, pinned("demo/web:1"), "written.changed");
  expect(await driftOf(service)).toMatchObject({
    words: [`${service.name}-production_app was changed since.`],
    remedy: "propose",
  });
  await observe(service, pinned("demo/web:1"), "rotated.other");
  expect(await driftOf(service)).toBeNull();
  await db().swarmService.deleteMany({ where: { name: `${service.name}-production_app` } });
  expect((await driftOf(service))?.words).toEqual([
    `The stack no longer has the service ${service.name}-production_app.`,
  ]);
});

test("while something is on its way there, nothing is called out of place", async () => {
  const service = await createLiveService(people.owner);
  await observe(service, pinned("demo/web:9", "e"), "1");
  await look();
  expect(await driftOf(service)).not.toBeNull();
  const { currentId } = await db().environment.findUniqueOrThrow({ where: { id: service.id } });
  const { content, answers, evidence, targetState, ...plain } = await db().deployment.findUniqueOrThrow({
    where: { id: currentId ?? "" },
  });
  await db().deployment.create({
    data: {
      ...{ ...plain, content: content ?? {}, answers: answers ?? {}, evidence: evidence ?? {} },
      ...{
        editorIds: plain.editorIds ?? [],
        targetState: targetState ?? {},
        id: randomUUID(),
        state: "running",
        finishedAt: null,
      },
    },
  });
  expect(await driftOf(service)).toBeNull();
});
