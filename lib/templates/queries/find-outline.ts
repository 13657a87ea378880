import { EDITABLE, ownOutline } from "#lib/checklists/editable.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import { OWN_CHECKLIST, STARTABLE } from "../constants.ts";
import type { ChecklistOutline } from "../types.ts";

export const isOwn = (key: string) => key.startsWith(OWN_CHECKLIST);
export const isStartable = (key: string) => isOwn(key) || (STARTABLE as readonly string[]).includes(key);

/** What the panel brings under a key; for a checklist of the organisation's own, nothing but its title. 404 when unknown. */
export async function findOutline(tx: Tx, key: string): Promise<ChecklistOutline> {
  const brought = EDITABLE.find((one) => one.key === key);
  if (brought) return brought;
  const newest = isOwn(key)
    ? await tx.checklistRevision.findFirst({ where: { key }, orderBy: { version: "desc" }, select: { title: true } })
    : null;
  if (!newest) throw notFound("checklist");
  return ownOutline(key, newest.title);
}
