import { createHash, randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "#lib/platform/db/client.ts";
import { getItem, readEvidenceFile } from "../queries/get-item.ts";
import { listItems } from "../queries/list-items.ts";
import {
  compiled,
  openStage,
  readSteps,
  type Stage,
  startRun,
  type TestActor,
  testStep,
  untilState,
} from "../testing/stage.ts";
import type { CompiledStep } from "../types.ts";
import { addEvidence, removeEvidence } from "./add-evidence.ts";
import { claimItem, releaseItem } from "./claim-item.ts";
import { confirmStep } from "./confirm-step.ts";
import { saveItem } from "./save-item.ts";
import { waiveItem } from "./waive-item.ts";

let stage: Stage;
let teammate: TestActor;
let manager: TestActor;
let admin: TestActor;
let viewer: TestActor;
let dba: TestActor;

beforeAll(async () => {
  stage = await openStage("items");
  teammate = await stage.addActor("staff", "Tom Teammate");
  manager = await stage.addActor("manager", "Mia Manager");
  admin = await stage.addActor("admin", "Ada Admin");
  viewer = await stage.addActor("viewer", "Vera Viewer");
  dba = await stage.addActor("dba", "Dan Dba");
  await stage.startEngine([testStep("test.after", async () => ({}))]);
});
afterAll(() => stage.close());

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

/** A run whose first step a person does, and what comes after it. */
async function startItem(more: Partial<CompiledStep> = {}): Promise<{ runId: number; stepId: number }> {
  const { runId } = await startRun(stage.actor, [
    compiled("tick", "manual", [], { role: "staff", ...more }),
    compiled("after", "test.after", ["tick"]),
  ]);
  const stepId = (await readSteps(runId)).get("tick")?.id ?? 0;
  return { runId, stepId };
}

describe("claiming", () => {
  it("gives an item to one person, and to another only when they take it over on purpose", async () => {
    const { stepId } = await startItem();
    await claimItem(stage.actor, stepId, { takeOver: false });
    await expect(claimItem(teammate, stepId, { takeOver: false })).rejects.toMatchObject({
      code: "items.claimed",
      message: "Olive Owner has taken this.",
    });
    await claimItem(teammate, stepId, { takeOver: true });
    expect((await getItem(stage.actor, stepId)).claimedBy?.name).toBe("Tom Teammate");
    await expect(releaseItem(stage.actor, stepId)).rejects.toMatchObject({ status: 403 });
    await releaseItem(manager, stepId);
    expect((await getItem(stage.actor, stepId)).claimedBy).toBeNull();
  });

  it("gives one item that two reach for at one moment to one of them", async () => {
    const { stepId } = await startItem();
    const tries = await Promise.allSettled([
      claimItem(stage.actor, stepId, { takeOver: false }),
      claimItem(teammate, stepId, { takeOver: false }),
    ]);
    expect(tries.map((one) => one.status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("lets nobody else confirm what somebody has taken", async () => {
    const { stepId } = await startItem();
    await claimItem(stage.actor, stepId, { takeOver: false });
    await expect(confirmStep(teammate, stepId, { note: "done" }, [])).rejects.toMatchObject({ code: "items.claimed" });
    await confirmStep(stage.actor, stepId, { note: "done" }, []);
  });

  it("refuses who could not confirm it", async () => {
    const { stepId } = await startItem({ role: "dba" });
    await expect(claimItem(stage.actor, stepId, { takeOver: false })).rejects.toMatchObject({ status: 403 });
    await expect(claimItem(viewer, stepId, { takeOver: false })).rejects.toMatchObject({ status: 403 });
    await claimItem(dba, stepId, { takeOver: false });
  });
});

describe("one person's word", () => {
  it("is theirs, whatever their role, or an administrator's in their place", async () => {
    const first = await startItem({ role: "manager", confirmById: stage.actor.id });
    await expect(confirmStep(manager, first.stepId, { note: "fine by me" }, [])).rejects.toMatchObject({
      status: 403,
      message: "This step is one person's word.",
    });
    await confirmStep(stage.actor, first.stepId, { note: "fine by me" }, []);
    const second = await startItem({ confirmById: stage.actor.id });
    await confirmStep(admin, second.stepId, { note: "in their place" }, []);
  });

  it("is given by a person who signed in, and by no API token", async () => {
    const { stepId } = await startItem({ confirmById: stage.actor.id });
    const refused = { status: 403, code: "items.needs_person" };
    const byToken = { via: "token" as const };
    await expect(confirmStep({ ...stage.actor, ...byToken }, stepId, { note: "fine" }, [])).rejects.toMatchObject(
      refused,
    );
    const waiver = { reason: "Its owner has left", until: inDays(10) };
    await expect(waiveItem({ ...admin, ...byToken }, stepId, waiver, [])).rejects.toMatchObject(refused);
    const anybodys = await startItem();
    await confirmStep({ ...stage.actor, ...byToken }, anybodys.stepId, { note: "done" }, []);
  });

  it("is waived by an administrator only", async () => {
    const { stepId } = await startItem({ confirmById: stage.actor.id });
    const waiver = { reason: "Its owner has left", until: inDays(10) };
    await expect(waiveItem(manager, stepId, waiver, [])).rejects.toMatchObject({ status: 403 });
    await waiveItem(admin, stepId, waiver, []);
  });
});

describe("what stands there", () => {
  it("is never written over by who read an older one", async () => {
    const { stepId } = await startItem();
    const { rev } = await getItem(stage.actor, stepId);
    await saveItem(stage.actor, stepId, { itemRev: rev, note: "The firewall lets 443 in." });
    await expect(saveItem(teammate, stepId, { itemRev: rev, note: "Firewall: nothing yet." })).rejects.toMatchObject({
      code: "items.changed_meanwhile",
      status: 409,
      message: "Olive Owner saved this item in the meantime.",
      detail: "The firewall lets 443 in.",
    });
    await expect(confirmStep(teammate, stepId, { note: "all done", itemRev: rev }, [])).rejects.toMatchObject({
      code: "items.changed_meanwhile",
    });
    const now = await getItem(teammate, stepId);
    expect(now.draft).toMatchObject({ note: "The firewall lets 443 in.", by: { name: "Olive Owner" } });
    await saveItem(teammate, stepId, { itemRev: now.rev, note: "Both." });
    await confirmStep(teammate, stepId, { note: "Both, and done.", itemRev: now.rev + 1 }, []);
  });

  it("lets one of many who save at one moment through", async () => {
    const { stepId } = await startItem();
    const tries = await Promise.allSettled(
      ["one", "two", "three", "four"].map((note) => saveItem(stage.actor, stepId, { itemRev: 1, note })),
    );
    expect(tries.filter((one) => one.status === "fulfilled")).toHaveLength(1);
    expect((await getItem(stage.actor, stepId)).rev).toBe(2);
  });

  it("takes the same words twice without a quarrel", async () => {
    const { stepId } = await startItem();
    await saveItem(stage.actor, stepId, { itemRev: 1, note: "same" });
    await saveItem(teammate, stepId, { itemRev: 1, note: "same" });
    expect((await getItem(stage.actor, stepId)).rev).toBe(2);
  });

  it("has its day changed by who started the run, or a manager", async () => {
    const { stepId } = await startItem({ dueDays: 3 });
    const { rev, dueBy } = await getItem(stage.actor, stepId);
    expect(Math.round((Date.parse(dueBy ?? "") - Date.now()) / 86_400_000)).toBe(3);
    await expect(saveItem(teammate, stepId, { itemRev: rev, note: "", dueBy: inDays(9) })).rejects.toMatchObject({
      status: 403,
    });
    await saveItem(manager, stepId, { itemRev: rev, note: "", dueBy: inDays(9) });
    await saveItem(stage.actor, stepId, { itemRev: rev + 1, note: "", dueBy: null });
    expect((await getItem(stage.actor, stepId)).dueBy).toBeNull();
  });
});

describe("evidence", () => {
  it("is asked for before a word ends the item", async () => {
    const { runId, stepId } = await startItem({ evidence: "link" });
    await expect(confirmStep(stage.actor, stepId, { note: "it is up" }, [])).rejects.toMatchObject({
      status: 422,
      fields: { evidence: "Add the link that shows it first." },
    });
    for (const text of ["not an address", "javascript:alert(1)", "https://me:secret@example.org/"])
      await expect(addEvidence(stage.actor, stepId, { kind: "link", text })).rejects.toMatchObject({ status: 422 });
    await addEvidence(teammate, stepId, { kind: "link", text: "https://status.example.org/1" });
    await confirmStep(stage.actor, stepId, { note: "" }, []);
    expect(await untilState(runId, "finished")).toBe("succeeded");
  });

  it("keeps a file's bytes and their hash", async () => {
    const { stepId } = await startItem({ evidence: "file" });
    const bytes = randomBytes(300_000);
    await addEvidence(stage.actor, stepId, {
      kind: "file",
      text: "What the switch shows",
      fileName: "switch.png",
      mediaType: "image/png",
      base64: bytes.toString("base64"),
    });
    const [piece] = (await getItem(stage.actor, stepId)).evidence;
    expect(piece?.file).toEqual({
      name: "switch.png",
      size: 300_000,
      sha256: createHash("sha256").update(bytes).digest("hex"),
    });
    const file = await readEvidenceFile(dba, { stepId, evidenceId: piece?.id ?? "" });
    expect(Buffer.from(file.body).equals(bytes)).toBe(true);
    await expect(readEvidenceFile(viewer, { stepId, evidenceId: piece?.id ?? "" })).rejects.toMatchObject({
      status: 403,
    });
    await expect(readEvidenceFile(dba, { stepId: stepId + 1, evidenceId: piece?.id ?? "" })).rejects.toMatchObject({
      status: 404,
    });
  });

  it("takes ten megabytes and refuses more, none, and half of something", async () => {
    const { stepId } = await startItem();
    const file = (bytes: Buffer) => ({
      ...{ kind: "file" as const, text: "", fileName: "f", mediaType: "", base64: bytes.toString("base64") },
    });
    await addEvidence(stage.actor, stepId, file(randomBytes(10 * 1024 * 1024)));
    await expect(addEvidence(stage.actor, stepId, file(Buffer.alloc(10 * 1024 * 1024 + 1)))).rejects.toMatchObject({
      fields: { file: "Files may have 10 MB at most." },
    });
    await expect(addEvidence(stage.actor, stepId, file(Buffer.alloc(0)))).rejects.toMatchObject({ status: 422 });
    await expect(addEvidence(stage.actor, stepId, { ...file(Buffer.from("x")), base64: "QUJ!" })).rejects.toMatchObject(
      { fields: { file: expect.stringContaining("whole") as string } },
    );
  });

  it("is taken back by who added it or a manager, only while the item is open, and stays in the record", async () => {
    const { stepId } = await startItem();
    const { evidenceId } = await addEvidence(stage.actor, stepId, { kind: "note", text: "seen" });
    await expect(removeEvidence(teammate, { stepId, evidenceId })).rejects.toMatchObject({ status: 403 });
    await removeEvidence(manager, { stepId, evidenceId });
    expect((await getItem(stage.actor, stepId)).evidence).toEqual([]);
    expect(await db().stepEvidence.count({ where: { id: evidenceId } })).toBe(1);
    const shown = { kind: "file" as const, text: "", fileName: "seen.txt", mediaType: "text/plain", base64: "QUJD" };
    const file = await addEvidence(stage.actor, stepId, shown);
    await removeEvidence(manager, { stepId, evidenceId: file.evidenceId });
    const row = await db().stepEvidence.findUniqueOrThrow({ where: { id: file.evidenceId } });
    expect(row).toMatchObject({ fileName: "seen.txt", size: 3, body: null });
    expect(row.sha256).not.toBeNull();
    const kept = await addEvidence(stage.actor, stepId, { kind: "note", text: "seen again" });
    await confirmStep(stage.actor, stepId, { note: "done" }, []);
    await expect(removeEvidence(manager, { stepId, evidenceId: kept.evidenceId })).rejects.toMatchObject({
      code: "runs.confirmed",
    });
  });
});

it("an item takes so many pieces and no more, though each be taken back", async () => {
  const { stepId } = await startItem();
  const data = { stepId, kind: "note", text: "seen", addedById: stage.actor.id, removedAt: new Date() };
  const rows = Array.from({ length: 200 }, () => ({ ...data, id: randomUUID() }));
  await db().stepEvidence.createMany({ data: rows });
  await expect(addEvidence(stage.actor, stepId, { kind: "note", text: "once more" })).rejects.toMatchObject({
    code: "items.too_much",
  });
});

describe("a waiver", () => {
  it("lets the run go on, for a reason and a time of at most a year, on a manager's word", async () => {
    const { runId, stepId } = await startItem();
    const waiver = { reason: "The vendor ships in March", until: inDays(30) };
    await expect(waiveItem(stage.actor, stepId, waiver, [])).rejects.toMatchObject({ status: 403 });
    await expect(waiveItem(manager, stepId, { ...waiver, reason: " " }, [])).rejects.toMatchObject({ status: 422 });
    for (const days of [-1, 400])
      await expect(waiveItem(manager, stepId, { ...waiver, until: inDays(days) }, [])).rejects.toMatchObject({
        fields: { until: expect.any(String) as string },
      });
    await waiveItem(manager, stepId, waiver, []);
    expect(await untilState(runId, "finished")).toBe("succeeded");
    const tick = (await readSteps(runId)).get("tick");
    expect(tick).toMatchObject({ state: "skipped", waivedById: manager.id, waiverReason: waiver.reason });
    expect(tick?.skipReason).toBe(`Waived by Mia Manager until ${waiver.until.slice(0, 10)}: ${waiver.reason}`);
    const run = await db().run.findUniqueOrThrow({ where: { id: runId } });
    expect(run.stepsDone).toBe(2);
  });

  it("is not given before its turn, when what comes after would overtake what comes before", async () => {
    const { runId } = await startRun(stage.actor, [
      compiled("first", "manual"),
      compiled("second", "manual", ["first"]),
      compiled("after", "test.after", ["second"]),
    ]);
    const second = (await readSteps(runId)).get("second")?.id ?? 0;
    await expect(waiveItem(manager, second, { reason: "no", until: inDays(3) }, [])).rejects.toMatchObject({
      code: "runs.not_yet",
    });
  });

  it("opens the item again when its time is over, to be done or waived anew, and the run stays done", async () => {
    const { runId, stepId } = await startItem();
    await waiveItem(manager, stepId, { reason: "Later", until: inDays(1) }, []);
    await untilState(runId, "finished");
    await expect(confirmStep(stage.actor, stepId, { note: "done" }, [])).rejects.toMatchObject({ code: "items.over" });
    const past = new Date(Date.now() - 1_000);
    await db().step.update({ where: { id: stepId }, data: { waiverUntil: past, dueBy: past } });
    expect((await listItems(stage.actor)).items.find((one) => one.stepId === stepId)).toMatchObject({
      isReopened: true,
    });
    await waiveItem(manager, stepId, { reason: "Later still", until: inDays(1) }, []);
    await db().step.update({ where: { id: stepId }, data: { waiverUntil: past, dueBy: past } });
    await confirmStep(stage.actor, stepId, { note: "Done at last." }, []);
    const run = await db().run.findUniqueOrThrow({ where: { id: runId } });
    expect(run).toMatchObject({ state: "succeeded", stepsDone: 2 });
    expect((await readSteps(runId)).get("tick")).toMatchObject({ state: "succeeded", note: "Done at last." });
    expect((await listItems(stage.actor)).items.find((one) => one.stepId === stepId)).toBeUndefined();
  });
});

describe("the list", () => {
  it("shows each reader theirs, the soonest due first, page by page", async () => {
    const dueIn = async (days: number | undefined, more: Partial<CompiledStep> = {}) =>
      (await startItem({ role: "dba", ...(days === undefined ? {} : { dueDays: days }), ...more })).stepId;
    const [none, late, soon] = [await dueIn(undefined), await dueIn(9), await dueIn(2)];
    const other = await dueIn(1);
    await claimItem(admin, other, { takeOver: false });
    const word = await dueIn(5, { confirmById: dba.id });
    const mine = await listItems(dba);
    expect(mine.items.map((one) => one.stepId).filter((id) => id >= none)).toEqual([soon, word, late, none]);
    const ids: number[] = [];
    for (let after: string | undefined, more = true; more; ) {
      const page = await listItems(dba, { limit: 1, after });
      ids.push(...page.items.map((one) => one.stepId));
      after = page.next ?? undefined;
      more = page.next !== null;
    }
    expect(ids).toEqual(mine.items.map((one) => one.stepId));
    expect((await listItems(admin, { view: "all", limit: 200 })).items.map((one) => one.stepId)).toContain(other);
    await db().step.update({ where: { id: soon }, data: { dueBy: new Date(Date.now() - 1_000) } });
    expect((await listItems(viewer, { view: "overdue" })).items.map((one) => one.stepId)).toEqual([soon]);
  });
});
