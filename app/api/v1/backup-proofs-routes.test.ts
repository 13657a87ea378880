import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { createApi } from "#lib/api/handle-request.ts";
import { addPoint, addPolicy } from "#lib/backups/testing/points.ts";
import { db } from "#lib/platform/db/client.ts";
import { ROUTES } from "./registry.ts";

useTestDatabase("backupproofs");
const api = createApi(ROUTES);
let people: People;
let policy: Awaited<ReturnType<typeof addPolicy>>;

beforeAll(async () => {
  people = await createPeople();
  const serviceId = randomUUID();
  await db().service.create({
    data: { id: serviceId, name: "pads", purpose: "x", ownerId: people.owner.id, state: "live" },
  });
  policy = await addPolicy({ serviceId });
});

async function prove(who: keyof People | null, backupId: string) {
  const headers = who ? people[who].headers : { origin: "http://localhost:8080" };
  const response = await api(
    new Request(`http://localhost:8080/api/v1/backups/${backupId}/verify`, { method: "POST", headers }),
  );
  return { status: response.status, body: await response.json() };
}

describe("proving a backup by a press", () => {
  it("begins one run for that point; a second one waits for it", async () => {
    const id = await addPoint(policy);
    const { status, body } = await prove("teammate", id);
    expect(status).toBe(202);
    const run = await db().run.findUniqueOrThrow({ where: { id: body.runId }, include: { steps: true } });
    expect(run).toMatchObject({
      checklistKey: "verify-backup",
      serviceId: policy.serviceId,
      environment: "production",
    });
    expect(run.steps).toMatchObject([
      { name: "backups.verify", queue: "backups", input: { policy: "database", which: { backupId: id } } },
    ]);
    const audited = { actorId: people.teammate.id, subjectType: "run", subjectId: String(body.runId) };
    expect(await db().auditEvent.count({ where: audited })).toBe(1);
    expect(await prove("owner", id)).toMatchObject({ status: 409, body: { error: { code: "run.active" } } });
  });

  it("is refused to who is not signed in or only looks, and where there is nothing to prove", async () => {
    const other = await addPolicy({ serviceId: policy.serviceId, name: "other" });
    const id = await addPoint(other);
    for (const who of [null, "disabled", "expired"] as const) expect((await prove(who, id)).status).toBe(401);
    expect((await prove("outsider", id)).status).toBe(403);
    expect((await prove("owner", randomUUID())).status).toBe(404);
    const refused = async (more: object) => (await prove("owner", await addPoint(other, more))).body.error.code;
    expect(await refused({ removedAt: new Date() })).toBe("backups.removed");
    expect(await refused({ state: "running" })).toBe("backups.running");
    expect(await refused({ state: "missed", manifest: undefined })).toBe("backups.nothing");
    expect((await prove("owner", await addPoint(other, { state: "failed" }))).status).toBe(202);
  });
});
