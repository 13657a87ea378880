import { z } from "zod";
import { defineRoute } from "#lib/api/define-route.ts";
import { makeDefaultTarget, removeTarget } from "#lib/backups/commands/manage-target.ts";
import { createTarget, updateTarget } from "#lib/backups/commands/save-target.ts";
import { settleOrphan } from "#lib/backups/commands/settle-orphan.ts";
import { startTargetCheck } from "#lib/backups/commands/start-target-check.ts";
import { getTarget } from "#lib/backups/queries/get-target.ts";
import { listTargets } from "#lib/backups/queries/list-targets.ts";
import { settleOrphanSchema } from "#lib/backups/schema/steps.ts";
import { targetInputSchema } from "#lib/backups/schema/target.ts";
import { targetList, targetView } from "#lib/backups/schema/target-views.ts";

const params = z.object({ targetId: z.uuid() });
const startedRun = z.object({ runId: z.number().int() });
const nothing = z.object({});

const list = defineRoute({
  method: "GET",
  path: "/backup-targets",
  action: "backupTargets.read",
  summary: "The places backups are put.",
  output: targetList,
  handler: ({ actor }) => listTargets(actor),
});

const create = defineRoute({
  method: "POST",
  path: "/backup-targets",
  action: "backupTargets.manage",
  summary: "Makes a target. Its secret is never given out again.",
  body: targetInputSchema.strict(),
  output: targetView,
  status: 201,
  handler: ({ actor, body }) => createTarget(actor, body),
});

const read = defineRoute({
  method: "GET",
  path: "/backup-targets/{targetId}",
  action: "backupTargets.read",
  summary: "One target: how its last check ended, and what lies there unknown.",
  params,
  output: targetView,
  handler: ({ actor, params: { targetId } }) => getTarget(actor, targetId),
});

const edit = defineRoute({
  method: "PUT",
  path: "/backup-targets/{targetId}",
  action: "backupTargets.manage",
  summary: "Changes a target; without a secret the one that is kept stays.",
  params,
  body: targetInputSchema.extend({ version: z.number().int() }).strict(),
  output: targetView,
  handler: ({ actor, params: { targetId }, body }) => updateTarget(actor, targetId, body),
});

const remove = defineRoute({
  method: "DELETE",
  path: "/backup-targets/{targetId}",
  action: "backupTargets.manage",
  summary: "Forgets a target that nothing uses; what is stored there stays there.",
  params,
  output: nothing,
  async handler({ actor, params: { targetId } }) {
    await removeTarget(actor, targetId);
    return {};
  },
});

const check = defineRoute({
  method: "POST",
  path: "/backup-targets/{targetId}/check",
  action: "backupTargets.manage",
  summary: "Compares what is in a target with what the panel knows; answers with the run.",
  params,
  output: startedRun,
  status: 202,
  handler: ({ actor, params: { targetId } }) => startTargetCheck(actor, targetId),
});

const prefer = defineRoute({
  method: "POST",
  path: "/backup-targets/{targetId}/default",
  action: "backupTargets.manage",
  summary: "New policies go to this target from now on.",
  params,
  output: nothing,
  async handler({ actor, params: { targetId } }) {
    await makeDefaultTarget(actor, targetId);
    return {};
  },
});

const settle = defineRoute({
  method: "POST",
  path: "/backup-targets/{targetId}/orphans/{orphanId}",
  action: "backupTargets.manage",
  summary:
    "Removes something that no backup names from a target, or takes it up as a restore point; answers with the run.",
  params: params.extend({ orphanId: z.uuid() }),
  body: settleOrphanSchema.strict(),
  output: startedRun,
  status: 202,
  handler: ({ actor, params: { targetId, orphanId }, body }) => settleOrphan(actor, { targetId, orphanId, ...body }),
});

export const backupTargetsRoutes = [list, create, read, edit, remove, check, prefer, settle] as const;
