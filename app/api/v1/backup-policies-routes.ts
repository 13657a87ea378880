import { z } from "zod";
import { defineRoute } from "#lib/api/define-route.ts";
import { pinBackup, unpinBackup } from "#lib/backups/commands/pin-backup.ts";
import { removeBackup } from "#lib/backups/commands/remove-backup.ts";
import { runPolicy } from "#lib/backups/commands/run-policy.ts";
import { createPolicy, deletePolicy, updatePolicy } from "#lib/backups/commands/save-policy.ts";
import { getPolicy } from "#lib/backups/queries/get-policy.ts";
import { listPolicies } from "#lib/backups/queries/list-policies.ts";
import { previewPolicy } from "#lib/backups/queries/preview-policy.ts";
import { readBackupHealth } from "#lib/backups/queries/read-backup-health.ts";
import { editPolicySchema, newPolicySchema } from "#lib/backups/schema/policy.ts";
import {
  backupHealth,
  policyList,
  policyPreview,
  policyPreviewRequest,
  policyView,
} from "#lib/backups/schema/policy-views.ts";

const policyParams = z.object({ policyId: z.uuid() });
const backupParams = z.object({ backupId: z.uuid() });
const startedRun = z.object({ runId: z.number().int() });
const nothing = z.object({});

const list = defineRoute({
  method: "GET",
  path: "/backup-policies",
  action: "backups.read",
  summary: "Backup policies, of one service when it is named.",
  query: z.object({ service: z.string().max(40).optional() }),
  output: policyList,
  handler: ({ actor, query }) => listPolicies(actor, query),
});

const create = defineRoute({
  method: "POST",
  path: "/backup-policies",
  action: "backupPolicies.edit",
  summary: "Makes a backup policy for a service, or for the panel itself.",
  body: newPolicySchema.strict(),
  output: policyView,
  status: 201,
  handler: ({ actor, body }) => createPolicy(actor, body),
});

const preview = defineRoute({
  method: "POST",
  path: "/backup-policies/preview",
  action: "backups.read",
  summary: "Says when a policy with these settings would start, and which points it would keep.",
  body: policyPreviewRequest,
  output: policyPreview,
  handler: ({ actor, body }) => previewPolicy(actor, body),
});

const read = defineRoute({
  method: "GET",
  path: "/backup-policies/{policyId}",
  action: "backups.read",
  summary: "One backup policy.",
  params: policyParams,
  output: policyView,
  handler: ({ actor, params }) => getPolicy(actor, params.policyId),
});

const edit = defineRoute({
  method: "PUT",
  path: "/backup-policies/{policyId}",
  action: "backupPolicies.edit",
  summary: "Puts a policy's settings; refused when somebody saved it after `version` was read.",
  params: policyParams,
  body: editPolicySchema.strict(),
  output: policyView,
  handler: ({ actor, params, body }) => updatePolicy(actor, params.policyId, body),
});

const remove = defineRoute({
  method: "DELETE",
  path: "/backup-policies/{policyId}",
  action: "backupPolicies.edit",
  summary: "Ends a policy; its points stay and are no longer pruned.",
  params: policyParams,
  output: nothing,
  async handler({ actor, params }) {
    await deletePolicy(actor, params.policyId);
    return {};
  },
});

const run = defineRoute({
  method: "POST",
  path: "/backup-policies/{policyId}/run",
  action: "backups.take",
  summary: "Takes a backup now and proves it as the policy says; answers with the run.",
  params: policyParams,
  output: startedRun,
  status: 202,
  handler: ({ actor, params }) => runPolicy(actor, params.policyId),
});

const pin = defineRoute({
  method: "PUT",
  path: "/backups/{backupId}/pin",
  action: "backups.pin",
  summary: "Keeps a point whatever its policy's retention says.",
  params: backupParams,
  body: z.strictObject({ reason: z.string().trim().min(3, "Say why it is kept.").max(300) }),
  output: nothing,
  async handler({ actor, params, body }) {
    await pinBackup(actor, params.backupId, body.reason);
    return {};
  },
});

const unpin = defineRoute({
  method: "DELETE",
  path: "/backups/{backupId}/pin",
  action: "backups.unpin",
  summary: "Leaves a point to its policy's retention again.",
  params: backupParams,
  output: nothing,
  async handler({ actor, params }) {
    await unpinBackup(actor, params.backupId);
    return {};
  },
});

const removePoint = defineRoute({
  method: "DELETE",
  path: "/backups/{backupId}",
  action: "backups.remove",
  summary: "Removes one point's objects; refused for what is pinned, locked, in use, or the last one proven.",
  params: backupParams,
  output: startedRun,
  status: 202,
  handler: ({ actor, params }) => removeBackup(actor, params.backupId),
});

const healthy = defineRoute({
  method: "GET",
  path: "/backups/health",
  action: "backups.read",
  summary:
    "For a monitor outside: 200 when all is well, else 503 and which backups or proofs are overdue, which targets fail, and which points are missing.",
  output: backupHealth,
  handler: ({ actor }) => readBackupHealth(actor),
});

/** A monitor looks at the status alone. */
const health: typeof healthy = {
  ...healthy,
  async respond(call) {
    const response = await healthy.respond(call);
    const troubles = Object.values(backupHealth.parse(await response.clone().json()));
    return troubles.every((all) => all.length === 0)
      ? response
      : new Response(response.body, { status: 503, headers: response.headers });
  },
};

export const backupPoliciesRoutes = [
  list,
  create,
  preview,
  read,
  edit,
  remove,
  run,
  pin,
  unpin,
  removePoint,
  health,
] as const;
