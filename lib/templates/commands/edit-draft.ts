import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { db, type Prisma, type Tx } from "#lib/platform/db/client.ts";
import { isDuplicate, transaction } from "#lib/platform/db/transaction.ts";
import { conflict, invalid, notFound } from "#lib/platform/errors.ts";
import { OWN_CHECKLIST } from "../constants.ts";
import { findContentProblems } from "../format/check-content.ts";
import { toSlug } from "../format/to-slug.ts";
import { findOutline } from "../queries/find-outline.ts";
import { getTemplate, readTemplate, type WhichRevision } from "../queries/get-template.ts";
import type { TemplateContent } from "../schema/content.ts";
import type { NewTemplate, Publish, SaveDraft } from "../schema/input.ts";
import type { TemplateView } from "../types.ts";

const toJson = (content: TemplateContent) => content as unknown as Prisma.InputJsonObject;

const audit = (tx: Tx, actor: UserActor, verb: string, key: string, detail: Prisma.InputJsonObject) =>
  recordAudit(tx, actor, { action: `templates.${verb}`, subjectType: "checklist", subjectId: key, detail });

/** The draft of a checklist, held until the transaction ends; refuses whoever has an older text before them. */
async function lockDraft(tx: Tx, key: string, rev: number) {
  await tx.$queryRaw`SELECT version FROM ChecklistRevision WHERE \`key\` = ${key} FOR UPDATE`;
  const draft = await tx.checklistRevision.findFirst({ where: { key, state: "draft" } });
  if (!draft)
    throw conflict(
      "templates.no_draft",
      "There is no draft any more: it was published or thrown away meanwhile.",
      "Look at the newest version, then begin another draft.",
    );
  if (draft.rev !== rev)
    throw conflict(
      "templates.stale",
      "Somebody else has saved this draft since you opened it.",
      "Look at the difference, then keep theirs or save yours over it.",
    );
  return draft;
}

async function insertDraft(tx: Tx, actor: UserActor, from: TemplateView): Promise<number> {
  const version = (from.versions[0]?.version ?? 0) + 1;
  await tx.checklistRevision.create({
    data: {
      ...{ key: from.key, version, state: "draft", title: from.title },
      builtInVersion: from.own ? null : from.outline.version,
      content: toJson(from.content),
      createdById: actor.id,
    },
  });
  return version;
}

/** Begins a draft over a version, or gives the one there is. A checklist has one draft at a time. */
export async function openDraft(actor: UserActor, key: string, from: WhichRevision = "current"): Promise<TemplateView> {
  authorize(actor, "templates.edit");
  await transaction(async (tx) => {
    const source = await readTemplate(tx, key, from);
    if (source.versions.some((version) => version.state === "draft")) return;
    const version = await insertDraft(tx, actor, source);
    await audit(tx, actor, "draft", key, { version, over: source.shown?.version ?? null });
  }).catch((error: unknown) => {
    // Somebody pressed at the same moment: theirs is the draft.
    if (!isDuplicate(error)) throw error;
  });
  return getTemplate(actor, key, "draft");
}

/** Begins a checklist of the organisation's own, as a draft. */
export async function createTemplate(actor: UserActor, { title, content }: NewTemplate): Promise<TemplateView> {
  authorize(actor, "templates.edit");
  const key = await transaction(async (tx) => {
    const slug = `${OWN_CHECKLIST}${toSlug(title, { max: 30, fallback: "checklist" })}`;
    const taken = await tx.checklistRevision.findMany({
      where: { key: { startsWith: slug } },
      select: { key: true },
      distinct: ["key"],
    });
    const keys = new Set(taken.map((one) => one.key));
    let free = slug;
    for (let number = 2; keys.has(free); number++) free = `${slug}-${number}`;
    await tx.checklistRevision.create({
      data: { key: free, version: 1, state: "draft", title, content: toJson(content), createdById: actor.id },
    });
    await audit(tx, actor, "create", free, { title });
    return free;
  }).catch((error: unknown) => {
    throw isDuplicate(error) ? conflict("templates.taken", "A checklist of this title was begun just now.") : error;
  });
  return getTemplate(actor, key, "draft");
}

/** Saves the draft as it is typed, finished or not. Over somebody else's newer one: 409. */
export async function saveDraft(actor: UserActor, key: string, input: SaveDraft): Promise<TemplateView> {
  authorize(actor, "templates.edit");
  await transaction(async (tx) => {
    const draft = await lockDraft(tx, key, input.rev);
    const outline = await findOutline(tx, key);
    await tx.checklistRevision.update({
      where: { key_version: { key, version: draft.version } },
      data: {
        ...{ title: input.title, note: input.note, updatedAt: new Date(), rev: { increment: 1 } },
        builtInVersion: draft.builtInVersion === null ? null : outline.version,
        content: toJson(input.content),
      },
    });
  });
  return getTemplate(actor, key, "draft");
}

/** From now on new runs are made with the draft. It is never changed again. */
export async function publishDraft(actor: UserActor, key: string, { rev, note }: Publish): Promise<TemplateView> {
  authorize(actor, "templates.edit");
  await transaction(async (tx) => {
    const draft = await lockDraft(tx, key, rev);
    const { outline, content, title } = await readTemplate(tx, key, "draft");
    // What the panel brings since the draft was begun is in it already, and nothing comes before what it waits for.
    const problems = findContentProblems(content, outline);
    if (Object.keys(problems).length > 0) throw invalid(problems, "The checklist cannot be published like this.");
    await tx.checklistRevision.update({
      where: { key_version: { key, version: draft.version } },
      data: {
        ...{ state: "published", note, publishedById: actor.id, publishedAt: new Date(), updatedAt: new Date() },
        content: toJson(content),
        rev: { increment: 1 },
      },
    });
    await audit(tx, actor, "publish", key, { version: draft.version, title, note });
  });
  return getTemplate(actor, key, "current");
}

/** Throws the draft away. What is published stays. */
export async function discardDraft(actor: UserActor, key: string, rev: number): Promise<void> {
  authorize(actor, "templates.edit");
  await transaction(async (tx) => {
    const draft = await lockDraft(tx, key, rev);
    await tx.checklistRevision.delete({ where: { key_version: { key, version: draft.version } } });
    await audit(tx, actor, "discard", key, { version: draft.version });
  });
}

/** Takes the newest published version back: new runs are made with the one before, or as the panel brings the checklist. */
export async function withdrawVersion(actor: UserActor, key: string, version: number): Promise<TemplateView> {
  authorize(actor, "templates.edit");
  await transaction(async (tx) => {
    const present = await readTemplate(tx, key, version);
    if (!present.shown) throw notFound("version of this checklist");
    if (!present.shown.current)
      throw conflict("templates.not_current", "Only the version that new runs are made with can be withdrawn.");
    const done = await tx.checklistRevision.updateMany({
      where: { key, version, state: "published" },
      data: { state: "withdrawn", updatedAt: new Date() },
    });
    if (done.count !== 1) throw conflict("templates.not_current", "It was withdrawn already.");
    await audit(tx, actor, "withdraw", key, { version });
  });
  return readTemplate(db(), key, "current");
}
