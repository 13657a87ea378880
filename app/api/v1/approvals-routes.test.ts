import { beforeAll, describe, expect, it } from "vitest";
import { createPeople, createPerson, type People, type Person } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { createApi } from "#lib/api/handle-request.ts";
import { db } from "#lib/platform/db/client.ts";
import { startApproved } from "#lib/releases/commands/sweep-deployments.ts";
import { countRuns, createAsks, readMailed, stateOf } from "#lib/releases/testing/deployment-asks.ts";
import { createLiveService, pinned } from "#lib/releases/testing/live-service.ts";
import { createPromotable, createReadyRelease, observe } from "#lib/releases/testing/proposals.ts";
import { ROUTES } from "./registry.ts";

useTestDatabase("approvals", { DATABASE_POOL_SIZE: "20" });
const { ask, compare, propose, proposed, decide, start, read } = createAsks(createApi(ROUTES));
let people: People;
let other: Person;
beforeAll(async () => {
  people = await createPeople();
  other = await createPerson({ name: "Mona Moor", roles: ["manager"] });
  // What may lose data takes two people in this file.
  await ask(people.admin, "POST", "/approval-rules", { environment: "production", risk: "data-loss", approvals: 2 });
});

const HOUR_MS = 3_600_000;

describe("an approval is refused", () => {
  it("of who proposed it, whatever their role", async () => {
    const { release } = await createPromotable(people.owner.actor);
    const one = await proposed(people.admin, release);
    const refused = await decide(people.admin, one);
    expect(refused).toMatchObject({ status: 403, json: { error: { code: "approvals.own" } } });
    expect(refused.json.error.message).toContain("somebody else");
    expect((await read(people.admin, one)).may.approve).toMatchObject({ ok: false });
    expect(await stateOf(one)).toBe("proposed");
  });

  it("of who made the release, and of who changed the settings it brings", async () => {
    const { release, service } = await createPromotable(people.owner.actor, people.manager.actor);
    const path = `/services/${service.name}/environments/production/config`;
    const { json } = await ask(people.admin, "GET", path);
    const body = { version: json.version, content: { ...json.content, replicas: 3 } };
    expect((await ask(people.admin, "PUT", path, body)).status).toBe(200);
    const one = await proposed(people.teammate, release);
    for (const who of [people.manager, people.admin])
      expect(await decide(who, one)).toMatchObject({ status: 403, json: { error: { code: "approvals.own" } } });
    expect((await decide(other, one)).json).toMatchObject({ state: "approved" });
  });

  it("of who gave a secret the value that comes along", async () => {
    const service = await createLiveService(people.owner.actor, {
      answers: { secrets: { others: [{ name: "api_key", source: "stored", purpose: "Maps" }] } },
    });
    await observe(service);
    const release = await createReadyRelease(service, people.owner.actor);
    const path = `/services/${service.name}/environments/production/secrets/api_key`;
    expect((await ask(people.admin, "PUT", path, { value: "another" })).status).toBe(200);
    const one = await proposed(people.owner, release);
    expect(await decide(people.admin, one)).toMatchObject({ status: 403, json: { error: { code: "approvals.own" } } });
    expect((await decide(people.manager, one)).json).toMatchObject({ state: "approved" });
  });

  it("of who edited it since, and what was approved before the edit counts no more", async () => {
    const { release } = await createPromotable(people.owner.actor);
    const one = await proposed(people.owner, release, { answers: { dataLoss: true } });
    expect(one.needed).toBe(2);
    expect((await decide(people.manager, one)).json.state).toBe("proposed");
    const { json: seen } = await compare(people.admin, release);
    const edit = { answers: { ...one.answers, dataLoss: false }, startAt: null, seal: seen.seal };
    expect(
      await ask(people.admin, "PUT", `/deployments/${one.id}`, { ...edit, version: one.version + 7 }),
    ).toMatchObject({ status: 409, json: { error: { code: "deployments.changed_meanwhile" } } });
    const edited = await ask(people.admin, "PUT", `/deployments/${one.id}`, { ...edit, version: one.version });
    expect(edited.json).toMatchObject({ state: "proposed", needed: 1, approvals: [{ counts: false }] });
    expect(edited.json.seal).not.toBe(one.seal);
    expect(await decide(other, one)).toMatchObject({ status: 409, json: { error: { code: "approvals.other_text" } } });
    const present = { id: one.id, seal: edited.json.seal };
    expect(await decide(people.admin, present)).toMatchObject({ status: 403 });
    expect(await decide(people.owner, present)).toMatchObject({ status: 403 });
    expect((await decide(people.manager, present)).json).toMatchObject({ state: "approved" });
  });

  it("by a role that may not, and without a sign-in", async () => {
    const { release } = await createPromotable(people.owner.actor);
    const one = await proposed(people.owner, release);
    for (const who of [people.teammate, people.dba])
      expect(await decide(who, one)).toMatchObject({ status: 403, json: { error: { code: "approvals.role" } } });
    expect((await decide(people.outsider, one)).status).toBe(403);
    expect((await decide(people.expired, one)).status).toBe(401);
    const elsewhere = { ...people.manager, headers: { ...people.manager.headers, origin: "https://evil.example" } };
    expect((await decide(elsewhere, one)).status).toBe(403);
    expect(await stateOf(one)).toBe("proposed");
  });

  it("a second time by one person where two are needed", async () => {
    const { release } = await createPromotable(people.owner.actor);
    const one = await proposed(people.owner, release, { answers: { dataLoss: true } });
    await decide(people.manager, one);
    expect(await decide(people.manager, one)).toMatchObject({
      status: 409,
      json: { error: { code: "approvals.twice" } },
    });
    expect((await decide(other, one)).json).toMatchObject({ state: "approved" });
  });

  it("once what runs in production is another, and then the proposal is void", async () => {
    const { release, service } = await createPromotable(people.owner.actor);
    const one = await proposed(people.owner, release);
    await observe(service, pinned("demo/web:1", "f"));
    const page = await read(people.manager, one);
    expect(page.sealNow).not.toBe(page.seal);
    expect(page.may.approve.ok).toBe(false);
    const refused = await decide(people.manager, one);
    expect(refused).toMatchObject({ status: 409, json: { error: { code: "approvals.target_changed" } } });
    expect(await read(people.outsider, one)).toMatchObject({
      state: "void",
      outcome: expect.stringContaining("runs sha256:ffff"),
    });
    expect(await readMailed(one, "deployment-void")).toContain(people.owner.id);
  });

  it("once a setting, a secret or the release itself is another", async () => {
    const first = await createPromotable(people.owner.actor);
    const one = await proposed(people.owner, first.release);
    const path = `/services/${first.service.name}/environments/production/config`;
    const { json } = await ask(people.owner, "GET", path);
    await ask(people.owner, "PUT", path, { version: json.version, content: { ...json.content, env: { NEW: "1" } } });
    expect(await decide(people.manager, one)).toMatchObject({
      status: 409,
      json: { error: { code: "approvals.target_changed" } },
    });

    const second = await createPromotable(people.owner.actor);
    const two = await proposed(people.owner, second.release);
    await db().release.update({
      where: { id: second.release.id },
      data: { images: { app: pinned("demo/web:2", "e") } },
    });
    expect((await decide(people.manager, two)).status).toBe(409);
    expect(await read(people.outsider, two)).toMatchObject({
      state: "void",
      outcome: expect.stringContaining("release itself"),
    });
  });

  it("once it has expired", async () => {
    const { release } = await createPromotable(people.owner.actor);
    const one = await proposed(people.owner, release);
    await db().deployment.update({ where: { id: one.id }, data: { expiresAt: new Date(Date.now() - 1_000) } });
    expect(await decide(people.manager, one)).toMatchObject({
      status: 409,
      json: { error: { code: "approvals.expired" } },
    });
    expect(await stateOf(one)).toBe("expired");
    expect(await readMailed(one, "deployment-expired")).toEqual([people.owner.id]);
  });
});

describe("answers", () => {
  const drop = { id: "2026-drop", sql: "DROP TABLE notes;" };
  const add = { id: "2026-add", sql: "CREATE TABLE tags (id INT PRIMARY KEY);" };

  it("that deny a loss of data are not taken", async () => {
    const { release } = await createPromotable(people.owner.actor, people.owner.actor, [drop]);
    const { json: seen } = await compare(people.owner, release);
    expect(seen).toMatchObject({ irreversible: true, prefilled: { dataLoss: true, schemaChange: true } });
    const denied = { ...seen.prefilled, dataLoss: false };
    expect((await compare(people.owner, release, denied)).json).toMatchObject({
      blocked: true,
      contradictions: [{ question: "dataLoss", effect: "blocks" }],
    });
    const refused = await propose(people.owner, release, { answers: { dataLoss: false } });
    expect(refused.status).toBe(422);
    expect(refused.json.error.fields["answers.dataLoss"]).toContain("DROP TABLE");
  });

  it("that deny a change of the schema ask for one more approval", async () => {
    const { release } = await createPromotable(people.owner.actor, people.owner.actor, [add]);
    expect((await compare(people.owner, release)).json.needed).toBe(1);
    const one = await proposed(people.owner, release, { answers: { schemaChange: false } });
    expect(one).toMatchObject({ needed: 2, contradictions: [{ question: "schemaChange", effect: "raises" }] });
    expect((await decide(people.manager, one)).json.state).toBe("proposed");
    expect((await decide(other, one)).json.state).toBe("approved");
  });

  it("need words for what is done by hand", async () => {
    const { release } = await createPromotable(people.owner.actor);
    expect((await propose(people.owner, release, { answers: { manualSteps: true } })).status).toBe(422);
  });

  it("to a comparison that is not true any more are not taken", async () => {
    const { release, service } = await createPromotable(people.owner.actor);
    const { json: seen } = await compare(people.owner, release);
    await observe(service, pinned("demo/web:1", "9"));
    const body = { releaseId: release.id, environment: "production", seal: seen.seal, startAt: null };
    expect(await ask(people.owner, "POST", "/deployments", { ...body, answers: seen.prefilled })).toMatchObject({
      status: 409,
      json: { error: { code: "deployments.changed_meanwhile" } },
    });
  });
});

describe("a lent vote", () => {
  const lend = (who: Person, to: Person, more: object = {}) =>
    ask(who, "POST", "/delegations", {
      ...{ toId: to.id, startsAt: new Date(Date.now() - 1_000).toISOString() },
      ...{ endsAt: new Date(Date.now() + HOUR_MS).toISOString(), ...more },
    });

  it("is the lender's: it counts once, not for what they asked for, and no longer once it is taken back", async () => {
    const lender = await createPerson({ name: "Mia Manager", roles: ["manager"] });
    const borrower = await createPerson({ name: "Bo Borrower", roles: ["staff"] });
    const lent = await lend(lender, borrower);
    expect(lent).toMatchObject({ status: 201, json: { delegations: [{ state: "holds", to: { id: borrower.id } }] } });
    const onBehalfOfId = lender.id;

    const { release } = await createPromotable(people.owner.actor);
    const one = await proposed(people.owner, release, { answers: { dataLoss: true } });
    const { json: queue } = await ask(borrower, "GET", "/approvals");
    expect(queue.waiting.find(({ id }: { id: string }) => id === one.id)).toMatchObject({
      onBehalfOf: [{ id: lender.id }],
    });
    expect(await decide(borrower, one)).toMatchObject({ status: 403, json: { error: { code: "approvals.role" } } });
    const given = await decide(borrower, one, { onBehalfOfId });
    expect(given.json.approvals).toMatchObject([{ voter: { id: lender.id }, by: { id: borrower.id } }]);
    // Two that were lent to one person are still one pair of eyes.
    const second = await createPerson({ name: "Nia Manager", roles: ["manager"] });
    await lend(second, borrower);
    expect(await decide(borrower, one, { onBehalfOfId: second.id })).toMatchObject({
      status: 409,
      json: { error: { code: "approvals.twice" } },
    });
    expect(await decide(lender, one)).toMatchObject({ status: 409, json: { error: { code: "approvals.twice" } } });
    expect((await decide(people.manager, one)).json.state).toBe("approved");

    const theirs = await createPromotable(people.owner.actor);
    const two = await proposed(lender, theirs.release);
    expect(await decide(borrower, two, { onBehalfOfId })).toMatchObject({
      status: 403,
      json: { error: { code: "approvals.delegated_own" } },
    });
    const own = await createPromotable(people.owner.actor, borrower.actor);
    const three = await proposed(people.owner, own.release);
    expect(await decide(borrower, three, { onBehalfOfId })).toMatchObject({
      status: 403,
      json: { error: { code: "approvals.own" } },
    });
    await ask(lender, "DELETE", `/delegations/${lent.json.delegations[0].id}`);
    const last = await createPromotable(people.owner.actor);
    const four = await proposed(people.owner, last.release);
    expect(await decide(borrower, four, { onBehalfOfId })).toMatchObject({
      status: 403,
      json: { error: { code: "approvals.not_lent" } },
    });
  });

  it("is worth nothing of somebody who may not approve any more, and goes to nobody who only looks", async () => {
    const lender = await createPerson({ name: "Max Manager", roles: ["manager"] });
    expect((await lend(lender, people.outsider)).status).toBe(422);
    expect((await lend(people.teammate, people.owner)).status).toBe(403);
    await lend(lender, people.teammate);
    await db().user.update({ where: { id: lender.id }, data: { roles: "staff" } });
    const { release } = await createPromotable(people.owner.actor);
    const one = await proposed(people.owner, release);
    expect((await decide(people.teammate, one, { onBehalfOfId: lender.id })).status).toBe(403);
  });
});

describe("fifty at once", () => {
  it("approve and start one rollout", async () => {
    const { release, service } = await createPromotable(people.owner.actor);
    const one = await proposed(people.owner, release, { answers: { dataLoss: true } });
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => {
        if (index % 5 === 0) return startApproved().then(() => null);
        const who = index % 2 === 0 ? people.manager : other;
        return index % 3 === 0 ? start(who, one) : decide(who, one);
      }),
    );
    await startApproved();
    for (const answer of answers) expect(answer?.status ?? 200).toBeLessThan(500);
    expect(await countRuns(one)).toBe(1);
    expect(await db().run.count({ where: { serviceId: service.id, checklistKey: "deploy" } })).toBe(1);
    expect(await db().approval.count({ where: { deploymentId: one.id } })).toBe(2);
    const events = await db().auditEvent.count({ where: { subjectId: one.id, action: "deployments.start" } });
    expect(events).toBe(1);
  });
});

describe("what was rejected", () => {
  it("needs words, is over, and goes again as a proposal of its own", async () => {
    const { release } = await createPromotable(people.owner.actor);
    const one = await proposed(people.owner, release);
    expect((await decide(people.manager, one, { decision: "reject" })).status).toBe(422);
    const rejected = await decide(people.manager, one, { decision: "reject", comment: "Not on a Friday" });
    expect(rejected.json).toMatchObject({ state: "rejected", outcome: expect.stringContaining("Not on a Friday") });
    expect(await readMailed(one, "deployment-rejected")).toEqual([people.owner.id]);
    expect((await start(people.owner, one)).status).toBe(409);
    const again = await ask(people.teammate, "POST", `/deployments/${one.id}/resubmit`);
    expect(again).toMatchObject({
      status: 201,
      json: { state: "proposed", requestedBy: { id: people.teammate.id }, approvals: [] },
    });
    expect(again.json.id).not.toBe(one.id);
    // Its answers are still those of who gave them first.
    expect(again.json.editors.map((person: { id: string }) => person.id)).toContain(people.owner.id);
    expect((await ask(people.teammate, "POST", `/deployments/${again.json.id}/resubmit`)).status).toBe(409);
    expect((await decide(people.manager, again.json)).json.state).toBe("approved");
  });

  it("may be said by whoever had said yes before", async () => {
    const { release } = await createPromotable(people.owner.actor);
    const one = await proposed(people.owner, release, { answers: { dataLoss: true } });
    await decide(people.manager, one);
    expect((await decide(people.manager, one, { decision: "reject", comment: "I was wrong" })).json.state).toBe(
      "rejected",
    );
  });

  it("may also be taken back or talked about by those it concerns", async () => {
    const { release } = await createPromotable(people.owner.actor);
    const one = await proposed(people.owner, release);
    const said = await ask(people.dba, "POST", `/deployments/${one.id}/comments`, { text: "Mind the index" });
    expect(said.json.comments).toMatchObject([{ by: { id: people.dba.id }, text: "Mind the index" }]);
    expect((await ask(people.outsider, "POST", `/deployments/${one.id}/comments`, { text: "x" })).status).toBe(403);
    expect((await ask(people.teammate, "POST", `/deployments/${one.id}/cancel`, {})).status).toBe(403);
    expect((await ask(people.owner, "POST", `/deployments/${one.id}/cancel`, {})).json.state).toBe("cancelled");
    expect((await ask(people.owner, "POST", `/deployments/${one.id}/cancel`, {})).status).toBe(409);
  });
});
