import type { z } from "zod";
import type {
  approvalRuleList,
  approvalRuleView,
  calendarRuleList,
  calendarRuleView,
  delegationList,
  delegationView,
  deploymentsCalendar,
} from "./schema/calendar-views.ts";
import type {
  approvalsQueue,
  comparisonView,
  deploymentList,
  feasibilityView,
  queueRow,
} from "./schema/comparison-views.ts";
import type { approvalView, deploymentView, differenceView, evidenceSchema } from "./schema/deployment-views.ts";
import type {
  deploymentRow,
  environmentConfigView,
  environmentList,
  environmentPlan,
  environmentView,
  hookAnswer,
  madeWebhook,
  registryCredentialView,
  releaseList,
  releaseListRow,
  releaseView,
  webhookList,
  webhookView,
} from "./schema/views.ts";

// What pages are given. Times are ISO texts.

export type EnvironmentView = z.output<typeof environmentView>;
export type EnvironmentList = z.output<typeof environmentList>;
export type EnvironmentPlan = z.output<typeof environmentPlan>;
export type EnvironmentConfigView = z.output<typeof environmentConfigView>;
export type ReleaseListRow = z.output<typeof releaseListRow>;
export type ReleaseList = z.output<typeof releaseList>;
export type ReleaseView = z.output<typeof releaseView>;
export type DeploymentRow = z.output<typeof deploymentRow>;
export type DeploymentView = z.output<typeof deploymentView>;
export type DifferenceView = z.output<typeof differenceView>;
export type EvidenceView = z.output<typeof evidenceSchema>;
export type ApprovalView = z.output<typeof approvalView>;
export type RegistryCredentialView = z.output<typeof registryCredentialView>;
export type WebhookView = z.output<typeof webhookView>;
export type WebhookList = z.output<typeof webhookList>;
export type MadeWebhook = z.output<typeof madeWebhook>;
export type HookAnswer = z.output<typeof hookAnswer>;
export type ComparisonView = z.output<typeof comparisonView>;
export type FeasibilityView = z.output<typeof feasibilityView>;
export type QueueRow = z.output<typeof queueRow>;
export type ApprovalsQueue = z.output<typeof approvalsQueue>;
export type DeploymentList = z.output<typeof deploymentList>;
export type CalendarRuleView = z.output<typeof calendarRuleView>;
export type CalendarRuleList = z.output<typeof calendarRuleList>;
export type DeploymentsCalendar = z.output<typeof deploymentsCalendar>;
export type ApprovalRuleView = z.output<typeof approvalRuleView>;
export type ApprovalRuleList = z.output<typeof approvalRuleList>;
export type DelegationView = z.output<typeof delegationView>;
export type DelegationList = z.output<typeof delegationList>;
