import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createPerson } from "#lib/access/testing/people.ts";
import type { Role } from "#lib/access/types.ts";
import { redeliver } from "#lib/certificates/commands/redeliver.ts";
import { renewDue } from "#lib/certificates/commands/renew-due.ts";
import { startRenewal } from "#lib/certificates/commands/start-renewal.ts";
import { createIssued } from "#lib/certificates/testing/certificates.ts";
import { CERTIFICATE } from "#lib/checklists/certificate.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { RUN_HOOKS } from "#lib/hooks/run-hooks.ts";
import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { AppError } from "#lib/platform/errors.ts";
import { cancelRun } from "#lib/runs/commands/cancel-run.ts";
import { retryRun } from "#lib/runs/commands/retry-run.ts";
import { undoRun } from "#lib/runs/commands/undo-run.ts";
import { openStage, type Stage, startRun, testStep, until, untilState } from "#lib/runs/testing/stage.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;

let stage: Stage;
/** What the authority does to the next renewal. */
let refuse = false;
const refusal = () => {
  if (!refuse) return;
  const words = { code: "acme.unauthorized", message: "The authority found another value.", detail: "unauthorized: 7" };
  throw new AppError({ ...words, retry: "permanent" });
};
const nothing = async () => ({ certificateId: "x" });

beforeAll(async () => {
  stage = await openStage("renewals");
  const steps = [
    testStep("certificates.renew", async () => refusal()),
    testStep("certificates.issue", async () => refusal()),
    testStep("certificates.deliver", nothing),
    testStep("notifications.mail", nothing),
  ];
  await stage.startEngine(steps, { hooks: RUN_HOOKS });
});
afterEach(async () => {
  refuse = false;
  await db().certificateDelivery.deleteMany();
  await db().acmeOrder.deleteMany();
  await db().certificate.deleteMany();
});
afterAll(() => stage.close());

const createDue = async (daysLeft = 20) => {
  const dates = { notBefore: new Date(Date.now() - 70 * DAY_MS), notAfter: new Date(Date.now() + daysLeft * DAY_MS) };
  const names = [`due-${randomUUID().slice(0, 8)}.example.org`];
  const { id } = await createIssued(
    names,
    { ownerId: stage.actor.id },
    { ...dates, renewAt: new Date(Date.now() - 1) },
  );
  return id;
};
const row = (id: string) => db().certificate.findUniqueOrThrow({ where: { id } });
const makeDue = (id: string) => db().certificate.update({ where: { id }, data: { renewAt: new Date(Date.now() - 1) } });
const mails = (id: string) => db().run.findMany({ where: { startKey: { startsWith: `certificate-failed:${id}` } } });

/** One round of the loop, and the renewal it starts to its end. */
async function goRound(id: string): Promise<number> {
  await makeDue(id);
  const [runId = 0] = await renewDue();
  await untilState(runId, "finished");
  return runId;
}

describe("the loop of renewals", () => {
  it("starts each renewal once, however many workers look at the same moment", async () => {
    const ids = await Promise.all([createDue(), createDue(), createDue()]);
    const started = (await Promise.all([renewDue(), renewDue(), renewDue(), renewDue()])).flat();
    expect(new Set(started).size).toBe(3);
    expect(started).toHaveLength(3);
    for (const id of ids) {
      const runs = await db().run.findMany({ where: { startKey: { startsWith: `renew:${id}` } } });
      expect(runs).toHaveLength(1);
      await untilState(runs[0]?.id ?? 0, "finished");
    }
  });

  it("leaves alone what is not due, not to be renewed, or not issued", async () => {
    const [later, off, revoked] = [await createDue(), await createDue(), await createDue()];
    await db().certificate.update({ where: { id: later }, data: { renewAt: new Date(Date.now() + DAY_MS) } });
    await db().certificate.update({ where: { id: off }, data: { autoRenew: false } });
    await db().certificate.update({ where: { id: revoked }, data: { state: "revoked" } });
    expect(await renewDue()).toEqual([]);
  });

  it("gives those from before it a time to renew", async () => {
    const id = await createDue();
    await db().certificate.update({ where: { id }, data: { renewAt: null, currentOrderId: null } });
    const [order] = await db().acmeOrder.findMany({ where: { certificateId: id } });
    const [runId = 0] = await renewDue();
    expect(await row(id)).toMatchObject({ currentOrderId: order?.id, renewAt: expect.any(Date) });
    await untilState(runId, "finished");
  });

  it("answers a person with the renewal that is under way", async () => {
    const id = await createDue();
    const [runId] = await renewDue();
    const asked = await transaction((tx) => startRenewal(tx, stage.actor, id));
    // Either it still runs, or it ended and this is the next.
    expect(asked.created || asked.runId === runId).toBe(true);
    await untilState(asked.runId, "finished");
  });
});

describe("a renewal that fails", () => {
  it("is tried again after pauses that grow, and its owner hears of it once until time is short", async () => {
    const id = await createDue();
    const { chainPem, keySecretId, serial } = await row(id);
    refuse = true;
    const pauses: number[] = [];
    for (let failure = 1; failure <= 4; failure++) {
      await goRound(id);
      const after = await row(id);
      expect(after).toMatchObject({ state: "issued", chainPem, keySecretId, serial });
      expect(after.renewalError).toBe("The authority found another value.\nunauthorized: 7");
      pauses.push(((after.renewAt?.getTime() ?? 0) - Date.now()) / MINUTE_MS);
    }
    expect(pauses.map((pause) => pause > 0)).toEqual([true, true, true, true]);
    expect(pauses[0]).toBeGreaterThan(9);
    expect(pauses[2]).toBeGreaterThan(59);
    expect(pauses[3]).toBeGreaterThan(119);
    expect(await mails(id)).toHaveLength(1);
    await db().certificate.update({ where: { id }, data: { notAfter: new Date(Date.now() + 5 * DAY_MS) } });
    await goRound(id);
    await goRound(id);
    expect(await mails(id)).toHaveLength(2);
  });

  it("that a person lets try again is no second mail", async () => {
    const id = await createDue();
    refuse = true;
    const runId = await goRound(id);
    await retryRun(stage.actor, runId, RUN_HOOKS);
    await untilState(runId, "finished");
    expect(await mails(id)).toHaveLength(1);
    const [mail] = await mails(id);
    const step = await db().step.findFirstOrThrow({ where: { runId: mail?.id ?? 0 } });
    expect(step.input).toMatchObject({
      template: "certificate-failed",
      toUserId: stage.actor.id,
      certificateId: id,
      failedRunId: runId,
    });
  });
});

describe("a run that waits for a person", () => {
  it("keeps nothing from being renewed", async () => {
    const id = await createDue();
    const runId = await goRound(id);
    await db().step.updateMany({ where: { runId, name: "certificates.deliver" }, data: { state: "needs_person" } });
    const held = { state: "waiting", exclusiveKey: `certificate:${id}` };
    await db().run.update({ where: { id: runId }, data: held });
    await makeDue(id);
    const [next = 0] = await renewDue();
    expect(next).toBeGreaterThan(runId);
    expect(await untilState(next, "finished")).toBe("succeeded");
    const waiting = await db().run.findUniqueOrThrow({ where: { id: runId } });
    expect(waiting).toMatchObject({ state: "waiting", exclusiveKey: null, exclusiveName: held.exclusiveKey });
  });
});

describe("a certificate's run", () => {
  const begin = async (roles: readonly Role[]) => {
    const { actor } = await createPerson({ name: "Dana Dba", roles });
    const id = randomUUID();
    const names = [`${id.slice(0, 8)}.example.org`];
    await db().certificate.create({ data: { id, ownerId: actor.id, names: names.join(), state: "pending" } });
    const run = await startRun(actor, compileChecklist(CERTIFICATE, { certificateId: id, names, toUserId: actor.id }), {
      checklist: { key: CERTIFICATE.key, version: CERTIFICATE.version },
    });
    return run.runId;
  };

  it("is stopped and undone by whose certificate it is and by administrators, and by nobody else", async () => {
    const runId = await begin(["dba", "staff"]);
    await untilState(runId, "finished");
    const { actor } = await createPerson({ name: "Tom Teammate", roles: ["staff", "manager"] });
    const refused = { code: "forbidden", status: 403 };
    await expect(undoRun(actor, runId, RUN_HOOKS)).rejects.toMatchObject(refused);
    await expect(cancelRun(actor, runId, RUN_HOOKS)).rejects.toMatchObject(refused);
    const { requestedById } = await db().run.findUniqueOrThrow({ where: { id: runId } });
    const own = { ...actor, id: requestedById ?? "" };
    const nothing = { code: "runs.nothing_to_undo" };
    await expect(undoRun(own, runId, RUN_HOOKS)).rejects.toMatchObject(nothing);
    await expect(undoRun({ ...actor, roles: ["admin"] }, runId, RUN_HOOKS)).rejects.toMatchObject(nothing);
  });

  it("goes on for everybody who has names of their own, a database administrator too, and for nobody else", async () => {
    expect(await untilState(await begin(["dba"]), "finished")).toBe("succeeded");
    expect(await untilState(await begin(["viewer"]), ["waiting"])).toBe("waiting");
  });
});

describe("a first issue that fails", () => {
  it("says so in its row and in one mail", async () => {
    const id = randomUUID();
    const data = { id, ownerId: stage.actor.id, names: "first.example.org", state: "pending" };
    await db().certificate.create({ data });
    refuse = true;
    const about = { certificateId: id, names: ["first.example.org"], toUserId: stage.actor.id };
    const { runId } = await startRun(stage.actor, compileChecklist(CERTIFICATE, about), {
      checklist: { key: CERTIFICATE.key, version: CERTIFICATE.version },
      exclusiveKey: `certificate:${id}`,
    });
    await untilState(runId, "finished");
    await until("the row to say so", async () => (await row(id)).state === "failed");
    expect((await row(id)).error).toContain("another value");
    expect(await mails(id)).toHaveLength(1);
    refuse = false;
    await retryRun(stage.actor, runId, RUN_HOOKS);
    expect(await untilState(runId, "finished")).toBe("succeeded");
    expect(await mails(id)).toHaveLength(1);
  });
});

describe("a place that did not take a certificate", () => {
  const deliver = async (certificateId: string, more: { state: string; serial: string | null }) =>
    db().certificateDelivery.create({
      data: {
        ...{ id: randomUUID(), certificateId, kind: "caddy", target: randomUUID(), options: {}, ...more },
        createdAt: new Date(Date.now() - DAY_MS),
      },
    });
  const issuedLongAgo = async () => {
    const id = await createDue();
    await db().certificate.update({ where: { id }, data: { issuedAt: new Date(Date.now() - DAY_MS) } });
    return { id, serial: (await row(id)).serial };
  };

  it("is tried again once an hour, by one of several workers", async () => {
    const behind = await issuedLongAgo();
    await deliver(behind.id, { state: "delivered", serial: "the one before" });
    const failing = await issuedLongAgo();
    await deliver(failing.id, { state: "error", serial: failing.serial });
    const fine = await issuedLongAgo();
    await deliver(fine.id, { state: "delivered", serial: fine.serial });
    const fresh = await createDue();
    await deliver(fresh, { state: "pending", serial: null });

    const now = new Date();
    const started = (await Promise.all([redeliver(now), redeliver(now), redeliver(now)])).flat();
    expect(started).toHaveLength(2);
    const runs = await db().run.findMany({ where: { startKey: { startsWith: "redeliver:" } } });
    expect(runs.map(({ startKey }) => startKey.split(":")[1]).sort()).toEqual([behind.id, failing.id].sort());
    expect(await redeliver(now)).toEqual([]);
    expect(await redeliver(new Date(now.getTime() + 60 * MINUTE_MS))).toHaveLength(3);
    for (const id of started) await untilState(id, "finished");
  });
});
