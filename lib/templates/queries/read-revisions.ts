import type { Tx } from "#lib/platform/db/client.ts";
import type { RevisionState } from "../constants.ts";
import { type TemplateContent, templateContentSchema } from "../schema/content.ts";
import type { RevisionView } from "../types.ts";

interface Named {
  id: string;
  name: string;
}

/** A revision with the names of the people behind it. */
export interface NamedRevision {
  key: string;
  version: number;
  state: RevisionState;
  title: string;
  note: string;
  rev: number;
  content: TemplateContent;
  createdBy: Named | null;
  updatedAt: Date;
  publishedBy: Named | null;
  publishedAt: Date | null;
}

/** Revisions, the newest first: of one checklist, or of all. */
export async function readRevisions(tx: Tx, key?: string): Promise<NamedRevision[]> {
  const rows = await tx.checklistRevision.findMany({
    where: key === undefined ? {} : { key },
    orderBy: [{ key: "asc" }, { version: "desc" }],
  });
  const ids = rows.flatMap((row) => [row.createdById, ...(row.publishedById ? [row.publishedById] : [])]);
  const users = await tx.user.findMany({
    where: { id: { in: [...new Set(ids)] } },
    select: { id: true, displayName: true },
  });
  const names = new Map(users.map((user) => [user.id, { id: user.id, name: user.displayName }]));
  return rows.map((row) => ({
    ...{ key: row.key, version: row.version, title: row.title, note: row.note, rev: row.rev },
    state: row.state as RevisionState,
    content: templateContentSchema.parse(row.content),
    createdBy: names.get(row.createdById) ?? null,
    updatedAt: row.updatedAt,
    publishedBy: (row.publishedById && names.get(row.publishedById)) || null,
    publishedAt: row.publishedAt,
  }));
}

/** Revisions of one checklist, the newest first, as pages show them. */
export function toRevisionView(revisions: readonly NamedRevision[]): RevisionView[] {
  const current = revisions.find((one) => one.state === "published");
  return revisions.map((one) => ({
    ...{ version: one.version, state: one.state, title: one.title, note: one.note, rev: one.rev },
    items: one.content.items.length,
    createdBy: one.createdBy,
    updatedAt: one.updatedAt.toISOString(),
    publishedBy: one.publishedBy,
    publishedAt: one.publishedAt?.toISOString() ?? null,
    current: one === current,
  }));
}
