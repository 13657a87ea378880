import { z } from "zod";
import { defineRoute } from "#lib/api/define-route.ts";
import { requestCheck } from "#lib/ticks/commands/request-check.ts";
import { BOARD_FILTERS, BOARD_SORTS } from "#lib/ticks/constants.ts";
import { listBoard } from "#lib/ticks/queries/list-board.ts";
import { listTicks } from "#lib/ticks/queries/list-ticks.ts";
import { boardPage, serviceTicks } from "#lib/ticks/schema.ts";

const params = z.object({ serviceName: z.string().max(40) });

const board = defineRoute({
  method: "GET",
  path: "/checklists/board",
  action: "services.list",
  summary: "Live services by how much of their checklists is still so, a page at a time.",
  query: z.object({
    /** A part of the service's name. */
    q: z.string().max(200).optional(),
    filter: z.enum(BOARD_FILTERS).optional(),
    sort: z.enum(BOARD_SORTS).optional(),
    after: z.string().max(60).optional(),
    limit: z.coerce.number().int().min(1).max(100).optional(),
  }),
  output: boardPage,
  handler: ({ actor, query }) => listBoard(actor, query),
});

const list = defineRoute({
  method: "GET",
  path: "/services/{serviceName}/ticks",
  action: "services.read",
  summary: "What of a service's checklist is still so, since when, and what was asked.",
  params,
  output: serviceTicks,
  handler: ({ actor, params: { serviceName } }) => listTicks(actor, serviceName),
});

const check = defineRoute({
  method: "POST",
  path: "/services/{serviceName}/ticks/check",
  action: "ticks.check",
  summary: "Has a live service's ticks looked at now instead of when their turn comes.",
  params,
  output: z.object({ requested: z.literal(true) }),
  handler: ({ actor, params: { serviceName } }) => requestCheck(actor, serviceName),
});

export const ticksRoutes = [board, list, check] as const;
