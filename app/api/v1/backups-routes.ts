import { z } from "zod";
import { defineRoute } from "#lib/api/define-route.ts";
import { BACKUP_STATES, BOARD_FILTERS, BOARD_SORTS, FINDABLE } from "#lib/backups/constants.ts";
import { getBackup } from "#lib/backups/queries/get-backup.ts";
import { listBackups } from "#lib/backups/queries/list-backups.ts";
import { listBoard } from "#lib/backups/queries/list-board.ts";
import { backupBoard, backupListPage, backupPoint } from "#lib/backups/schema/views.ts";

/** A service's name; `_panel` for the panel itself. */
const service = z.string().max(40).optional();
const limit = z.coerce.number().int().min(1).max(200).optional();

const board = defineRoute({
  method: "GET",
  path: "/backups/board",
  action: "backups.read",
  summary:
    "What could be brought back, as of when, and how we know: one line a policy, one for what no policy backs up, the worst in front; and how many services are provably restorable as scheduled.",
  query: z.object({
    filter: z.enum(BOARD_FILTERS).optional(),
    /** A part of a service's or a policy's name, or an engine. */
    q: z.string().max(200).optional(),
    service,
    sort: z.enum(BOARD_SORTS).optional(),
    after: z.string().max(100).optional(),
    limit,
  }),
  output: backupBoard,
  handler: ({ actor, query }) => listBoard(actor, query),
});

const list = defineRoute({
  method: "GET",
  path: "/backups",
  action: "backups.read",
  summary: "Backups that were taken, failed or missed, newest first, a page at a time.",
  query: z.object({
    service,
    policyId: z.uuid().optional(),
    targetId: z.uuid().optional(),
    state: z.enum(BACKUP_STATES).optional(),
    availability: z.enum(FINDABLE).optional(),
    /** A part of a service's name. */
    q: z.string().max(200).optional(),
    cursor: z.string().max(120).optional(),
    limit,
  }),
  output: backupListPage,
  handler: ({ actor, query }) => listBackups(actor, query),
});

const read = defineRoute({
  method: "GET",
  path: "/backups/{backupId}",
  action: "backups.read",
  summary: "One restore point: what is in it, how far it was proven, and what was done with it.",
  params: z.object({ backupId: z.uuid() }),
  output: backupPoint,
  handler: ({ actor, params }) => getBackup(actor, params.backupId),
});

export const backupsRoutes = [board, list, read] as const;
