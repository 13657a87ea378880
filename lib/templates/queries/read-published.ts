import { type Arrangement, arrange } from "#lib/checklists/arrange.ts";
import type { Checklist } from "#lib/checklists/define-checklist.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { templateContentSchema } from "../schema/content.ts";

interface Published extends Arrangement {
  key: string;
  title: string;
}

/** The revision that new runs are made with; null: as the panel brings it. */
export async function readPublished(tx: Tx, key: string): Promise<Published | null> {
  const row = await tx.checklistRevision.findFirst({
    where: { key, state: "published" },
    orderBy: { version: "desc" },
    select: { key: true, version: true, title: true, content: true },
  });
  return row && { ...row, content: templateContentSchema.parse(row.content) };
}

/** The answers a service was last started with, unchecked, for conditions to ask; an empty object when there are none. */
export async function readLastAnswers(tx: Tx, serviceId: string | null): Promise<unknown> {
  if (serviceId === null) return {};
  const last = await tx.answers.findFirst({
    where: { serviceId },
    orderBy: { version: "desc" },
    select: { answers: true },
  });
  return last?.answers ?? {};
}

/** What createRun keeps of where its steps came from. */
export interface PinnedChecklist {
  key: string;
  version: number;
  templateVersion: number | null;
}

/** A checklist as it is published now, and what a run that is compiled from it pins. `answers` is what conditions ask. */
export async function readArranged<Context>(
  tx: Tx,
  checklist: Checklist<Context>,
  answers: unknown,
): Promise<{ checklist: Checklist<Context>; pinned: PinnedChecklist }> {
  const published = await readPublished(tx, checklist.key);
  return {
    checklist: arrange(checklist, published, answers),
    pinned: { key: checklist.key, version: checklist.version, templateVersion: published?.version ?? null },
  };
}
