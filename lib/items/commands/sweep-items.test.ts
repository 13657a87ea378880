import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { itemsDue } from "#lib/notifications/templates/items-due.ts";
import { db } from "#lib/platform/db/client.ts";
import { claimItem } from "#lib/runs/commands/claim-item.ts";
import { confirmStep } from "#lib/runs/commands/confirm-step.ts";
import { waiveItem } from "#lib/runs/commands/waive-item.ts";
import { compiled, openStage, readSteps, type Stage, startRun, type TestActor } from "#lib/runs/testing/stage.ts";
import type { CompiledStep } from "#lib/runs/types.ts";
import { sweepItems } from "./sweep-items.ts";

const HOUR_MS = 3_600_000;
let stage: Stage;
let teammate: TestActor;
let manager: TestActor;
let leaver: TestActor;

beforeAll(async () => {
  stage = await openStage("item-sweep");
  teammate = await stage.addActor("staff", "Tom Teammate");
  manager = await stage.addActor("manager", "Mia Manager");
  leaver = await stage.addActor("staff", "Lea Leaver");
  await db().user.update({ where: { id: leaver.id }, data: { disabledAt: new Date() } });
});
afterAll(() => stage.close());
/** What other tests left is told, so that each counts only its own. */
beforeEach(async () => void (await sweepItems(inHours(24 * 400))));

const inHours = (hours: number) => new Date(Date.now() + hours * HOUR_MS);

async function startItem(more: Partial<CompiledStep> = {}, serviceId: string | null = null) {
  const { runId } = await startRun(stage.actor, [compiled("tick", "manual", [], more)], { serviceId });
  return { runId, stepId: (await readSteps(runId)).get("tick")?.id ?? 0 };
}

/** Who got which mail about what: the inputs of the mails' steps. */
async function readMails(runs: readonly number[]) {
  const steps = await db().step.findMany({ where: { runId: { in: [...runs] } }, orderBy: { id: "asc" } });
  return steps.map((step) => step.input as { toUserId: string; turn: string; stepIds: number[] });
}

async function render(turn: "asked" | "due" | "escalated", stepIds: number[]) {
  const news = await itemsDue.read(db(), { turn, stepIds }, { environment: null });
  if (!news) return null;
  return itemsDue.render(news, {
    ...{ recipientName: "Tom Teammate", runUrl: "", now: new Date() },
    link: (path) => `https://panel.example.org${path}`,
  });
}

describe("items that are due", () => {
  it("reminds who took them once, and managers a day later", async () => {
    const { runId, stepId } = await startItem({ dueDays: 1, title: "Open the firewall" });
    await claimItem(teammate, stepId, { takeOver: false });
    expect(await sweepItems(inHours(23))).toEqual([]);
    expect(await readMails(await sweepItems(inHours(25)))).toEqual([
      { template: "items-due", toUserId: teammate.id, turn: "due", stepIds: [stepId] },
    ]);
    expect(await sweepItems(inHours(26))).toEqual([]);
    expect(await readMails(await sweepItems(inHours(50)))).toEqual([
      { template: "items-due", toUserId: manager.id, turn: "escalated", stepIds: [stepId] },
    ]);
    expect(await sweepItems(inHours(51))).toEqual([]);
    const mail = await render("escalated", [stepId]);
    expect(mail?.subject).toBe("Nobody has done “Open the firewall”");
    expect(mail?.text).toContain(`https://panel.example.org/runs/${runId}#tick`);
    expect(mail?.text).toContain("taken by Tom Teammate");
  });

  it("sends one mail about all that is one person's, whoever of several workers is first", async () => {
    const ids = [(await startItem({ dueDays: 1 })).stepId, (await startItem({ dueDays: 1 })).stepId];
    const at = inHours(25);
    const told = (await Promise.all([sweepItems(at), sweepItems(at), sweepItems(at)])).flat();
    const mails = await readMails(told);
    expect(mails.every((mail) => mail.toUserId === stage.actor.id)).toBe(true);
    expect(mails.flatMap((mail) => mail.stepIds).sort((a, b) => a - b)).toEqual(ids);
  });

  it("tells a manager when whoever had it has left", async () => {
    const { stepId } = await startItem({ dueDays: 1 });
    await db().step.update({ where: { id: stepId }, data: { claimedById: leaver.id } });
    expect(await readMails(await sweepItems(inHours(25)))).toMatchObject([{ toUserId: manager.id, turn: "due" }]);
  });

  it("has nothing to say of what was done meanwhile", async () => {
    const { stepId } = await startItem({ dueDays: 1 });
    await confirmStep(stage.actor, stepId, { note: "done" }, []);
    expect(await sweepItems(inHours(25))).toEqual([]);
    expect(await render("due", [stepId])).toBeNull();
  });
});

it("asks whoever's word it is as soon as it is their turn, once", async () => {
  const { stepId } = await startItem({ confirmById: teammate.id });
  expect(await readMails(await sweepItems())).toMatchObject([
    { toUserId: teammate.id, turn: "asked", stepIds: [stepId] },
  ]);
  expect(await sweepItems()).toEqual([]);
});

describe("a waiver that ends", () => {
  const waived = async (serviceId: string) => {
    const item = await startItem({ title: "Order the second disk" }, serviceId);
    const until = inHours(24).toISOString();
    await waiveItem(manager, item.stepId, { reason: "The vendor ships in March", until }, []);
    return item;
  };
  const addService = async (more: object = {}) => {
    const id = randomUUID();
    const name = `s${id.slice(0, 8)}`;
    await db().service.create({
      data: { id, name, purpose: "", state: "live", ownerId: teammate.id, ticksDueAt: inHours(9), ...more },
    });
    return id;
  };

  it("tells the service's owner, has its ticks looked at, and stands in the record", async () => {
    const serviceId = await addService();
    const { runId, stepId } = await waived(serviceId);
    await db().service.update({ where: { id: serviceId }, data: { ticksDueAt: inHours(9) } });
    expect(await sweepItems(inHours(23))).toEqual([]);
    expect(await readMails(await sweepItems(inHours(25)))).toMatchObject([{ toUserId: teammate.id, turn: "due" }]);
    const service = await db().service.findUniqueOrThrow({ where: { id: serviceId } });
    expect(service.ticksDueAt?.getTime()).toBeLessThanOrEqual(Date.now());
    expect(await db().auditEvent.count({ where: { action: "items.waiverEnded", subjectId: String(runId) } })).toBe(1);
    const past = new Date(Date.now() - 1_000);
    await db().step.update({ where: { id: stepId }, data: { dueBy: past, waiverUntil: past } });
    expect((await render("due", [stepId]))?.text).toContain(
      "open again: the waiver has ended (“The vendor ships in March”)",
    );
  });

  it("leaves the mail to the tick where there is one", async () => {
    const serviceId = await addService();
    const { stepId } = await waived(serviceId);
    await db().tick.create({
      data: { serviceId, environment: "", key: "tick", stepId, title: "tick", state: "waived", since: new Date() },
    });
    expect(await sweepItems(inHours(25))).toEqual([]);
    expect((await db().step.findUniqueOrThrow({ where: { id: stepId } })).remindedAt).not.toBeNull();
  });

  it("opens nothing where the service is gone", async () => {
    const { stepId } = await waived(await addService({ state: "retired" }));
    expect(await sweepItems(inHours(25))).toEqual([]);
    expect((await db().step.findUniqueOrThrow({ where: { id: stepId } })).dueBy).toBeNull();
  });
});
