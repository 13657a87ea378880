import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { createPeople, type People, type Person } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { createApi } from "#lib/api/handle-request.ts";
import { db } from "#lib/platform/db/client.ts";
import { createAsks } from "#lib/releases/testing/deployment-asks.ts";
import { createPromotable } from "#lib/releases/testing/proposals.ts";
import { ROUTES } from "./registry.ts";

useTestDatabase("deployments-access");
const { ask, compare, proposed, start, decide } = createAsks(createApi(ROUTES));
let people: People;
let made: Awaited<ReturnType<typeof createPromotable>>;
beforeAll(async () => {
  people = await createPeople();
  made = await createPromotable(people.owner.actor);
});

type Who = "owner" | "teammate" | "outsider" | "manager" | "dba" | "admin";
const EVERYBODY: readonly Who[] = ["owner", "teammate", "outsider", "manager", "dba", "admin"];
const NAMED: readonly Who[] = ["owner", "teammate", "manager", "dba", "admin"];
const STAFF: readonly Who[] = ["owner", "teammate", "manager", "admin"];
const MANAGERS: readonly Who[] = ["manager", "admin"];
const ADMIN: readonly Who[] = ["admin"];

const SEAL = "0".repeat(64);
const ANSWERS = {
  ...{ dataLoss: false, schemaChange: false, infrastructureChange: false },
  ...{ manualSteps: false, manualText: "" },
};
const span = "from=2026-11-01T00:00:00Z&until=2026-12-01T00:00:00Z";
const past = { kind: "once", from: "2020-01-01T00:00:00Z", until: "2020-01-02T00:00:00Z" };
const proposal = () => ({ releaseId: randomUUID(), environment: "production", seal: SEAL });
const REASON = "Because the test says so.";

/** Every route, who comes through its door, and a body that is right in shape and changes nothing. */
const DOORS: readonly [string, string, readonly Who[], object?][] = [
  ["GET", "/deployments", EVERYBODY],
  ["GET", "/services/{service}/deployments", EVERYBODY],
  ["GET", "/deployments/{none}", EVERYBODY],
  ["GET", "/deployments/{none}/rollback-feasibility", EVERYBODY],
  ["GET", `/deployments/calendar?${span}`, EVERYBODY],
  ["GET", "/calendar-rules", EVERYBODY],
  ["GET", "/approval-rules", EVERYBODY],
  ["GET", "/approvals", NAMED],
  ["GET", "/delegations", NAMED],
  ["POST", "/deployments/compare", EVERYBODY, { releaseId: randomUUID(), environment: "production" }],
  ["POST", "/deployments", STAFF, { ...proposal(), answers: ANSWERS, startAt: null }],
  ["PUT", "/deployments/{none}", STAFF, { answers: ANSWERS, startAt: null, seal: SEAL, version: 1 }],
  ["POST", "/deployments/{none}/start", STAFF],
  ["POST", "/deployments/{none}/cancel", STAFF, {}],
  ["POST", "/deployments/{none}/resubmit", STAFF],
  ["POST", "/deployments/{none}/comments", NAMED, { text: "Hello" }],
  [
    ...(["POST", "/deployments/{none}/decisions", NAMED] as const),
    { decision: "approve", seal: SEAL, comment: "", onBehalfOfId: null },
  ],
  ["POST", "/deployments/{none}/review", MANAGERS, { comment: "It was right." }],
  [
    ...(["POST", "/deployments/break-glass", STAFF] as const),
    { releaseId: randomUUID(), environment: "production", reason: REASON, confirm: "x" },
  ],
  ["POST", "/deployments/rollback", STAFF, { deploymentId: randomUUID(), reason: REASON, confirm: "x" }],
  [
    ...(["POST", "/calendar-rules", MANAGERS] as const),
    { effect: "deny", serviceName: null, environment: null, reason: "Long ago", time: past },
  ],
  ["DELETE", "/calendar-rules/{none}", MANAGERS],
  ["POST", "/approval-rules", ADMIN, { environment: "nowhere", risk: null, approvals: 1 }],
  ["PUT", "/approval-rules/{none}", ADMIN, { environment: "nowhere", risk: null, approvals: 1 }],
  ["DELETE", "/approval-rules/{none}", ADMIN],
  [
    ...(["POST", "/delegations", MANAGERS] as const),
    { toId: randomUUID(), startsAt: "2020-01-01T00:00:00Z", endsAt: "2020-01-02T00:00:00Z" },
  ],
  ["DELETE", "/delegations/{none}", MANAGERS],
];

describe("who comes through the door", () => {
  it.each(DOORS.map(([method, path, who, body]) => [`${method} ${path}`, { method, path, who, body }] as const))(
    "%s",
    async (_, { method, path: pattern, who, body }) => {
      const path = pattern.replace("{service}", made.service.name).replace("{none}", randomUUID());
      for (const key of EVERYBODY) {
        const { status } = await ask(people[key], method, path, body);
        expect([key, status === 403]).toEqual([key, !who.includes(key)]);
        expect(status).toBeLessThan(500);
      }
      const nobody = { headers: { origin: "http://localhost:8080" } };
      for (const asker of [nobody, people.expired, people.disabled])
        expect((await ask(asker, method, path, body)).status).toBe(401);
    },
  );
});

describe("a program", () => {
  const programOf = async (person: Person): Promise<Person> => {
    const { json } = await ask(person, "POST", "/tokens", { name: "ci" });
    return { ...person, headers: { authorization: `Bearer ${json.token}` } };
  };

  it("proposes and starts with its owner's token, and decides nothing, for nobody has read it", async () => {
    const program = await programOf(people.manager);
    const one = await proposed(program, made.release);
    expect(await decide(people.manager, one)).toMatchObject({
      status: 403,
      json: { error: { code: "approvals.own" } },
    });
    expect(await decide(await programOf(people.admin), one)).toMatchObject({
      status: 403,
      json: { error: { code: "approvals.needs_person" } },
    });
    expect((await decide(people.admin, one)).json.state).toBe("approved");
    expect((await start(program, one)).status).toBe(202);
  });
});

describe("what a page sends", () => {
  it("with more in it than was asked for is refused", async () => {
    const { release } = await createPromotable(people.owner.actor);
    const { json: seen } = await compare(people.owner, release);
    const body = { releaseId: release.id, environment: "production", seal: seen.seal, startAt: null };
    for (const more of [{ needed: 0 }, { state: "approved" }, { answers: { ...ANSWERS, approved: true } }])
      expect((await ask(people.owner, "POST", "/deployments", { ...body, answers: ANSWERS, ...more })).status).toBe(
        422,
      );
    expect(await db().deployment.count({ where: { releaseId: release.id } })).toBe(0);
  });

  it("of an environment or a release that is not there is not found, and of one that failed refused", async () => {
    const { release } = await createPromotable(people.owner.actor);
    const at = (releaseId: string, environment: string) =>
      ask(people.owner, "POST", "/deployments/compare", { releaseId, environment });
    expect((await at(release.id, "nowhere")).status).toBe(404);
    expect((await at(randomUUID(), "production")).status).toBe(404);
    await db().release.update({ where: { id: release.id }, data: { state: "failed", error: "No such tag." } });
    const refused = await at(release.id, "production");
    expect(refused).toMatchObject({ status: 409, json: { error: { code: "releases.not_ready" } } });
    expect(refused.json.error.message).toContain("No such tag.");
  });
});
