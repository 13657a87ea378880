import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { createPeople, createPerson, type People, type Person } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { createApi } from "#lib/api/handle-request.ts";
import { db } from "#lib/platform/db/client.ts";
import { startApproved } from "#lib/releases/commands/sweep-deployments.ts";
import { createAsks, finish, stateOf } from "#lib/releases/testing/deployment-asks.ts";
import { pinned } from "#lib/releases/testing/live-service.ts";
import { createPromotable, createReadyRelease, observe } from "#lib/releases/testing/proposals.ts";
import { ROUTES } from "./registry.ts";

useTestDatabase("approvals-lapse", { DATABASE_POOL_SIZE: "20" });
const { ask, compare, proposed, decide, start, read } = createAsks(createApi(ROUTES));
let people: People;
let other: Person;
beforeAll(async () => {
  people = await createPeople();
  other = await createPerson({ name: "Mona Moor", roles: ["manager"] });
});

const HOUR_MS = 3_600_000;
// To deny a change of the schema that was found takes a second person.
const two = async (answers: object = {}) => {
  const { release, service } = await createPromotable(people.owner.actor, people.owner.actor, [
    { id: "2026-add", sql: "CREATE TABLE tags (id INT PRIMARY KEY);" },
  ]);
  const one = await proposed(people.owner, release, { answers: { schemaChange: false, ...answers } });
  expect(one.needed).toBe(2);
  return { release, service, one };
};
interface Open {
  id: string;
  version: number;
  answers: object;
}
async function edit(who: Person, release: { id: string }, one: Open, change: { answers?: object; startAt?: string }) {
  const { json: seen } = await compare(who, release);
  const { version } = await read(who, one);
  const { status, json } = await ask(who, "PUT", `/deployments/${one.id}`, {
    ...{ seal: seen.seal, version, startAt: change.startAt ?? null },
    answers: { ...one.answers, ...change.answers },
  });
  expect(status).toBe(200);
  return json;
}
const OTHER_TEXT = { status: 409, json: { error: { code: "approvals.other_text" } } };

describe("an edit", () => {
  it("that says the same takes every vote away, the editor's for good", async () => {
    const { release, one } = await two();
    expect((await decide(people.admin, one)).json.state).toBe("proposed");
    const edited = await edit(people.admin, release, one, {});
    expect(edited).toMatchObject({ state: "proposed", approvals: [{ counts: false }] });
    expect(edited.seal).not.toBe(one.seal);
    // Of a page that was read before.
    expect(await decide(people.manager, one)).toMatchObject(OTHER_TEXT);
    expect((await decide(people.manager, edited)).json.state).toBe("proposed");
    expect((await decide(other, edited)).json.state).toBe("approved");
  });

  it("there and back brings no vote back, and whoever had voted votes again", async () => {
    const { release, one } = await two();
    await decide(people.manager, one);
    await edit(people.teammate, release, one, { answers: { schemaChange: true } });
    const back = await edit(people.teammate, release, one, { answers: { schemaChange: false } });
    expect(back).toMatchObject({ needed: 2, state: "proposed" });
    expect((await decide(other, back)).json.state).toBe("proposed");
    expect((await decide(people.manager, back)).json.state).toBe("approved");
  });

  it("of when it starts is another text too", async () => {
    const { release } = await createPromotable(people.owner.actor);
    const one = await proposed(people.owner, release);
    const startAt = new Date(Date.now() + HOUR_MS).toISOString();
    const planned = await edit(people.teammate, release, one, { startAt });
    expect(await decide(people.manager, one)).toMatchObject(OTHER_TEXT);
    expect((await decide(people.manager, planned)).json).toMatchObject({ state: "scheduled", startAt });
    // Not even in the row itself.
    await db().deployment.update({ where: { id: one.id }, data: { startAt: null } });
    await startApproved();
    expect(await stateOf(one)).toBe("void");
  });
});

describe("a vote of somebody who may not vote any more", () => {
  const setUser = ({ id }: Person, data: { disabledAt?: Date; roles?: string }) =>
    db().user.update({ where: { id }, data });

  it("does not complete an approval", async () => {
    const gone = await createPerson({ name: "Gus Gone", roles: ["manager"] });
    const { one } = await two();
    await decide(gone, one);
    await setUser(gone, { disabledAt: new Date() });
    expect((await read(people.manager, one)).approvals).toMatchObject([{ counts: false }]);
    expect((await decide(people.manager, one)).json.state).toBe("proposed");
    expect((await decide(other, one)).json.state).toBe("approved");
  });

  it("starts nothing, and what it approved is void", async () => {
    const demoted = await createPerson({ name: "Dirk Demoted", roles: ["manager"] });
    const { release } = await createPromotable(people.owner.actor);
    const one = await proposed(people.owner, release);
    expect((await decide(demoted, one)).json.state).toBe("approved");
    await setUser(demoted, { roles: "staff" });
    expect((await read(people.owner, one)).may.start).toMatchObject({ ok: false });
    expect(await start(people.owner, one)).toMatchObject({
      status: 409,
      json: { error: { code: "deployments.lapsed" } },
    });
    expect(await stateOf(one)).toBe("void");
  });

  it("is worth nothing given by a hand that is gone, and its voter gives it anew", async () => {
    const hand = await createPerson({ name: "Hal Hand", roles: ["staff"] });
    const lender = await createPerson({ name: "Lea Lender", roles: ["manager"] });
    await ask(lender, "POST", "/delegations", {
      ...{ toId: hand.id, startsAt: new Date(Date.now() - 1_000).toISOString() },
      endsAt: new Date(Date.now() + HOUR_MS).toISOString(),
    });
    const { one } = await two();
    expect((await decide(hand, one, { onBehalfOfId: lender.id })).status).toBe(200);
    await setUser(hand, { disabledAt: new Date() });
    expect((await decide(people.manager, one)).json.state).toBe("proposed");
    expect((await decide(lender, one)).json.state).toBe("approved");
  });
});

describe("soak time", () => {
  it("is sealed: another one is another text", async () => {
    const { release, service } = await createPromotable(people.owner.actor);
    const one = await proposed(people.owner, release);
    expect((await read(people.owner, one)).targetState).toMatchObject({ soakS: 60 });
    const path = `/services/${service.name}/environments/production/soak`;
    expect((await ask(people.owner, "PUT", path, { soakS: 0 })).status).toBeLessThan(300);
    expect((await decide(people.manager, one)).status).toBe(409);
    expect(await read(people.owner, one)).toMatchObject({
      state: "void",
      outcome: expect.stringContaining("watched for 0 s, not 60 s"),
    });
  });
});

describe("past approval", () => {
  it("goes nobody's token, and what went there without and unseen is due for review when one goes back to it", async () => {
    const { release, service } = await createPromotable(people.owner.actor);
    const reason = "Production is down and this mends it.";
    const smash = (who: { headers: Record<string, string> }) =>
      ask(who, "POST", "/deployments/break-glass", {
        ...{ releaseId: release.id, environment: "production", confirm: service.name, reason },
      });
    const { json: token } = await ask(people.owner, "POST", "/tokens", { name: "ci", expiresInDays: 1 });
    const program = { headers: { authorization: `Bearer ${token.token}` } };
    const refused = { status: 403, json: { error: { code: "approvals.needs_person" } } };
    expect(await smash(program)).toMatchObject(refused);
    const { json: broken } = await smash(people.owner);
    await finish(broken);
    await observe(service, pinned("demo/web:2", "b"), "2");

    const next = await createReadyRelease(service, people.owner.actor, { letter: "c" });
    const one = await proposed(people.owner, next);
    await decide(people.manager, one);
    await start(people.owner, one);
    await finish(one);
    await observe(service, pinned("demo/web:2", "c"), "3");
    const back = (who: { headers: Record<string, string> }, { id }: { id: string }) =>
      ask(who, "POST", "/deployments/rollback", { deploymentId: id, confirm: service.name, reason });
    expect(await back(program, broken)).toMatchObject(refused);
    const { status, json: again } = await back(people.manager, broken);
    expect({ status, again }).toMatchObject({ status: 202, again: { review: { by: null, at: null } } });
    const waits = async (who: Person) =>
      (await ask(who, "GET", "/approvals")).json.waiting.map(({ id }: { id: string }) => id);
    expect(await waits(other)).toContain(again.id);
    expect(await waits(people.manager)).not.toContain(again.id);
    const review = (who: Person) => ask(who, "POST", `/deployments/${again.id}/review`, { comment: "It was right." });
    expect((await review(people.manager)).status).toBe(403);
    expect((await review(other)).json).toMatchObject({ review: { by: { id: other.id } } });
    await finish(again);
    await observe(service, pinned("demo/web:2", "b"), "4");
    // What was approved when it came needs no other look.
    expect((await back(people.owner, one)).json).toMatchObject({ kind: "rollback", review: null });
  });
});

describe("the queue of approvals", () => {
  it("shows what waits for the reader's vote, however much waits that they may not vote for", async () => {
    const { one } = await two();
    const { id: _, ...row } = await db().deployment.findUniqueOrThrow({ where: { id: one.id } });
    const before = new Date(row.createdAt.getTime() - HOUR_MS);
    const json = { content: row.content ?? {}, answers: row.answers ?? {}, evidence: row.evidence ?? {} };
    const copy = (more: { requestedById: string; editorIds: string[] }) => ({
      ...{ ...row, ...json, targetState: row.targetState ?? {}, id: randomUUID(), createdAt: before, ...more },
    });
    await db().deployment.createMany({
      data: Array.from({ length: 110 }, (_none, index) =>
        index % 2 === 0
          ? copy({ requestedById: other.id, editorIds: [] })
          : copy({ requestedById: people.owner.id, editorIds: [other.id] }),
      ),
    });
    const { json: queue } = await ask(other, "GET", "/approvals");
    expect(queue.waiting.find(({ id }: { id: string }) => id === one.id)).toMatchObject({
      ...{ why: "approve", needed: 2, given: 0, dataLoss: false, serviceName: expect.any(String) },
    });
    const found = queue.waiting.find(({ id }: { id: string }) => id === one.id);
    expect(found.differences).toBeGreaterThan(0);
    expect(queue.mine).toHaveLength(55);
  });
});
