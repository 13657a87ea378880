import { z } from "zod";
import { defineRoute } from "#lib/api/define-route.ts";
import { takeBackup } from "#lib/backups/commands/take-backup.ts";

const take = defineRoute({
  method: "POST",
  path: "/services/{serviceName}/backups",
  action: "backups.take",
  summary: "Takes a backup now and proves it by a restore; answers with the run.",
  params: z.object({ serviceName: z.string().max(40) }),
  output: z.object({ runId: z.number().int() }),
  status: 202,
  handler: ({ actor, params }) => takeBackup(actor, params.serviceName),
});

export const backupsRoutes = [take] as const;
