import { z } from "zod";
import { defineRoute } from "#lib/api/define-route.ts";
import { goBack } from "#lib/moves/commands/go-back.ts";
import { planMove } from "#lib/moves/commands/plan-move.ts";
import { startMove } from "#lib/moves/commands/start-move.ts";
import { getMoveOfRun, listMoves } from "#lib/moves/queries/list-moves.ts";
import { movePlanView, movesView, moveView, newMoveSchema, startMoveSchema } from "#lib/moves/schema/move.ts";
import { runParams } from "./run-params.ts";

const serviceParams = z.object({ serviceName: z.string().max(40) });
const startedRun = z.object({ runId: z.number().int(), created: z.boolean() });

const list = defineRoute({
  method: "GET",
  path: "/services/{serviceName}/moves",
  action: "moves.read",
  summary: "Where a service runs, where it could move to, and its moves so far.",
  params: serviceParams,
  output: movesView,
  handler: ({ actor, params: { serviceName } }) => listMoves(actor, serviceName),
});

const plan = defineRoute({
  method: "POST",
  path: "/services/{serviceName}/moves/plan",
  action: "moves.start",
  summary: "What moving an environment to another host would do, touching nothing; its hash is needed to move it.",
  params: serviceParams,
  body: newMoveSchema,
  output: movePlanView,
  handler: ({ actor, params: { serviceName }, body }) => planMove(actor, serviceName, body),
});

const start = defineRoute({
  method: "POST",
  path: "/services/{serviceName}/moves",
  action: "moves.start",
  summary: "Moves an environment to another host as it was planned; answers with the run.",
  params: serviceParams,
  body: startMoveSchema,
  output: startedRun.extend({ moveId: z.string() }),
  status: 202,
  handler: ({ actor, params: { serviceName }, body }) => startMove(actor, serviceName, body),
});

const back = defineRoute({
  method: "POST",
  path: "/moves/{moveId}/back",
  action: "moves.start",
  summary: "Lets the old host serve again, until its names point elsewhere; answers with the run.",
  params: z.object({ moveId: z.uuid() }),
  output: startedRun,
  status: 202,
  handler: ({ actor, params: { moveId } }) => goBack(actor, moveId),
});

const ofRun = defineRoute({
  method: "GET",
  path: "/runs/{runId}/move",
  action: "moves.read",
  summary: "The move that a run carries out or goes back from, with its downtime and budget.",
  params: runParams,
  output: z.object({ move: moveView.nullable() }),
  handler: async ({ actor, params: { runId } }) => ({ move: await getMoveOfRun(actor, runId) }),
});

export const movesRoutes = [list, plan, start, back, ofRun] as const;
