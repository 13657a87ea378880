import { z } from "zod";
import { defineRoute } from "#lib/api/define-route.ts";
import { decideDeployment } from "#lib/releases/commands/decide.ts";
import { removeApprovalRule, saveApprovalRule } from "#lib/releases/commands/manage-approval-rules.ts";
import { endDelegation, lendVote } from "#lib/releases/commands/manage-delegations.ts";
import { reviewDeployment } from "#lib/releases/commands/review.ts";
import { listApprovalRules } from "#lib/releases/queries/list-approval-rules.ts";
import { listApprovals } from "#lib/releases/queries/list-approvals.ts";
import { listDelegations } from "#lib/releases/queries/list-delegations.ts";
import { approvalRuleSchema } from "#lib/releases/schema/approval-rule.ts";
import { approvalRuleList, delegationList } from "#lib/releases/schema/calendar-views.ts";
import { approvalsQueue } from "#lib/releases/schema/comparison-views.ts";
import { deploymentView } from "#lib/releases/schema/deployment-views.ts";
import { decisionSchema, delegationSchema, reviewSchema } from "#lib/releases/schema/release.ts";

const deploymentParams = z.object({ deploymentId: z.uuid() });
const ruleParams = z.object({ ruleId: z.uuid() });

const decide = defineRoute({
  method: "POST",
  path: "/deployments/{deploymentId}/decisions",
  action: "deployments.decide",
  summary: "Approves or rejects the text with this seal. Nobody who asked for it or made a part of it may.",
  params: deploymentParams,
  body: decisionSchema,
  output: deploymentView,
  handler: ({ actor, params: { deploymentId }, body }) => decideDeployment(actor, deploymentId, body),
});

const review = defineRoute({
  method: "POST",
  path: "/deployments/{deploymentId}/review",
  action: "deployments.review",
  summary: "Says what somebody else found who looked at what was released without approval.",
  params: deploymentParams,
  body: reviewSchema,
  output: deploymentView,
  handler: ({ actor, params: { deploymentId }, body }) => reviewDeployment(actor, deploymentId, body.comment),
});

const queue = defineRoute({
  method: "GET",
  path: "/approvals",
  action: "deployments.decide",
  summary: "What waits for the reader's vote or review, and what they asked for themselves.",
  output: approvalsQueue,
  handler: ({ actor }) => listApprovals(actor),
});

const listRules = defineRoute({
  method: "GET",
  path: "/approval-rules",
  action: "approvalRules.read",
  summary: "How many have to approve where.",
  output: approvalRuleList,
  handler: ({ actor }) => listApprovalRules(actor),
});

const addRule = defineRoute({
  method: "POST",
  path: "/approval-rules",
  action: "approvalRules.manage",
  summary: "Adds a rule: of all that fit the highest number counts.",
  body: approvalRuleSchema,
  output: approvalRuleList,
  status: 201,
  handler: ({ actor, body }) => saveApprovalRule(actor, body),
});

const editRule = defineRoute({
  method: "PUT",
  path: "/approval-rules/{ruleId}",
  action: "approvalRules.manage",
  summary: "Changes a rule, for what is proposed from now on.",
  params: ruleParams,
  body: approvalRuleSchema,
  output: approvalRuleList,
  handler: ({ actor, params: { ruleId }, body }) => saveApprovalRule(actor, body, ruleId),
});

const removeRule = defineRoute({
  method: "DELETE",
  path: "/approval-rules/{ruleId}",
  action: "approvalRules.manage",
  summary: "Takes a rule away, for what is proposed from now on.",
  params: ruleParams,
  output: approvalRuleList,
  handler: ({ actor, params: { ruleId } }) => removeApprovalRule(actor, ruleId),
});

const listLent = defineRoute({
  method: "GET",
  path: "/delegations",
  action: "delegations.read",
  summary: "Votes that are lent: all of them for whoever has one to lend, else one's own.",
  output: delegationList,
  handler: ({ actor }) => listDelegations(actor),
});

const lend = defineRoute({
  method: "POST",
  path: "/delegations",
  action: "delegations.manage",
  summary: "Lends one's vote to somebody for a time.",
  body: delegationSchema,
  output: delegationList,
  status: 201,
  handler: ({ actor, body }) => lendVote(actor, body),
});

const takeBack = defineRoute({
  method: "DELETE",
  path: "/delegations/{delegationId}",
  action: "delegations.manage",
  summary: "Takes a lent vote back, at once.",
  params: z.object({ delegationId: z.uuid() }),
  output: delegationList,
  handler: ({ actor, params: { delegationId } }) => endDelegation(actor, delegationId),
});

export const approvalsRoutes = [
  ...([decide, review, queue, listRules, addRule, editRule, removeRule] as const),
  ...([listLent, lend, takeBack] as const),
] as const;
