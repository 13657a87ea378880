import { z } from "zod";
import { defineRoute } from "#lib/api/define-route.ts";
import { startVerification } from "#lib/backups/commands/start-verification.ts";

const verify = defineRoute({
  method: "POST",
  path: "/backups/{backupId}/verify",
  action: "backups.verify",
  summary: "Restores a restore point into a throw-away place and compares it; answers with the run.",
  params: z.object({ backupId: z.uuid() }),
  output: z.object({ runId: z.number().int() }),
  status: 202,
  handler: ({ actor, params: { backupId } }) => startVerification(actor, backupId),
});

export const backupProofsRoutes = [verify] as const;
