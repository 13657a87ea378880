import { randomUUID } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { db } from "#lib/platform/db/client.ts";
import { createLiveService, type LiveService } from "#lib/releases/testing/live-service.ts";
import { pauseMonitoring, resumeMonitoring } from "#lib/watching/commands/pause-monitoring.ts";
import { getWatching } from "#lib/watching/queries/get-watching.ts";

useTestDatabase("monitors-access");
let people: People;
let service: LiveService;

beforeAll(async () => {
  people = await createPeople();
  service = await createLiveService(people.owner.actor);
});
const input = { minutes: 30, reason: "New disks in the host" };
const addProbe = () =>
  db().monitor.create({
    data: {
      ...{ id: randomUUID(), serviceId: service.id, environment: "production", system: "panel", state: "up" },
      ...{ externalId: `${service.name}-production`, name: service.name },
      config: { url: "http://127.0.0.1/", expectedStatus: 200, words: "200 in 3 ms" },
    },
  });

it("has nothing to pause before anybody watches", async () => {
  await expect(pauseMonitoring(people.owner.actor, service.name, input)).rejects.toThrow("Nothing watches");
  await addProbe();
});

it("is paused and resumed by its owner, a manager and an administrator, and by nobody else", async () => {
  for (const [who, may] of [
    ["owner", true],
    ["manager", true],
    ["admin", true],
    ["teammate", false],
    ["outsider", false],
  ] as const) {
    const { actor } = people[who];
    const seen = await getWatching(actor, service.name);
    expect([who, seen.may.pause]).toEqual([who, may]);
    const paused = pauseMonitoring(actor, service.name, input);
    if (may) await paused;
    else await expect(paused).rejects.toMatchObject({ status: 403 });
    const resumed = resumeMonitoring(actor, service.name);
    if (may) expect((await resumed).windows).toBe(1);
    else await expect(resumed).rejects.toMatchObject({ status: 403 });
  }
});

it("shows what is quiet, by whom and why, and keeps both in the audit trail", async () => {
  await pauseMonitoring(people.owner.actor, service.name, input);
  const { windows, monitors } = await getWatching(people.outsider.actor, service.name);
  expect(windows[0]).toMatchObject({ reason: input.reason, openedBy: { id: people.owner.actor.id }, endedAt: null });
  expect(monitors).toMatchObject([{ system: "panel", state: "up", words: "200 in 3 ms" }]);
  const audited = await db().auditEvent.findMany({
    where: { subjectId: service.id, action: { contains: "monitors" } },
  });
  expect(audited.map(({ action }) => action)).toContain("monitors.pause");
});
