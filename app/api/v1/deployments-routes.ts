import { z } from "zod";
import { defineRoute } from "#lib/api/define-route.ts";
import { breakGlass } from "#lib/releases/commands/break-glass.ts";
import { cancelDeployment } from "#lib/releases/commands/cancel-deployment.ts";
import { commentOnDeployment } from "#lib/releases/commands/comment.ts";
import { editDeployment } from "#lib/releases/commands/edit-deployment.ts";
import { proposeDeployment } from "#lib/releases/commands/propose.ts";
import { resubmitDeployment } from "#lib/releases/commands/resubmit.ts";
import { rollBack } from "#lib/releases/commands/roll-back.ts";
import { startByHand } from "#lib/releases/commands/start-deployment.ts";
import { DEPLOYMENT_STATES } from "#lib/releases/constants.ts";
import { compareRelease } from "#lib/releases/queries/compare-release.ts";
import { getDeployment } from "#lib/releases/queries/get-deployment.ts";
import { getFeasibility } from "#lib/releases/queries/get-feasibility.ts";
import { listDeployments } from "#lib/releases/queries/list-deployments.ts";
import { comparisonView, deploymentList, feasibilityView } from "#lib/releases/schema/comparison-views.ts";
import { deploymentView } from "#lib/releases/schema/deployment-views.ts";
import {
  breakGlassSchema,
  cancelSchema,
  commentSchema,
  comparisonSchema,
  editSchema,
  proposalSchema,
  rollbackSchema,
} from "#lib/releases/schema/release.ts";

const params = z.object({ deploymentId: z.uuid() });
const filter = {
  environment: z.string().max(20).optional(),
  state: z.enum(DEPLOYMENT_STATES).optional(),
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
};

const listOfService = defineRoute({
  method: "GET",
  path: "/services/{serviceName}/deployments",
  action: "deployments.read",
  summary: "A service's deployments, the newest first.",
  params: z.object({ serviceName: z.string().max(40) }),
  query: z.object(filter),
  output: deploymentList,
  handler: ({ actor, params: { serviceName }, query }) => listDeployments(actor, { ...query, serviceName }),
});

const list = defineRoute({
  method: "GET",
  path: "/deployments",
  action: "deployments.read",
  summary: "Deployments of all services, the newest first.",
  query: z.object(filter),
  output: deploymentList,
  handler: ({ actor, query }) => listDeployments(actor, query),
});

const read = defineRoute({
  method: "GET",
  path: "/deployments/{deploymentId}",
  action: "deployments.read",
  summary: "One deployment: what would run, what was found and answered, who approved which text.",
  params,
  output: deploymentView,
  handler: ({ actor, params: { deploymentId } }) => getDeployment(actor, deploymentId),
});

const compare = defineRoute({
  method: "POST",
  path: "/deployments/compare",
  action: "deployments.read",
  summary: "What bringing a release to an environment would change, and how many have to approve. Nothing is kept.",
  body: comparisonSchema,
  output: comparisonView,
  handler: ({ actor, body }) => compareRelease(actor, body),
});

const propose = defineRoute({
  method: "POST",
  path: "/deployments",
  action: "deployments.propose",
  summary: "Proposes a release for an environment, with the comparison's seal.",
  body: proposalSchema,
  output: deploymentView,
  status: 201,
  handler: ({ actor, body }) => proposeDeployment(actor, body),
});

const edit = defineRoute({
  method: "PUT",
  path: "/deployments/{deploymentId}",
  action: "deployments.propose",
  summary: "Writes an open proposal anew, against how things are now. Earlier approvals are void.",
  params,
  body: editSchema,
  output: deploymentView,
  handler: ({ actor, params: { deploymentId }, body }) => editDeployment(actor, deploymentId, body),
});

const start = defineRoute({
  method: "POST",
  path: "/deployments/{deploymentId}/start",
  action: "deployments.start",
  summary: "Starts an approved deployment now; otherwise the panel does when its time comes.",
  params,
  output: deploymentView,
  status: 202,
  handler: ({ actor, params: { deploymentId } }) => startByHand(actor, deploymentId),
});

const cancel = defineRoute({
  method: "POST",
  path: "/deployments/{deploymentId}/cancel",
  action: "deployments.cancel",
  summary: "Takes back a deployment that has not begun.",
  params,
  body: cancelSchema,
  output: deploymentView,
  handler: ({ actor, params: { deploymentId }, body }) => cancelDeployment(actor, deploymentId, body.reason),
});

const resubmit = defineRoute({
  method: "POST",
  path: "/deployments/{deploymentId}/resubmit",
  action: "deployments.propose",
  summary: "Proposes once more what ended without coming to run, against how things are now.",
  params,
  output: deploymentView,
  status: 201,
  handler: ({ actor, params: { deploymentId } }) => resubmitDeployment(actor, deploymentId),
});

const comment = defineRoute({
  method: "POST",
  path: "/deployments/{deploymentId}/comments",
  action: "deployments.comment",
  summary: "Says something about a deployment, for everybody who reads it.",
  params,
  body: commentSchema,
  output: deploymentView,
  status: 201,
  handler: ({ actor, params: { deploymentId }, body }) => commentOnDeployment(actor, deploymentId, body.text),
});

const glass = defineRoute({
  method: "POST",
  path: "/deployments/break-glass",
  action: "deployments.breakGlass",
  summary:
    "Brings a release to an environment without approval, at once. Every manager is told; a review is due in 24 h.",
  body: breakGlassSchema,
  output: deploymentView,
  status: 202,
  handler: ({ actor, body }) => breakGlass(actor, body),
});

const back = defineRoute({
  method: "POST",
  path: "/deployments/rollback",
  action: "deployments.rollBack",
  summary: "Goes back to an earlier deployment, with the settings and secrets of then.",
  body: rollbackSchema,
  output: deploymentView,
  status: 202,
  handler: ({ actor, body }) => rollBack(actor, body),
});

const feasibility = defineRoute({
  method: "GET",
  path: "/deployments/{deploymentId}/rollback-feasibility",
  action: "deployments.read",
  summary: "Whether one could go back to this deployment, and what speaks against it.",
  params,
  output: feasibilityView,
  handler: ({ actor, params: { deploymentId } }) => getFeasibility(actor, deploymentId),
});

export const deploymentsRoutes = [
  ...([listOfService, list, read, compare, propose, edit, start] as const),
  ...([cancel, resubmit, comment, glass, back, feasibility] as const),
] as const;
