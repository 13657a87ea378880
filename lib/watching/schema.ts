import { z } from "zod";
import { MONITOR_STATES, OUTSIDE_WATCHERS, PAUSE_MINUTES_MAX, WATCHERS } from "./constants.ts";

const REASON_MAX = 300;
const minutes = z.number().int().min(1).max(PAUSE_MINUTES_MAX);

export const monitorInputSchema = z.strictObject({
  system: z.enum(WATCHERS),
  url: z.url({ protocol: /^https?$/ }),
  expectedStatus: z.number().int().min(100).max(599),
});
export type MonitorInput = z.output<typeof monitorInputSchema>;

export const pauseInputSchema = z.strictObject({ minutes, reason: z.string().max(REASON_MAX).optional() });
export const resumeInputSchema = z.strictObject({});

/** What the panel keeps of a monitor: what is asked, and what its own probe saw. */
export const monitorConfigSchema = z.object({
  url: z.string().default(""),
  expectedStatus: z.number().default(200),
  misses: z.number().default(0),
  words: z.string().nullable().default(null),
  since: z.string().nullable().default(null),
});
export type MonitorConfig = z.output<typeof monitorConfigSchema>;

export const quietRecordSchema = z.object({
  environment: z.string().nullable().default(null),
  monitors: z
    .array(z.object({ id: z.string(), system: z.enum(OUTSIDE_WATCHERS), externalId: z.string(), name: z.string() }))
    .default([]),
  quietAt: z.string().optional(),
  lookedAgain: z.literal(true).optional(),
  toldAt: z.string().optional(),
});

export const pauseMonitoringSchema = z.strictObject({
  minutes: minutes.describe("At most a day."),
  reason: z.string().trim().min(3, "Say why, for whoever looks for a missing alert.").max(REASON_MAX),
});
export type PauseMonitoring = z.output<typeof pauseMonitoringSchema>;

const person = z.object({ id: z.string(), name: z.string() });
const windowView = z.object({
  id: z.string(),
  reason: z.string(),
  environment: z.string().nullable(),
  runId: z.number().nullable(),
  openedBy: person.nullable(),
  startedAt: z.string(),
  endsAt: z.string(),
  endedAt: z.string().nullable(),
  monitors: z.array(z.string()),
  isEnding: z.boolean(),
  error: z.string().nullable(),
});

export const watchingView = z.object({
  monitors: z.array(
    z.object({
      id: z.string(),
      system: z.enum(WATCHERS),
      environment: z.string(),
      name: z.string(),
      url: z.string(),
      expectedStatus: z.number(),
      state: z.enum(MONITOR_STATES),
      words: z.string().nullable(),
      since: z.string().nullable(),
      checkedAt: z.string().nullable(),
    }),
  ),
  windows: z.array(windowView),
  may: z.object({ pause: z.boolean() }),
  notSetUp: z.array(z.string()),
});
