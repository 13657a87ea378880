import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { EDITABLE, ownOutline } from "#lib/checklists/editable.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { OWN_CHECKLIST } from "../constants.ts";
import type { ChecklistOutline, RevisionView, TemplateList, TemplateSummary } from "../types.ts";
import { isStartable } from "./find-outline.ts";
import { type NamedRevision, readRevisions, toRevisionView } from "./read-revisions.ts";

function summarize(outline: ChecklistOutline, views: readonly RevisionView[]): TemplateSummary {
  const current = views.find((view) => view.current) ?? null;
  const draft = views.find((view) => view.state === "draft") ?? null;
  return {
    key: outline.key,
    title: current?.title ?? draft?.title ?? outline.title,
    purpose: outline.purpose,
    own: outline.key.startsWith(OWN_CHECKLIST),
    items: current?.items ?? outline.items.length,
    current,
    draft,
    startable: isStartable(outline.key) && (outline.items.length > 0 || current !== null),
  };
}

/** Revisions by the key of their checklist, as pages show them. */
function groupByKey(revisions: readonly NamedRevision[]): Map<string, NamedRevision[]> {
  const byKey = new Map<string, NamedRevision[]>();
  for (const revision of revisions) byKey.set(revision.key, [...(byKey.get(revision.key) ?? []), revision]);
  return byKey;
}

async function readTemplates(tx: Tx): Promise<TemplateSummary[]> {
  const byKey = groupByKey(await readRevisions(tx));
  const own = [...byKey.keys()]
    .filter((key) => key.startsWith(OWN_CHECKLIST))
    .sort()
    .map((key) => ownOutline(key, byKey.get(key)?.[0]?.title ?? key));
  return [...EDITABLE, ...own].map((outline) => summarize(outline, toRevisionView(byKey.get(outline.key) ?? [])));
}

/** Every checklist that may be arranged, the panel's first. */
export async function listTemplates(actor: Actor): Promise<TemplateList> {
  authorize(actor, "templates.read");
  return { templates: await readTemplates(db()) };
}
