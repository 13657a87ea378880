import { z } from "zod";
import { defineRoute } from "#lib/api/define-route.ts";
import { listRuns } from "#lib/runs/queries/list-runs.ts";
import { ACTIVE_STATES, RUN_MODES, RUN_STATES } from "#lib/runs/types.ts";

const personView = z.object({ id: z.string(), name: z.string() });
const instant = z.iso.datetime();

const runSummary = z.object({
  id: z.number().int(),
  mode: z.enum(RUN_MODES),
  title: z.string(),
  state: z.enum(RUN_STATES),
  service: personView.nullable(),
  environment: z.string().nullable(),
  requestedBy: personView.nullable(),
  createdAt: instant,
  startedAt: instant.nullable(),
  finishedAt: instant.nullable(),
  stepsTotal: z.number().int(),
  stepsDone: z.number().int(),
});

const list = defineRoute({
  method: "GET",
  path: "/runs",
  action: "runs.list",
  summary: "Runs, the newest first, a page at a time.",
  query: z.object({
    /** A run's number, or the beginning of a service's name. */
    q: z.string().max(100).optional(),
    /** `active`: everything that has not ended. */
    state: z.enum(["active", ...RUN_STATES]).optional(),
    /** `next` of the page before. */
    before: z.coerce.number().int().positive().optional(),
    limit: z.coerce.number().int().min(1).max(200).optional(),
  }),
  output: z.object({ runs: z.array(runSummary), next: z.number().int().nullable() }),
  handler: ({ actor, query: { q, state, before, limit } }) =>
    listRuns(actor, {
      ...(q ? { search: q } : {}),
      ...(state ? { states: state === "active" ? ACTIVE_STATES : [state] } : {}),
      ...(before ? { before } : {}),
      ...(limit ? { limit } : {}),
    }),
});

export const runListRoutes = [list] as const;
