import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { db } from "#lib/platform/db/client.ts";
import { createLiveService } from "#lib/releases/testing/live-service.ts";
import { createDraft } from "#lib/services/commands/create-draft.ts";
import { planService } from "#lib/services/commands/plan-service.ts";
import { startProvisioning } from "#lib/services/commands/start-provisioning.ts";
import { updateDraft } from "#lib/services/commands/update-draft.ts";
import { checkDraft } from "#lib/services/queries/check-draft.ts";
import { previewTemplate } from "#lib/services/queries/preview-template.ts";
import { type Actors, createActors, refusalOf } from "#lib/services/testing/actors.ts";
import {
  createTemplate,
  discardDraft,
  openDraft,
  publishDraft,
  saveDraft,
  withdrawVersion,
} from "./commands/edit-draft.ts";
import { startChecklist } from "./commands/start-checklist.ts";
import { readMarkdown } from "./markdown/read-markdown.ts";
import { writeMarkdown } from "./markdown/write-markdown.ts";
import { exportRun } from "./queries/export-run.ts";
import { exportTemplate } from "./queries/export-template.ts";
import { getTemplate } from "./queries/get-template.ts";
import { listTemplates } from "./queries/list-templates.ts";
import { type TemplateItem, templateContentSchema } from "./schema/content.ts";
import type { TemplateView } from "./types.ts";

useTestDatabase("templates");
let people: Actors;
beforeAll(async () => {
  people = await createActors();
});
beforeEach(async () => {
  await db().checklistRevision.deleteMany();
});

const BOARD = { kind: "own", key: "own.board", title: "Ask the board", role: "manager", evidence: "link" } as const;
/** The view's items, with one of the organisation's own put right before the item of that key. */
function putBefore(view: TemplateView, key: string, own: object = BOARD): TemplateItem[] {
  const at = view.content.items.findIndex((item) => item.key === key);
  const items = view.content.items.map((item) => (item.key === key ? { ...item, after: ["own.board"] } : item));
  return templateContentSchema.parse({ items: items.toSpliced(at, 0, own as TemplateItem) }).items;
}
const save = (view: TemplateView, items: TemplateItem[], title = view.title) =>
  saveDraft(people.admin, view.key, { rev: view.shown?.rev ?? 0, title, note: "", content: { items } });
async function publishBoard(key = "provision", before = "stack"): Promise<TemplateView> {
  const draft = await openDraft(people.admin, key);
  const saved = await save(draft, putBefore(draft, before));
  return publishDraft(people.admin, key, { rev: saved.shown?.rev ?? 0, note: "The board wants to be asked" });
}

describe("the draft of a checklist", () => {
  test("is an administrator's: everybody else only reads", async () => {
    for (const who of [people.owner, people.manager, people.dba, people.outsider])
      expect((await refusalOf(openDraft(who, "provision"))).status).toBe(403);
    expect((await listTemplates(people.outsider)).templates.map((one) => one.key)).toContain("provision");
    expect((await refusalOf(getTemplate(people.outsider, "backup", "current"))).status).toBe(404);
  });

  test("begins with what the panel brings, one at a time", async () => {
    const first = await openDraft(people.admin, "provision");
    expect(first.shown).toMatchObject({ version: 1, state: "draft", rev: 1 });
    expect(first.content.items).toHaveLength(first.outline.items.length);
    expect((await openDraft(people.admin, "provision")).shown?.version).toBe(1);
  });

  test("saved over a newer one is refused, and what the other wrote stays", async () => {
    const view = await openDraft(people.admin, "provision");
    await save(view, putBefore(view, "stack"));
    const refused = await refusalOf(save(view, view.content.items));
    expect(refused).toMatchObject({ status: 409, code: "templates.stale" });
    const now = await getTemplate(people.admin, "provision", "draft");
    expect(now.shown?.rev).toBe(2);
    expect(now.content.items.map((item) => item.key)).toContain("own.board");
    expect((await refusalOf(publishDraft(people.admin, "provision", { rev: 1, note: "x" }))).status).toBe(409);
  });

  test("of two saved at once, one wins and the other is told", async () => {
    const view = await openDraft(people.admin, "provision");
    const results = await Promise.allSettled([save(view, putBefore(view, "stack")), save(view, view.content.items)]);
    expect(results.map((one) => one.status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  test("is not published while something waits for what is not there, or a machine's item is struck out", async () => {
    const view = await openDraft(people.admin, "provision");
    const publishWith = async (change: (item: TemplateItem) => TemplateItem) => {
      const current = await getTemplate(people.admin, "provision", "draft");
      const saved = await save(current, current.content.items.map(change));
      return refusalOf(publishDraft(people.admin, "provision", { rev: saved.shown?.rev ?? 0, note: "x" }));
    };
    const at = (key: string) => view.content.items.findIndex((item) => item.key === key);
    const never = { field: "data.database", op: "is" as const, value: "none" };
    const waits = await publishWith((item) => (item.key === "mail" ? { ...item, after: ["own.gone"] } : item));
    expect(waits.fields).toEqual({
      [`items.${at("mail")}.after`]: "It waits for own.gone, which is not in this checklist.",
    });
    const struck = await publishWith((item) =>
      item.kind === "built-in" && item.key === "certificate"
        ? { ...item, leftOut: "we have one" }
        : { ...item, after: [] },
    );
    expect(Object.keys(struck.fields ?? {})).toEqual([`items.${at("certificate")}.leftOut`]);
    const essential = await publishWith((item) =>
      item.key === "stack"
        ? { ...item, conditions: [never] }
        : item.kind === "built-in"
          ? { ...item, leftOut: null }
          : item,
    );
    expect(Object.keys(essential.fields ?? {})).toEqual([`items.${at("stack")}.conditions`]);
  });

  test("thrown away leaves what is published", async () => {
    await publishBoard();
    const draft = await openDraft(people.admin, "provision");
    expect(draft.shown).toMatchObject({ version: 2, state: "draft" });
    await discardDraft(people.admin, "provision", draft.shown?.rev ?? 0);
    const view = await getTemplate(people.outsider, "provision", "current");
    expect(view.versions.map((one) => [one.version, one.state])).toEqual([[1, "published"]]);
  });
});

describe("a published version", () => {
  test("is what new runs are made with, and is never changed again", async () => {
    const view = await publishBoard();
    expect(view.shown).toMatchObject({ version: 1, current: true, note: "The board wants to be asked" });
    const again = await openDraft(people.admin, "provision");
    await save(
      again,
      again.content.items.filter((item) => item.kind === "built-in"),
    );
    expect((await getTemplate(people.admin, "provision", 1)).content).toEqual(view.content);
  });

  test("withdrawn gives way to the one before, then to what the panel brings", async () => {
    await publishBoard();
    const draft = await openDraft(people.admin, "provision");
    await publishDraft(people.admin, "provision", { rev: draft.shown?.rev ?? 0, note: "Again" });
    expect((await refusalOf(withdrawVersion(people.admin, "provision", 1))).code).toBe("templates.not_current");
    expect((await withdrawVersion(people.admin, "provision", 2)).shown?.version).toBe(1);
    expect((await withdrawVersion(people.admin, "provision", 1)).shown).toBeNull();
  });

  test("every change of it is in the audit trail", async () => {
    await publishBoard();
    const events = await db().auditEvent.findMany({ where: { subjectType: "checklist" }, orderBy: { id: "asc" } });
    expect(events.slice(-2).map((event) => event.action)).toEqual(["templates.draft", "templates.publish"]);
  });
});

const draftService = async (name: string) => {
  const draft = await createDraft(people.owner);
  return updateDraft(people.owner, draft.id, {
    rev: draft.rev,
    answers: { identity: { name, purpose: "Notes" }, placement: { image: "demo/web:1" } },
  });
};
const settlePlan = async (runId: number) => {
  await db().run.update({ where: { id: runId }, data: { state: "succeeded" } });
};

describe("provisioning", () => {
  test("shows, plans and starts with the published version, and the run keeps which it was", async () => {
    await publishBoard();
    const draft = await draftService("with-board");
    const { preview } = await checkDraft(people.owner, draft.id);
    expect(preview.find((item) => item.key === "stack")?.dependsOn).toEqual(["own.board"]);
    const plan = await planService(people.owner, draft.id);
    await settlePlan(plan.runId);
    const { runId } = await startProvisioning(people.owner, draft.id, { planRunId: plan.runId });
    const run = await db().run.findUniqueOrThrow({ where: { id: runId }, include: { steps: true } });
    expect(run.templateVersion).toBe(1);
    expect(run.steps.find((step) => step.key === "own.board")).toMatchObject({
      ...{ name: "manual", title: "Ask the board", role: "manager", evidenceKind: "link" },
    });
    await withdrawVersion(people.admin, "provision", 1);
    expect((await db().run.findUniqueOrThrow({ where: { id: runId } })).templateVersion).toBe(1);
  });

  test("refuses a plan of another version, and the next plan is another run", async () => {
    const draft = await draftService("stale-plan");
    const plan = await planService(people.owner, draft.id);
    await settlePlan(plan.runId);
    await publishBoard("provision", "mail");
    const refused = await refusalOf(startProvisioning(people.owner, draft.id, { planRunId: plan.runId }));
    expect(refused).toMatchObject({ status: 409, code: "plan.stale" });
    expect(refused.message).toContain("the checklist");
    expect((await planService(people.owner, draft.id)).runId).not.toBe(plan.runId);
  });

  test("refuses it also when the versions do the same", async () => {
    const draft = await draftService("same-steps");
    const plan = await planService(people.owner, draft.id);
    await settlePlan(plan.runId);
    const asBrought = await openDraft(people.admin, "provision");
    await publishDraft(people.admin, "provision", { rev: asBrought.shown?.rev ?? 0, note: "As it is" });
    expect((await refusalOf(startProvisioning(people.owner, draft.id, { planRunId: plan.runId }))).code).toBe(
      "plan.stale",
    );
  });
});

test("a version can be looked at with a service's answers before it is published", async () => {
  const service = await createLiveService(people.owner, { answers: { data: { database: "mariadb" } } });
  const view = await openDraft(people.admin, "provision");
  const items = putBefore(view, "stack", {
    ...BOARD,
    conditions: [{ field: "data.database", op: "is", value: "none" }],
  });
  await save(view, items);
  const preview = await previewTemplate(people.admin, "provision", "draft", { service: service.name });
  expect(preview.kind).toBe("run");
  expect(preview.steps.find((step) => step.key === "own.board")?.skipReason).toBe(
    "Done only where “Does it need a database?” is None: here it is MariaDB.",
  );
  const draft = await createDraft(people.owner);
  const other = await previewTemplate(people.owner, "provision", "draft", { draft: draft.id });
  expect(other.steps.find((step) => step.key === "own.board")?.skipReason).toBeNull();
});

describe("a checklist of the organisation's own", () => {
  const SEED = `# Audit week

- [ ] Read the audit trail
  - [ ] Note what is odd
- [ ] Tell the auditors
`;
  const make = async () => {
    const { title, content } = readMarkdown(SEED);
    return createTemplate(people.admin, { title: title ?? "", content: templateContentSchema.parse(content) });
  };

  test("comes from Markdown, starts once it is published, and goes out as it came", async () => {
    const draft = await make();
    expect(draft).toMatchObject({ key: "own-audit-week", own: true, startable: false });
    const start = () =>
      startChecklist(people.owner, { key: draft.key, subject: "2026", service: null, environment: "production" });
    expect((await refusalOf(start())).code).toBe("templates.not_published");
    await publishDraft(people.admin, draft.key, { rev: 1, note: "First" });
    expect(writeMarkdown(await exportTemplate(people.outsider, draft.key, "current"))).toBe(SEED);

    const { runId } = await start();
    const run = await db().run.findUniqueOrThrow({
      where: { id: runId },
      include: { steps: { orderBy: { position: "asc" } } },
    });
    expect(run).toMatchObject({ title: "Audit week: 2026", templateVersion: 1, state: "waiting", serviceId: null });
    expect(run.steps.map((step) => step.state)).toEqual(["needs_person", "blocked", "needs_person"]);
    expect(
      (
        await refusalOf(
          startChecklist(people.outsider, { key: draft.key, subject: "", service: null, environment: "" }),
        )
      ).status,
    ).toBe(403);
  });

  test("of the same title gets a key of its own", async () => {
    await make();
    expect((await make()).key).toBe("own-audit-week-2");
  });
});

test("a new project is a run of people's items, for a service or before there is one", async () => {
  const start = (subject: string, service: string | null) =>
    startChecklist(people.owner, { key: "new-project", subject, service, environment: "production" });
  expect((await refusalOf(start("", null))).fields).toEqual({
    subject: "Say what it is about: the run's title is made of it.",
  });
  const { name } = await createLiveService(people.owner);
  const { runId } = await start("", name);
  const run = await db().run.findUniqueOrThrow({ where: { id: runId }, include: { steps: true } });
  expect(run.title).toBe(`New project: ${name}`);
  expect(run.steps.find((step) => step.key === "staging")?.instructions).toContain(
    `/services/${name}/releases/webhooks`,
  );
  expect((await refusalOf(start("", name))).status).toBe(409);
  expect((await refusalOf(start("", "nobody"))).fields).toEqual({ service: "There is no such service." });
});

test("a run goes out with its ticks, notes, evidence and answers", async () => {
  const { runId, name } = await createLiveService(people.owner, { answers: { data: { database: "postgresql" } } });
  const step = await db().step.findFirstOrThrow({ where: { runId } });
  await db().step.update({
    where: { id: step.id },
    data: { note: "All *good*", confirmedById: people.manager.id, finishedAt: new Date("2026-11-21T10:00:00Z") },
  });
  const run = await exportRun(people.outsider, runId);
  expect(run.facts).toContainEqual({ name: "Service", value: `${name} (production)` });
  expect(run.answers).toContainEqual({ group: "Data", question: "Does it need a database?", answer: "PostgreSQL" });
  expect(run.items[0]).toMatchObject({
    done: true,
    facts: [expect.stringMatching(/^Done by .+ on 2026-11-21 10:00 UTC$/), "Note: All *good*"],
  });
  expect(writeMarkdown(run)).toContain("- [x] Deploy its stack\n");
});
