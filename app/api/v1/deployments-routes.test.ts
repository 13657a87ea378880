import { beforeAll, describe, expect, it } from "vitest";
import { createPeople, createPerson, type People, type Person } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { createApi } from "#lib/api/handle-request.ts";
import { db } from "#lib/platform/db/client.ts";
import { expireDeployments, startApproved } from "#lib/releases/commands/sweep-deployments.ts";
import { countRuns, createAsks, finish, readMailed, stateOf } from "#lib/releases/testing/deployment-asks.ts";
import { type LiveService, pinned } from "#lib/releases/testing/live-service.ts";
import { createPromotable, createReadyRelease, observe } from "#lib/releases/testing/proposals.ts";
import { ROUTES } from "./registry.ts";

useTestDatabase("deployments", { DATABASE_POOL_SIZE: "20" });
const { ask, compare, propose, proposed, decide, start, read } = createAsks(createApi(ROUTES));
let people: People;
let other: Person;
beforeAll(async () => {
  people = await createPeople();
  other = await createPerson({ name: "Mona Moor", roles: ["manager"] });
});

const HOUR_MS = 3_600_000;
type Release = { id: string };

describe("a release on its way to production", () => {
  it("is compared, proposed, approved by somebody else, started once, and everybody hears of it", async () => {
    const { release, service } = await createPromotable(people.owner.actor);
    const seen = await compare(people.outsider, release);
    expect(seen).toMatchObject({
      status: 200,
      json: {
        ...{ serviceName: service.name, needed: 1, blocked: false, running: { release: { number: 1 } } },
        ...{ may: { propose: { ok: false } }, between: [{ number: 2, notes: "Dark mode" }] },
      },
    });
    expect(seen.json.differences).toMatchObject([{ area: "image", name: "app", change: "changed" }]);
    const one = await proposed(people.owner, release);
    expect(await readMailed(one, "deployment-proposed")).toEqual(
      expect.arrayContaining([people.manager.id, people.admin.id, other.id]),
    );
    expect(await readMailed(one, "deployment-proposed")).not.toContain(people.owner.id);

    const { json: queue } = await ask(people.manager, "GET", "/approvals");
    expect(queue.waiting.map((row: { id: string }) => row.id)).toContain(one.id);
    const { json: own } = await ask(people.owner, "GET", "/approvals");
    expect(own.mine.map((row: { id: string }) => row.id)).toContain(one.id);
    expect(own.waiting).toEqual([]);

    expect((await decide(people.manager, one, { comment: "Looks right" })).json).toMatchObject({
      state: "approved",
      approvals: [{ voter: { id: people.manager.id }, comment: "Looks right", counts: true }],
      may: { start: { ok: true } },
    });
    expect(await readMailed(one, "deployment-approved")).toEqual([people.owner.id]);
    const started = await start(people.owner, one);
    expect(started).toMatchObject({ status: 202, json: { state: "running", run: { state: "pending" } } });
    expect(await start(people.owner, one)).toMatchObject({
      status: 409,
      json: { error: { code: "deployments.used" } },
    });
    expect(await decide(other, one)).toMatchObject({ status: 409, json: { error: { code: "approvals.closed" } } });
    await finish(one);
    expect(await read(people.outsider, one)).toMatchObject({ state: "done", may: { rollback: { ok: false } } });
    expect(
      (await ask(people.outsider, "GET", `/services/${service.name}/environments`)).json.environments,
    ).toMatchObject([{ current: { deploymentId: one.id, release: { number: 2 } } }]);
    expect(await readMailed(one, "deployment-finished")).toEqual(
      expect.arrayContaining([people.owner.id, people.manager.id]),
    );
    const { json: list } = await ask(
      people.outsider,
      "GET",
      `/services/${service.name}/deployments?environment=production`,
    );
    expect(list.items.map((row: { id: string }) => row.id)).toContain(one.id);
  });

  it("starts by itself once approved, with nobody asking", async () => {
    const { release } = await createPromotable(people.owner.actor);
    const one = await proposed(people.owner, release);
    await startApproved();
    expect(await stateOf(one)).toBe("proposed");
    await decide(people.manager, one);
    await startApproved();
    expect(await stateOf(one)).toBe("running");
    expect(await countRuns(one)).toBe(1);
  });

  it("waits for its time, and only then starts", async () => {
    const { release } = await createPromotable(people.owner.actor);
    const startAt = new Date(Date.now() + 2 * HOUR_MS).toISOString();
    const one = await proposed(people.owner, release, { startAt });
    expect((await decide(people.manager, one)).json).toMatchObject({ state: "scheduled", startAt });
    expect(await start(people.owner, one)).toMatchObject({
      status: 409,
      json: { error: { code: "deployments.too_early" } },
    });
    await startApproved();
    expect(await stateOf(one)).toBe("scheduled");
    await startApproved(new Date(Date.now() + 3 * HOUR_MS));
    expect(await stateOf(one)).toBe("running");
    const past = new Date(Date.now() - HOUR_MS).toISOString();
    const { release: second } = await createPromotable(people.owner.actor);
    expect(await propose(people.owner, second, { startAt: past })).toMatchObject({ status: 422 });
  });
});

describe("a start is refused", () => {
  const approved = async () => {
    const made = await createPromotable(people.owner.actor);
    const one = await proposed(people.owner, made.release);
    await decide(people.manager, one);
    return { ...made, one };
  };

  it("before it is approved", async () => {
    const { release } = await createPromotable(people.owner.actor);
    const one = await proposed(people.owner, release);
    expect(await start(people.admin, one)).toMatchObject({
      status: 409,
      json: { error: { code: "deployments.not_approved" } },
    });
  });

  it("once production has changed since the approval, which is void then", async () => {
    const { service, one } = await approved();
    await observe(service, pinned("demo/web:1"), "another spec");
    expect((await read(people.outsider, one)).drift).toEqual([`${service.name}-production_app was changed since.`]);
    expect(await start(people.owner, one)).toMatchObject({
      status: 409,
      json: { error: { code: "deployments.drifted" } },
    });
    expect(await read(people.outsider, one)).toMatchObject({ state: "void", run: null });
    expect(await countRuns(one)).toBe(0);
  });

  it("unused for too long, whoever is faster", async () => {
    const { one } = await approved();
    await db().deployment.update({ where: { id: one.id }, data: { expiresAt: new Date(Date.now() - 1_000) } });
    expect(await start(people.owner, one)).toMatchObject({
      status: 409,
      json: { error: { code: "deployments.expired" } },
    });
    await startApproved();
    expect(await stateOf(one)).toBe("approved");
    await expireDeployments();
    expect(await stateOf(one)).toBe("expired");
  });

  it("inside a freeze, saying when it ends, and goes when it has", async () => {
    const { service, one } = await approved();
    const until = new Date(Math.ceil((Date.now() + HOUR_MS) / 60_000) * 60_000);
    const rule = {
      ...{ effect: "deny", serviceName: service.name, environment: "production", reason: "Black Friday" },
      time: { kind: "once", from: new Date(Date.now() - HOUR_MS).toISOString(), until: until.toISOString() },
    };
    for (const who of [people.teammate, people.dba, people.outsider])
      expect((await ask(who, "POST", "/calendar-rules", rule)).status).toBe(403);
    const { json } = await ask(people.manager, "POST", "/calendar-rules", rule);
    const mine = json.rules.find((row: { serviceName: string }) => row.serviceName === service.name);
    expect(mine).toMatchObject({ now: { until: until.toISOString() }, by: { id: people.manager.id } });
    const refused = await start(people.owner, one);
    expect(refused).toMatchObject({ status: 409, json: { error: { code: "deployments.frozen" } } });
    expect(refused.json.error.message).toContain("Black Friday");
    expect(refused.json.error.message).toContain(until.toISOString().slice(11, 16));
    expect(await read(people.outsider, one)).toMatchObject({
      calendar: { reason: "Black Friday", until: until.toISOString() },
    });
    await startApproved();
    expect(await stateOf(one)).toBe("approved");
    await startApproved(new Date(until.getTime() + 1_000));
    expect(await stateOf(one)).toBe("running");
    expect((await ask(people.manager, "DELETE", `/calendar-rules/${mine.id}`)).status).toBe(200);
  });

  it("while another release is on its way there", async () => {
    const { service, one } = await approved();
    const next = await createReadyRelease(service, people.owner.actor, { letter: "c" });
    const two = await proposed(people.owner, next);
    // Not superseded by it: it began first.
    await start(people.owner, one);
    await decide(people.manager, two);
    const refused = await start(people.owner, two);
    expect(refused).toMatchObject({ status: 409, json: { error: { code: "deployments.busy" } } });
    await finish(one);
    // What it was approved against is not what runs now.
    expect(await start(people.owner, two)).toMatchObject({
      status: 409,
      json: { error: { code: "deployments.drifted" } },
    });
  });
});

describe("a newer release", () => {
  it("that is approved overtakes older ones that wait there, and no newer ones", async () => {
    const { release, service } = await createPromotable(people.owner.actor);
    const third = await createReadyRelease(service, people.owner.actor, { letter: "c" });
    const fourth = await createReadyRelease(service, people.owner.actor, { letter: "d" });
    const [old, mid, late] = [
      await proposed(people.owner, release),
      await proposed(people.owner, third),
      await proposed(people.owner, fourth),
    ];
    await decide(people.manager, mid);
    expect(await read(people.outsider, old)).toMatchObject({ state: "superseded", supersededById: mid.id });
    expect(await stateOf(late)).toBe("proposed");
    expect(await decide(people.manager, old)).toMatchObject({
      status: 409,
      json: { error: { code: "approvals.closed" } },
    });
    expect(await propose(people.owner, fourth)).toMatchObject({
      status: 409,
      json: { error: { code: "deployments.open" } },
    });
  });
});

describe("breaking the glass", () => {
  const smash = (who: Person, release: Release, service: LiveService, more: object = {}) =>
    ask(who, "POST", "/deployments/break-glass", {
      ...{ releaseId: release.id, environment: "production", confirm: service.name },
      reason: "Production is down and this mends it.",
      ...more,
    });

  it("starts at once past approval and freeze, loudly, and is reviewed by somebody else", async () => {
    const { release, service } = await createPromotable(people.owner.actor);
    const freeze = { kind: "once", from: new Date(Date.now() - HOUR_MS).toISOString() };
    await ask(people.manager, "POST", "/calendar-rules", {
      ...{ effect: "deny", serviceName: service.name, environment: null, reason: "Frozen" },
      time: { ...freeze, until: new Date(Date.now() + HOUR_MS).toISOString() },
    });
    expect((await smash(people.manager, release, service, { confirm: "another" })).status).toBe(422);
    expect((await smash(people.manager, release, service, { reason: "now" })).status).toBe(422);
    expect((await smash(people.dba, release, service)).status).toBe(403);
    const { status, json: one } = await smash(people.manager, release, service);
    expect({ status, one }).toMatchObject({
      status: 202,
      one: { state: "running", kind: "break-glass", review: { by: null }, run: { state: "pending" } },
    });
    expect(await readMailed(one, "deployment-broke-glass")).toEqual(
      expect.arrayContaining([people.manager.id, people.admin.id, other.id, people.owner.id]),
    );
    const review = (who: Person, comment = "It was right.") =>
      ask(who, "POST", `/deployments/${one.id}/review`, { comment });
    expect(await review(people.manager)).toMatchObject({
      status: 403,
      json: { error: { code: "deployments.own_review" } },
    });
    expect((await review(people.teammate)).status).toBe(403);
    const { json: queue } = await ask(other, "GET", "/approvals");
    expect(queue.waiting).toContainEqual(expect.objectContaining({ id: one.id, why: "review" }));
    expect((await review(other)).json).toMatchObject({
      review: { by: { id: other.id } },
      comments: [{ text: "It was right." }],
    });
    expect((await review(people.admin)).status).toBe(409);
  });

  it("is no way past a release that is on its way", async () => {
    const { release, service } = await createPromotable(people.owner.actor);
    const one = await proposed(people.owner, release);
    await decide(people.manager, one);
    await start(people.owner, one);
    const next = await createReadyRelease(service, people.owner.actor, { letter: "c" });
    expect(await smash(people.admin, next, service)).toMatchObject({
      status: 409,
      json: { error: { code: "deployments.busy" } },
    });
    expect(await db().deployment.count({ where: { releaseId: next.id } })).toBe(0);
  });
});

describe("going back", () => {
  it("brings an earlier deployment with its settings at once, by its owner or a manager, with a reason", async () => {
    const { release, service } = await createPromotable(people.owner.actor);
    const first = await db().environment.findUniqueOrThrow({ where: { id: service.id } });
    const one = await proposed(people.owner, release);
    await decide(people.manager, one);
    await start(people.owner, one);
    await finish(one);
    await observe(service, pinned("demo/web:2", "b"), "2");
    const back = (who: Person, more: object = {}) =>
      ask(who, "POST", "/deployments/rollback", {
        ...{ deploymentId: first.currentId, confirm: service.name, reason: "The new one loses notes.", ...more },
      });
    expect((await ask(people.outsider, "GET", `/deployments/${first.currentId}/rollback-feasibility`)).status).toBe(
      200,
    );
    expect((await back(people.teammate)).status).toBe(403);
    expect((await back(people.owner, { confirm: "x" })).status).toBe(422);
    expect((await back(people.owner, { deploymentId: one.id })).status).toBe(409);
    const { status, json } = await back(people.owner);
    expect({ status, json }).toMatchObject({
      status: 202,
      json: { kind: "rollback", state: "running", release: { number: 1 }, reason: "The new one loses notes." },
    });
    expect(await readMailed(json, "deployment-rolled-back-by-hand")).toContain(people.manager.id);
    await finish(json);
    expect((await db().environment.findUniqueOrThrow({ where: { id: service.id } })).currentId).toBe(json.id);
  });
});
