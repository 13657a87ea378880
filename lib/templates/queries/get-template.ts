import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { completeContent } from "#lib/checklists/editable.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import type { TemplateView } from "../types.ts";
import { findOutline, isOwn, isStartable } from "./find-outline.ts";
import { readRevisions, toRevisionView } from "./read-revisions.ts";

/** Which revision: by its number, the draft, the one new runs are made with, or what the panel brings. */
export type WhichRevision = number | "draft" | "current" | "built-in";

/** A checklist with the items of one revision of it. */
export async function readTemplate(tx: Tx, key: string, which: WhichRevision): Promise<TemplateView> {
  const outline = await findOutline(tx, key);
  const revisions = await readRevisions(tx, key);
  const views = toRevisionView(revisions);
  const at = views.findIndex((view) => {
    if (which === "current") return view.current;
    return which === "draft" ? view.state === "draft" : view.version === which;
  });
  const isBrought = which === "built-in" || (which === "current" && at < 0);
  if (at < 0 && !isBrought) throw notFound("version of this checklist");
  const shown = views[at] ?? null;
  return {
    key,
    title: shown?.title ?? outline.title,
    own: isOwn(key),
    startable: isStartable(key) && (outline.items.length > 0 || views.some((view) => view.current)),
    outline,
    shown,
    content: completeContent(outline, revisions[at]?.content ?? { items: [] }),
    versions: views,
  };
}

/** The same, for whoever may read it. */
export async function getTemplate(actor: Actor, key: string, which: WhichRevision): Promise<TemplateView> {
  authorize(actor, "templates.read");
  return readTemplate(db(), key, which);
}
