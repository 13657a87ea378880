import type { z } from "zod";
import { may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import type { Prisma } from "#lib/platform/db/client.ts";
import { ENVIRONMENT } from "#lib/services/naming.ts";
import { RESTORE_MODES, RESTORE_STATES } from "../constants.ts";
import { confirmWord } from "../restore/check-restore.ts";
import { explainMislabelled, explainNoSwap } from "../restore/explain-no-swap.ts";
import { MASKED_INTO_ITSELF } from "../schema/restore.ts";
import { restoreNotesSchema } from "../schema/restore-notes.ts";
import type { backupLinkView, restoreView } from "../schema/views.ts";
import { environmentOf } from "./environment-of.ts";

/** What a restore's view is made from. */
export const RESTORE_WITH = {
  service: { select: { id: true, name: true, ownerId: true, state: true } },
  by: { select: { displayName: true } },
  backup: { select: { engine: true, serviceId: true, environment: true, startedAt: true } },
} as const satisfies Prisma.RestoreInclude;
export type RestoreRow = Prisma.RestoreGetPayload<{ include: typeof RESTORE_WITH }>;

const isWhole = (only: unknown) => !Array.isArray(only) || only.length === 0;

export const NOT_WHOLE =
  "Only a whole database or folder that stands restored beside the living one can take its place.";

/** States in which something stands beside the living data that can be taken away. */
export const REMOVABLE: readonly string[] = ["restored", "failed"];

type Restored = Pick<RestoreRow, "only" | "report" | "mask" | "service" | "serviceId" | "environment" | "backup">;

/** Why what was restored can never take the place of the living data, whoever asks; null: it can. */
export function explainNoSwapIn({ only, report, mask, service, serviceId, environment, backup }: Restored) {
  const notes = restoreNotesSchema.safeParse(report).data;
  if (!isWhole(only)) return NOT_WHOLE;
  const stays = notes?.own || (backup.serviceId === serviceId && backup.environment === environment);
  if (mask && stays && backup.environment === ENVIRONMENT) return MASKED_INTO_ITSELF;
  if (!notes || !service) return null;
  const isMislabelled = environmentOf(notes.source, service.name, environment) !== environment;
  return isMislabelled ? explainMislabelled(environment) : explainNoSwap(notes.source);
}

/** What is typed before it takes the place of the living data. */
export const swapWord = ({ report, environment }: Pick<RestoreRow, "report" | "environment">, serviceName: string) =>
  confirmWord({ to: { serviceName, environment }, own: restoreNotesSchema.safeParse(report).data?.own ?? true });

/** Whether it could take the place of the living data now. */
export const canSwap = (row: Restored & Pick<RestoreRow, "state">): boolean =>
  row.state === "restored" && explainNoSwapIn(row) === null;

/** Whether a swap keeps something that can be removed; of a retired service it is with whatever was kept of that. */
export const canRemoveKept = (row: Pick<RestoreRow, "state" | "previous" | "service">) =>
  row.state === "swapped" && row.previous !== null && row.service !== null && row.service.state !== "retired";

export function toRestoreView(row: RestoreRow, actor: Actor): z.output<typeof restoreView> {
  const subject = { ownerId: row.service?.ownerId ?? null, serviceId: row.serviceId };
  const previous = row.state === "swapped" ? row.previous : null;
  const service = row.service?.name ?? "";
  return {
    id: row.id,
    backupId: row.backupId,
    asOf: row.backup.startedAt.toISOString(),
    service,
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
    confirm: swapWord(row, service),
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
