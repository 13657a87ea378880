import { z } from "zod";
import { defineRoute } from "#lib/api/define-route.ts";
import { RUN_HOOKS } from "#lib/hooks/run-hooks.ts";
import { cancelRun } from "#lib/runs/commands/cancel-run.ts";
import { confirmStep } from "#lib/runs/commands/confirm-step.ts";
import { retryRun } from "#lib/runs/commands/retry-run.ts";
import { undoRun } from "#lib/runs/commands/undo-run.ts";
import { getRun } from "#lib/runs/queries/get-run.ts";
import { listRuns } from "#lib/runs/queries/list-runs.ts";
import { runSummary, runView } from "#lib/runs/schema.ts";
import { ACTIVE_STATES, RUN_STATES } from "#lib/runs/types.ts";
import { rowId, runParams } from "./run-params.ts";

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
    before: rowId.optional(),
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

const read = defineRoute({
  method: "GET",
  path: "/runs/{runId}",
  action: "runs.read",
  summary: "A run with its steps, their attempts and what they made.",
  params: runParams,
  output: runView,
  handler: ({ actor, params }) => getRun(actor, params.runId),
});

const retry = defineRoute({
  method: "POST",
  path: "/runs/{runId}/retry",
  action: "runs.retry",
  summary: "Tries the failed steps again; what is done stays done, and old logs are kept.",
  params: runParams,
  output: runView,
  handler: async ({ actor, params }) => {
    await retryRun(actor, params.runId, RUN_HOOKS);
    return getRun(actor, params.runId);
  },
});

const cancel = defineRoute({
  method: "POST",
  path: "/runs/{runId}/cancel",
  action: "runs.cancel",
  summary: "Stops a run before its next outside call; what was made stays.",
  params: runParams,
  output: runView,
  handler: async ({ actor, params }) => {
    await cancelRun(actor, params.runId, RUN_HOOKS);
    return getRun(actor, params.runId);
  },
});

const undo = defineRoute({
  method: "POST",
  path: "/runs/{runId}/undo",
  action: "runs.undo",
  summary: "Starts a run that takes away what this one made; answers with that run.",
  params: runParams,
  output: z.object({ runId: z.number().int(), created: z.boolean() }),
  status: 202,
  handler: ({ actor, params }) => undoRun(actor, params.runId, RUN_HOOKS),
});

const confirm = defineRoute({
  method: "POST",
  path: "/steps/{stepId}/confirm",
  action: "runs.confirmStep",
  summary: "Says that a manual step is done, with a note or what else it asks for; answers with its run.",
  params: z.object({ stepId: rowId }),
  body: z.strictObject({
    note: z.string().max(10_000),
    /** `rev` of the item as it was read: 409 when somebody wrote in the meantime. */
    itemRev: z.number().int().positive().optional(),
  }),
  output: runView,
  handler: async ({ actor, params, body }) => {
    const { runId } = await confirmStep(actor, params.stepId, body, RUN_HOOKS);
    return getRun(actor, runId);
  },
});

export const runsRoutes = [list, read, retry, cancel, undo, confirm] as const;
