import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { confirmStep } from "#lib/runs/commands/confirm-step.ts";
import { compiled, openStage, type Stage, startRun, testStep, untilState } from "#lib/runs/testing/stage.ts";
import { findAmong } from "#lib/steps/find-among.ts";
import type { VerifyResult } from "#lib/steps/types.ts";
import { buildMissing } from "./commands/build-missing.ts";
import { checkDue } from "./commands/check-due.ts";
import { followTicks } from "./commands/follow-ticks.ts";
import { requestCheck } from "./commands/request-check.ts";
import { tellOwners } from "./commands/tell-owners.ts";
import { listTicks } from "./queries/list-ticks.ts";

/** What the outside world says, by the step's key. */
const world = new Map<string, VerifyResult | AppError>();
const steps = [
  testStep("test.thing", async () => {}, {
    verify: async (_input, ctx) => {
      const said = world.get(ctx.step.key) ?? { ok: true, reason: `${ctx.step.key} is there.` };
      if (said instanceof AppError) throw said;
      return said;
    },
  }),
  testStep("releases.thing", async () => {}),
];
let stage: Stage;
let service: { id: string; name: string };

beforeAll(async () => {
  stage = await openStage("ticks");
  await stage.startEngine(steps, { hooks: [followTicks] });
});
afterAll(() => stage.close());

beforeEach(async () => {
  overrideConfig({ TICKS_EVERY_S: 900 });
  world.clear();
  await db().tick.deleteMany();
  await db().service.updateMany({ data: { state: "retired", ticksDueAt: null } });
  const id = randomUUID();
  service = { id, name: `pad-${id.slice(0, 6)}` };
  await db().service.create({ data: { ...service, purpose: "Notes", ownerId: stage.actor.id, state: "live" } });
});

/** A provisioning of this service, done. */
async function provision(more: Parameters<typeof startRun>[2] = {}) {
  const checklist = [
    compiled("folder", "test.thing"),
    compiled("stack", "test.thing", ["folder"]),
    compiled("firewall", "manual", ["folder"]),
    compiled("left-out", "test.thing", [], { skipReason: "Not wanted." }),
    compiled("soak", "releases.thing", ["stack"]),
  ];
  const { runId } = await startRun(stage.actor, checklist, {
    ...{ checklist: { key: "provision", version: 1 }, serviceId: service.id, environment: "production" },
    ...more,
  });
  await untilState(runId, ["waiting"]);
  const { id } = await db().step.findUniqueOrThrow({ where: { runId_key: { runId, key: "firewall" } } });
  await confirmStep(stage.actor, id, { note: "Closed." }, [followTicks]);
  await untilState(runId, "finished");
  return runId;
}
const look = () => checkDue({ findStep: findAmong(steps), signal: new AbortController().signal, againMs: 0 });
const lookAgain = async () => {
  await db().service.update({ where: { id: service.id }, data: { ticksDueAt: new Date(0) } });
  return look();
};
const states = async () => {
  const { ticks } = await listTicks(stage.actor, service.name);
  return Object.fromEntries(ticks.map(({ key, state, reason }) => [key, `${state}: ${reason}`]));
};
const counters = () =>
  db().service.findUniqueOrThrow({
    where: { id: service.id },
    select: { ticksTotal: true, ticksTrue: true, ticksOpen: true },
  });
const mails = async () => {
  const rows = await db().step.findMany({
    where: { name: "notifications.mail", run: { serviceId: service.id } },
    select: { input: true },
    orderBy: { id: "asc" },
  });
  return rows.map(({ input }) => input);
};

describe("the ticks of a service", () => {
  it("are what its provisioning made, without what was left out and what was only an act", async () => {
    await provision();
    expect(await counters()).toEqual({ ticksTotal: 3, ticksTrue: 3, ticksOpen: 0 });
    expect(await look()).toBe(1);
    expect(await states()).toEqual({
      folder: "true: folder is there.",
      stack: "true: stack is there.",
      firewall: "true: Confirmed by Olive Owner.",
    });
    // Its turn is over until a quarter of an hour from now.
    expect(await look()).toBe(0);
    const { ticksDueAt } = await db().service.findUniqueOrThrow({ where: { id: service.id } });
    expect((ticksDueAt?.getTime() ?? 0) - Date.now()).toBeGreaterThan(700_000);
  });

  it("untick themselves when it is no longer so, tell the owner once, and tick themselves again", async () => {
    await provision();
    world.set("folder", { ok: false, reason: "There is no folder." });
    await look();
    expect(await states()).toMatchObject({ folder: "false: There is no folder." });
    expect(await counters()).toEqual({ ticksTotal: 3, ticksTrue: 2, ticksOpen: 1 });
    const [first] = await db().tick.findMany({ where: { serviceId: service.id, state: "false" } });
    await Promise.all([tellOwners(), tellOwners()]);
    const about = {
      template: "ticks-changed",
      toUserId: stage.actor.id,
      ticks: [`${service.id}/production/folder`],
    };
    expect(await mails()).toEqual([about]);

    await lookAgain();
    expect((await db().tick.findMany({ where: { state: "false" } }))[0]?.since).toEqual(first?.since);
    expect(await tellOwners(1)).toBe(0);

    world.delete("folder");
    await lookAgain();
    expect(await counters()).toEqual({ ticksTotal: 3, ticksTrue: 3, ticksOpen: 0 });
    expect(await tellOwners(1)).toBe(1);
    expect(await mails()).toEqual([about, about]);
    const events = await db().auditEvent.findMany({
      where: { subjectType: "service", subjectId: service.id, action: { startsWith: "ticks." } },
      orderBy: { id: "asc" },
    });
    expect(events.map(({ action }) => action)).toEqual(["ticks.unticked", "ticks.ticked"]);
    expect(events[0]?.detail).toMatchObject({ tick: "folder", reason: "There is no folder." });
  });

  it("come in one mail, and not two mails within a span; what healed before anybody was told is not news", async () => {
    await provision();
    world.set("folder", { ok: false, reason: "There is no folder." });
    await look();
    world.delete("folder");
    await lookAgain();
    expect(await tellOwners(1)).toBe(0);

    const span = 10_000_000_000_000;
    world.set("folder", { ok: false, reason: "There is no folder." });
    world.set("stack", { ok: false, reason: "The swarm has no service." });
    await lookAgain();
    expect(await tellOwners(span)).toBe(1);
    world.clear();
    await lookAgain();
    expect(await tellOwners(span)).toBe(0);
    expect(await tellOwners(1)).toBe(1);
    expect(await mails()).toHaveLength(2);
  });

  it("are unknown when nobody answers twice in a row, of which nobody is mailed", async () => {
    await provision();
    world.set("stack", new AppError({ code: "docker.down", message: "Docker did not answer." }));
    await look();
    expect(await states()).toMatchObject({ stack: expect.stringMatching(/^true/) });
    await lookAgain();
    expect(await states()).toMatchObject({ stack: "unknown: Docker did not answer." });
    expect(await counters()).toEqual({ ticksTotal: 3, ticksTrue: 2, ticksOpen: 1 });
    expect(await tellOwners(1)).toBe(0);
  });

  it("go with what is undone or taken away, and come with another environment", async () => {
    const runId = await provision();
    await provision({ checklist: { key: "add-environment", version: 1 }, environment: "staging" });
    expect(await counters()).toEqual({ ticksTotal: 6, ticksTrue: 6, ticksOpen: 0 });
    const undo = await startRun(stage.actor, [compiled("folder", "test.thing")], {
      ...{ mode: "undo", undoesRunId: runId, serviceId: service.id, environment: "production" },
      checklist: { key: "provision", version: 1 },
    });
    await untilState(undo.runId, "finished");
    const { ticks } = await listTicks(stage.actor, service.name);
    expect(new Set(ticks.map(({ environment }) => environment))).toEqual(new Set(["staging"]));
    expect(await counters()).toMatchObject({ ticksTotal: 3 });
  });

  it("compare with the newest run that made the same thing again", async () => {
    await provision();
    const { runId } = await startRun(stage.actor, [compiled("stack", "test.thing"), compiled("other", "test.thing")], {
      ...{ checklist: { key: "move", version: 1 }, serviceId: service.id, environment: "production" },
    });
    await untilState(runId, "finished");
    const { ticks } = await listTicks(stage.actor, service.name);
    expect(ticks.find(({ key }) => key === "stack")).toMatchObject({ runId });
    expect(ticks.map(({ key }) => key).sort()).toEqual(["firewall", "folder", "stack"]);
  });

  it("are left alone while something is done to the service on purpose", async () => {
    await provision();
    await look();
    world.set("stack", { ok: false, reason: "The swarm has no service." });
    await db().maintenanceWindow.create({
      data: { id: randomUUID(), serviceId: service.id, reason: "x", paused: [], endsAt: new Date(Date.now() + 60_000) },
    });
    expect(await lookAgain()).toBe(1);
    expect(await states()).toMatchObject({ stack: expect.stringMatching(/^true/) });
    await db().maintenanceWindow.updateMany({ data: { endedAt: new Date() } });
    await lookAgain();
    expect(await states()).toMatchObject({ stack: "false: The swarm has no service." });
  });

  it("are looked at while something is done to another environment, as those of that one are not", async () => {
    await provision();
    const { stepId } = await db().tick.findFirstOrThrow({ where: { serviceId: service.id, key: "stack" } });
    const { id: staging } = await db().run.create({
      data: {
        ...{ mode: "apply", checklistKey: "deploy", checklistVersion: 1, title: "Deploy", state: "running" },
        ...{ serviceId: service.id, environment: "staging", startKey: randomUUID() },
      },
    });
    const paused = { environment: "staging", monitors: [] };
    await db().maintenanceWindow.create({
      data: { id: randomUUID(), serviceId: service.id, reason: "x", paused, endsAt: new Date(Date.now() + 60_000) },
    });
    await db().tick.create({
      data: {
        ...{ serviceId: service.id, environment: "staging", key: "stack", stepId, position: 9, title: "stack" },
        ...{ state: "true", since: new Date(), reason: "" },
      },
    });
    world.set("stack", { ok: false, reason: "The swarm has no service." });
    await lookAgain();
    const of = (environment: string) =>
      db().tick.findFirst({ where: { serviceId: service.id, environment, key: "stack" } });
    expect(await of("production")).toMatchObject({ state: "false", reason: "The swarm has no service." });
    expect(await of("staging")).toMatchObject({ state: "true", checkedAt: null });

    // What is meant for all of it is meant for production too.
    world.set("stack", { ok: true, reason: "It runs." });
    const all = { environment: null, monitors: [] };
    await db().maintenanceWindow.updateMany({ where: { serviceId: service.id }, data: { paused: all } });
    await lookAgain();
    expect(await of("production")).toMatchObject({ state: "false" });
    await db().maintenanceWindow.updateMany({ data: { endedAt: new Date() } });
    await db().run.update({ where: { id: staging }, data: { state: "succeeded" } });
    await lookAgain();
    expect(await of("production")).toMatchObject({ state: "true" });
    expect(await of("staging")).toMatchObject({ checkedAt: expect.any(Date) });
  });

  it("open again when a waiver ends", async () => {
    const runId = await provision();
    const step = { runId_key: { runId, key: "firewall" } };
    const until = new Date(Date.now() + 60_000);
    await db().step.update({
      where: step,
      data: { state: "skipped", waivedById: stage.actor.id, waiverReason: "No firewall here", waiverUntil: until },
    });
    await lookAgain();
    expect(await states()).toMatchObject({ firewall: expect.stringMatching(/^waived: Waived by Olive Owner until/) });
    expect(await counters()).toEqual({ ticksTotal: 2, ticksTrue: 2, ticksOpen: 0 });
    await db().step.update({ where: step, data: { waiverUntil: new Date(0) } });
    await lookAgain();
    expect(await states()).toMatchObject({
      firewall: expect.stringMatching(/^false: The waiver by Olive Owner ended/),
    });
    expect(await tellOwners(1)).toBe(1);
  });
});

describe("several workers", () => {
  it("share the services, and none is looked at twice", async () => {
    await provision();
    await look();
    const ids = Array.from({ length: 20 }, () => randomUUID());
    await db().service.createMany({
      data: ids.map((id) => ({
        ...{ id, name: `w-${id.slice(0, 8)}`, purpose: "x", ownerId: stage.actor.id, state: "live" },
        ticksDueAt: new Date(0),
      })),
    });
    const looked = await Promise.all([look(), look(), look()]);
    expect(looked.reduce((sum, one) => sum + one, 0)).toBe(20);
    expect(await look()).toBe(0);
  });

  /** A look that finds everything gone, and what happens to the service before it can write that down. */
  async function overtake(meanwhile: () => Promise<unknown>): Promise<void> {
    await provision();
    await look();
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    // Each of the two is asked twice before it counts as gone.
    let asksLeft = 4;
    const slow = testStep("test.thing", async () => {}, {
      verify: async (_input, ctx) => {
        asked.resolve();
        await answer.promise;
        return asksLeft-- <= 0 ? { ok: true, reason: `${ctx.step.key} is there.` } : { ok: false, reason: "Gone." };
      },
    });
    await db().service.update({ where: { id: service.id }, data: { ticksDueAt: new Date(0) } });
    const looking = checkDue({ findStep: findAmong([slow]), signal: new AbortController().signal, againMs: 0 });
    await asked.promise;
    await meanwhile();
    answer.resolve();
    await looking;
  }
  const countUnticked = () => db().auditEvent.count({ where: { subjectId: service.id, action: "ticks.unticked" } });

  it("are written though somebody asks for another look meanwhile, which follows at once", async () => {
    await overtake(() => requestCheck(stage.actor, service.name));
    expect(await countUnticked()).toBe(2);
    expect(await states()).toMatchObject({ stack: "true: stack is there." });
  });

  it("write nothing of a look whose turn was over, so that another worker looks", async () => {
    const ticksDueAt = new Date(Date.now() + 600_000);
    await overtake(() => db().service.update({ where: { id: service.id }, data: { ticksDueAt } }));
    expect(await countUnticked()).toBe(0);
    expect(await states()).toMatchObject({ stack: "true: stack is there." });
  });
});

it("services that were live before there were ticks get theirs", async () => {
  await provision();
  await db().tick.deleteMany();
  await db().service.update({ where: { id: service.id }, data: { ticksDueAt: null } });
  await buildMissing();
  expect(await counters()).toEqual({ ticksTotal: 3, ticksTrue: 3, ticksOpen: 0 });
});
