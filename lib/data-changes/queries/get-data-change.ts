import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { findDatabase } from "#lib/databases/queries/find-database.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { readPeople } from "#lib/releases/queries/people.ts";
import { readEditors } from "../approval/editors.ts";
import type { DataChangeView } from "../types.ts";
import { toView } from "./data-change-view.ts";
import { readDataChange } from "./find-data-change.ts";
import { isPreviewing } from "./is-previewing.ts";

/** One data change: what it says, how it stands, what the reader may do with it. */
export async function getDataChange(actor: Actor, id: string, tx: Tx = db()): Promise<DataChangeView> {
  authorize(actor, "dataChanges.read");
  const row = await readDataChange(id, tx);
  const people = [row.carriedOutById, row.reportedById, row.preview?.byId ?? null, ...readEditors(row.editorIds)];
  return toView(row, {
    actor,
    now: new Date(),
    database: await findDatabase(row, tx),
    isPreviewing: await isPreviewing(tx, row),
    nameOf: await readPeople(tx, people),
  });
}
