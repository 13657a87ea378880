import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { breakGlass } from "#lib/releases/commands/break-glass.ts";
import { decideDeployment } from "#lib/releases/commands/decide.ts";
import { followDeploymentRun } from "#lib/releases/commands/follow-deployment-run.ts";
import { proposeDeployment } from "#lib/releases/commands/propose.ts";
import { reviewDeployment } from "#lib/releases/commands/review.ts";
import {
  expireDeployments,
  startApproved,
  voidDrifted,
  watchReviews,
} from "#lib/releases/commands/sweep-deployments.ts";
import { compareRelease } from "#lib/releases/queries/compare-release.ts";
import { getDeployment } from "#lib/releases/queries/get-deployment.ts";
import { releasesStage } from "#lib/releases/steps/stage.ts";
import { countRuns, finish, readMailed, stateOf } from "#lib/releases/testing/deployment-asks.ts";
import { pinned } from "#lib/releases/testing/live-service.ts";
import { createPromotable, createReadyRelease, observe } from "#lib/releases/testing/proposals.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";

useTestDatabase("release-loops");
let people: People;
beforeAll(async () => {
  people = await createPeople();
});

const HOUR_MS = 3_600_000;
const later = (ms: number) => new Date(Date.now() + ms);

async function propose(releaseId: string, startAt: Date | null = null) {
  const place = { releaseId, environment: "production" };
  const { seal, prefilled } = await compareRelease(people.owner.actor, place);
  const input = { ...place, seal, answers: prefilled, startAt: startAt?.toISOString() ?? null };
  return proposeDeployment(people.owner.actor, input);
}
async function approve({ id, seal }: { id: string; seal: string }) {
  const yes = { decision: "approve" as const, seal, comment: "", onBehalfOfId: null };
  return decideDeployment(people.manager.actor, id, yes);
}

/** A staging environment beside production, with the same settings, where nothing has run yet but its first release. */
async function addStaging(service: { id: string; name: string }) {
  const production = await db().environment.findUniqueOrThrow({
    where: { id: service.id },
    include: { configs: true },
  });
  const id = randomUUID();
  const [settings] = production.configs;
  await db().environment.create({
    data: {
      ...{ id, serviceId: service.id, name: "staging", stackName: `${service.name}-staging` },
      currentId: production.currentId,
    },
  });
  await db().environmentConfig.create({ data: { environmentId: id, version: 1, content: settings?.content ?? {} } });
  return id;
}
async function stage(releaseId: string) {
  const { ctx } = createTestContext();
  const staged = await releasesStage.apply({ releaseId, environment: "staging" }, ctx);
  return { id: (staged as { deploymentId: string }).deploymentId };
}

describe("what is approved", () => {
  it("starts once, however many workers look, and by nobody in particular", async () => {
    const { release } = await createPromotable(people.owner.actor);
    const one = await approve(await propose(release.id));
    const runs = await Promise.all(Array.from({ length: 6 }, () => startApproved()));
    expect(runs.flat()).toHaveLength(1);
    expect(await countRuns(one)).toBe(1);
    const run = await db().run.findUniqueOrThrow({ where: { startKey: `deployment:${one.id}` } });
    expect(run).toMatchObject({ requestedById: null, checklistKey: "deploy", environment: "production" });
    expect(run.exclusiveKey).toMatch(/^deploy:/);
    const [event] = await db().auditEvent.findMany({ where: { subjectId: one.id, action: "deployments.start" } });
    expect(event).toMatchObject({ actorKind: "system" });
  });

  it("in staging starts though what runs there was seen late, for nobody had read it", async () => {
    const { service, release } = await createPromotable(people.owner.actor);
    const environmentId = await addStaging(service);
    const one = await stage(release.id);
    expect(await stateOf(one)).toBe("approved");
    await db().swarmService.create({
      data: {
        ...{ id: randomUUID(), name: `${service.name}-staging_app`, stack: `${service.name}-staging` },
        ...{ image: pinned("demo/web:1"), desired: 1, running: 1, updatedAt: new Date(), observedAt: new Date() },
      },
    });
    await startApproved();
    expect(await stateOf(one)).toBe("running");
    const view = await getDeployment(people.outsider.actor, one.id);
    expect(view).toMatchObject({ needed: 0, targetState: { services: [{ image: pinned("demo/web:1") }] } });
    // Nobody is told that staging has a release, only that it failed to get one.
    expect(await readMailed(one, "deployment-started")).toEqual([]);
    const next = await createReadyRelease(service, people.owner.actor, { letter: "c" });
    const two = await stage(next.id);
    await startApproved();
    expect(await stateOf(two)).toBe("approved");
    await finish(one, "failed");
    expect(await readMailed(one, "deployment-finished")).toContain(people.owner.id);
    await startApproved();
    expect(await stateOf(two)).toBe("running");
    await finish(two);
    expect(await readMailed(two, "deployment-finished")).toEqual([]);
    expect((await db().environment.findUniqueOrThrow({ where: { id: environmentId } })).currentId).toBe(two.id);
  });

  it("in staging waits for people where a rule names it, and they are told", async () => {
    const { service, release } = await createPromotable(people.owner.actor);
    await addStaging(service);
    await db().approvalRule.create({ data: { id: "staging", environment: "staging", risk: null, approvals: 1 } });
    try {
      const one = await stage(release.id);
      await startApproved();
      const waiting = await getDeployment(people.manager.actor, one.id);
      expect(waiting).toMatchObject({ state: "proposed", needed: 1, may: { approve: { ok: true } } });
      expect(await readMailed(one, "deployment-proposed")).toContain(people.manager.id);
      await approve(waiting);
      await startApproved();
      expect(await stateOf(one)).toBe("running");
    } finally {
      await db().approvalRule.deleteMany({ where: { id: "staging" } });
    }
  });

  it("in staging overtakes what is older there, and is overtaken by what is newer", async () => {
    const { service, release: second } = await createPromotable(people.owner.actor);
    await addStaging(service);
    const [third, fourth] = [
      await createReadyRelease(service, people.owner.actor, { letter: "c" }),
      await createReadyRelease(service, people.owner.actor, { letter: "d" }),
    ];
    const two = await stage(second.id);
    const four = await stage(fourth.id);
    expect(await getDeployment(people.owner.actor, two.id)).toMatchObject({
      ...{ state: "superseded", supersededById: four.id, outcome: expect.stringContaining("Release 4") },
    });
    expect(await db().auditEvent.count({ where: { subjectId: two.id, action: "deployments.supersede" } })).toBe(1);
    // While it waits, while it is on its way, and once it is there.
    expect((await stage(third.id)).id).toBeNull();
    await startApproved();
    expect((await stage(third.id)).id).toBeNull();
    await finish(four);
    expect((await stage(third.id)).id).toBeNull();
    expect(await db().deployment.count({ where: { releaseId: third.id } })).toBe(0);
  });

  it("for later is void as soon as production is another, and its planner hears of it", async () => {
    const { service, release } = await createPromotable(people.owner.actor);
    const one = await approve(await propose(release.id, later(5 * HOUR_MS)));
    expect(one.state).toBe("scheduled");
    await voidDrifted();
    expect(await stateOf(one)).toBe("scheduled");
    await observe(service, pinned("demo/web:1", "7"));
    await voidDrifted();
    expect(await stateOf(one)).toBe("void");
    expect(await readMailed(one, "deployment-void")).toEqual(
      expect.arrayContaining([people.owner.id, people.manager.id]),
    );
  });

  it("for later is void as soon as who approved it may not any more", async () => {
    const { release } = await createPromotable(people.owner.actor);
    const one = await approve(await propose(release.id, later(5 * HOUR_MS)));
    await db().user.update({ where: { id: people.manager.id }, data: { disabledAt: new Date() } });
    await voidDrifted();
    await db().user.update({ where: { id: people.manager.id }, data: { disabledAt: null } });
    expect(await stateOf(one)).toBe("void");
    expect(await readMailed(one, "deployment-void")).toContain(people.owner.id);
  });

  it("for later may start until a day after its time, and not longer", async () => {
    const { release } = await createPromotable(people.owner.actor);
    const startAt = later(100 * HOUR_MS);
    const one = await approve(await propose(release.id, startAt));
    await expireDeployments(new Date(startAt.getTime() + 23 * HOUR_MS));
    expect(await stateOf(one)).toBe("scheduled");
    await expireDeployments(new Date(startAt.getTime() + 25 * HOUR_MS));
    expect(await getDeployment(people.owner.actor, one.id)).toMatchObject({
      ...{ state: "expired", outcome: "It was approved, and not started in time." },
      may: { resubmit: { ok: true }, start: { ok: false } },
    });
  });
});

describe("what waits for approvals", () => {
  it("expires after three days, told once to who asked", async () => {
    const { release } = await createPromotable(people.owner.actor);
    const one = await propose(release.id);
    await expireDeployments(later(71 * HOUR_MS));
    expect(await stateOf(one)).toBe("proposed");
    await Promise.all([expireDeployments(later(73 * HOUR_MS)), expireDeployments(later(73 * HOUR_MS))]);
    expect(await stateOf(one)).toBe("expired");
    expect(await readMailed(one, "deployment-expired")).toEqual([people.owner.id]);
    expect(await db().auditEvent.count({ where: { subjectId: one.id, action: "deployments.expire" } })).toBe(1);
  });
});

describe("a review that is due", () => {
  it("is asked for again each day until somebody else has looked", async () => {
    const { release, service } = await createPromotable(people.owner.actor);
    const one = await breakGlass(people.owner.actor, {
      ...{ releaseId: release.id, environment: "production", confirm: service.name },
      reason: "Production is down and this mends it.",
    });
    await watchReviews(later(23 * HOUR_MS));
    expect(await readMailed(one, "deployment-review-overdue")).toEqual([]);
    await watchReviews(later(25 * HOUR_MS));
    await watchReviews(later(26 * HOUR_MS));
    // Whose session is over still has an account that mails come to.
    const readers = [people.manager.id, people.admin.id, people.expired.id, people.owner.id].sort();
    expect((await readMailed(one, "deployment-review-overdue")).sort()).toEqual(readers);
    await watchReviews(later(50 * HOUR_MS));
    expect(await readMailed(one, "deployment-review-overdue")).toHaveLength(2 * readers.length);
    await reviewDeployment(people.manager.actor, one.id, "It was right.", later(60 * HOUR_MS));
    await watchReviews(later(80 * HOUR_MS));
    expect(await readMailed(one, "deployment-review-overdue")).toHaveLength(2 * readers.length);
  });
});

describe("a run that ends", () => {
  it("without its steps having said how ends its deployment too, and revives none that ended", async () => {
    const { release } = await createPromotable(people.owner.actor);
    const one = await approve(await propose(release.id));
    const [runId = 0] = await startApproved();
    const run = await db().run.findUniqueOrThrow({ where: { id: runId } });
    const end = (state: "failed" | "running" | "succeeded") =>
      transaction((tx) => followDeploymentRun(tx, { ...run, mode: "apply", state }));
    await end("running");
    expect(await stateOf(one)).toBe("running");
    await end("failed");
    expect(await stateOf(one)).toBe("failed");
    expect(await readMailed(one, "deployment-finished")).toContain(people.owner.id);
    await end("running");
    await end("succeeded");
    expect(await stateOf(one)).toBe("failed");
  });
});

describe("channels", () => {
  it("are told of each turn once, when the settings name them", async () => {
    overrideConfig({ NOTIFICATIONS_NTFY_URL: "https://ntfy.example.org/releases" });
    try {
      const { release } = await createPromotable(people.owner.actor);
      const one = await propose(release.id);
      const runs = await db().run.findMany({
        where: { checklistKey: "push", startKey: { contains: one.id } },
        include: { steps: { orderBy: { key: "desc" } } },
      });
      expect(runs).toHaveLength(1);
      expect(runs[0]?.steps).toMatchObject([
        { key: "webhook", state: "skipped" },
        { key: "ntfy", name: "notifications.push", input: { template: "deployment-proposed", deploymentId: one.id } },
      ]);
    } finally {
      overrideConfig({});
    }
  });
});
