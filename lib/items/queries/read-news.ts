import type { Prisma, Tx } from "#lib/platform/db/client.ts";
import { whereOpen } from "#lib/runs/queries/item-filter.ts";

export interface ItemNews {
  runId: number;
  key: string;
  title: string;
  service: string | null;
  runTitle: string;
  dueBy: Date | null;
  claimedBy: string | null;
  /** Why it was left out until now; null: it never was. */
  waived: string | null;
}

const NEWS = {
  key: true,
  title: true,
  state: true,
  dueBy: true,
  waiverReason: true,
  claimedBy: { select: { displayName: true } },
  run: { select: { id: true, title: true, service: { select: { name: true } } } },
} as const satisfies Prisma.StepSelect;

/** Those of these items that still wait, the soonest due first: what has been done since is nothing to write about. */
export async function readItemNews(tx: Tx, stepIds: readonly number[]): Promise<ItemNews[]> {
  const rows = await tx.step.findMany({
    where: { AND: [{ id: { in: [...stepIds] } }, whereOpen(new Date())] },
    select: NEWS,
    orderBy: [{ dueBy: "asc" }, { id: "asc" }],
  });
  return rows.map(({ key, title, state, dueBy, waiverReason, claimedBy, run }) => ({
    ...{ runId: run.id, key, title, service: run.service?.name ?? null, runTitle: run.title, dueBy },
    claimedBy: claimedBy?.displayName ?? null,
    waived: state === "skipped" ? (waiverReason ?? "") : null,
  }));
}
