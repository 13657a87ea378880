import { z } from "zod";
import { defineRoute } from "#lib/api/define-route.ts";
import { pauseMonitoring, resumeMonitoring } from "#lib/watching/commands/pause-monitoring.ts";
import { getWatching } from "#lib/watching/queries/get-watching.ts";
import { pauseMonitoringSchema, watchingView } from "#lib/watching/schema.ts";

const params = z.object({ serviceName: z.string().max(40) });

const read = defineRoute({
  method: "GET",
  path: "/services/{serviceName}/monitors",
  action: "monitors.read",
  summary: "Who watches a service, what each last said, and when they are quiet for maintenance.",
  params,
  output: watchingView,
  handler: ({ actor, params: { serviceName } }) => getWatching(actor, serviceName),
});

const pause = defineRoute({
  method: "POST",
  path: "/services/{serviceName}/monitors/pause",
  action: "monitors.pause",
  summary: "Pauses a service's monitors for so many minutes; they are resumed by themselves at the end.",
  params,
  body: pauseMonitoringSchema,
  output: z.object({ windowId: z.string() }),
  status: 201,
  handler: ({ actor, params: { serviceName }, body }) => pauseMonitoring(actor, serviceName, body),
});

const resume = defineRoute({
  method: "POST",
  path: "/services/{serviceName}/monitors/resume",
  action: "monitors.pause",
  summary: "Resumes a service's monitors, whoever had paused them through the panel.",
  params,
  output: z.object({ windows: z.number().int() }),
  handler: ({ actor, params: { serviceName } }) => resumeMonitoring(actor, serviceName),
});

export const monitorsRoutes = [read, pause, resume] as const;
