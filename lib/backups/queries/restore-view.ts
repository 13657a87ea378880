import type { z } from "zod";
import { may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import type { Prisma } from "#lib/platform/db/client.ts";
import { RESTORE_MODES, RESTORE_STATES } from "../constants.ts";
import { explainNoSwap } from "../restore/explain-no-swap.ts";
import { restoreNotesSchema } from "../schema/restore-notes.ts";
import type { backupLinkView, restoreView } from "../schema/views.ts";

/** What a restore's view is made from. */
export const RESTORE_WITH = {
  service: { select: { id: true, name: true, ownerId: true, state: true } },
  by: { select: { displayName: true } },
  backup: { select: { engine: true } },
} as const satisfies Prisma.RestoreInclude;
export type RestoreRow = Prisma.RestoreGetPayload<{ include: typeof RESTORE_WITH }>;

const isWhole = (only: unknown) => !Array.isArray(only) || only.length === 0;

/** States in which something stands beside the living data that can be taken away. */
export const REMOVABLE: readonly string[] = ["restored", "failed"];

/** Whether what was restored could take the place of the living data at all. */
export function canSwap({ state, only, report }: Pick<RestoreRow, "state" | "only" | "report">): boolean {
  const notes = restoreNotesSchema.safeParse(report).data;
  return state === "restored" && isWhole(only) && (!notes || explainNoSwap(notes.source) === null);
}

/** Whether a swap keeps something that can be removed; of a retired service it is with whatever was kept of that. */
export const canRemoveKept = (row: Pick<RestoreRow, "state" | "previous" | "service">) =>
  row.state === "swapped" && row.previous !== null && row.service !== null && row.service.state !== "retired";

export function toRestoreView(row: RestoreRow, actor: Actor): z.output<typeof restoreView> {
  const subject = { ownerId: row.service?.ownerId ?? null, serviceId: row.serviceId };
  const previous = row.state === "swapped" ? row.previous : null;
  return {
    id: row.id,
    backupId: row.backupId,
    service: row.service?.name ?? "",
    environment: row.environment,
    mode: RESTORE_MODES.find((mode) => mode === row.mode) ?? "beside",
    state: RESTORE_STATES.find((state) => state === row.state) ?? "failed",
    destination: row.destination,
    previous,
    keptSince: previous === null ? null : (row.swappedAt?.toISOString() ?? null),
    isGivenUp: row.givenUpAt !== null,
    by: row.by.displayName,
    runId: row.runId,
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
    durationMs: row.durationMs,
    mayRemove: REMOVABLE.includes(row.state) && may(actor, "backups.restore", subject).ok,
    maySwap: canSwap(row) && may(actor, "backups.swap", subject).ok,
    mayRemoveKept: canRemoveKept(row) && may(actor, "backups.removeKept", subject).ok,
  };
}

export const LINK_WITH = { by: { select: { displayName: true } } } as const satisfies Prisma.BackupLinkInclude;
export type LinkRow = Prisma.BackupLinkGetPayload<{ include: typeof LINK_WITH }>;

export const toLinkView = (row: LinkRow): z.output<typeof backupLinkView> => ({
  id: row.id,
  by: row.by.displayName,
  reason: row.reason,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
  uses: row.uses,
  revokedAt: row.revokedAt?.toISOString() ?? null,
});
