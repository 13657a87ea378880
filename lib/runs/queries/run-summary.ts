import type { Prisma } from "#lib/platform/db/client.ts";
import type { RunMode, RunState, RunSummary } from "../types.ts";

/** What a run's line in a list needs. */
export const SUMMARY = {
  id: true,
  mode: true,
  title: true,
  state: true,
  environment: true,
  createdAt: true,
  startedAt: true,
  finishedAt: true,
  stepsTotal: true,
  stepsDone: true,
  service: { select: { id: true, name: true } },
  requestedBy: { select: { id: true, displayName: true } },
} as const satisfies Prisma.RunSelect;

export const toIso = (date: Date | null) => date?.toISOString() ?? null;

export function toSummary(row: Prisma.RunGetPayload<{ select: typeof SUMMARY }>): RunSummary {
  return {
    id: row.id,
    mode: row.mode as RunMode,
    title: row.title,
    state: row.state as RunState,
    service: row.service,
    environment: row.environment,
    requestedBy: row.requestedBy ? { id: row.requestedBy.id, name: row.requestedBy.displayName } : null,
    createdAt: row.createdAt.toISOString(),
    startedAt: toIso(row.startedAt),
    finishedAt: toIso(row.finishedAt),
    stepsTotal: row.stepsTotal,
    stepsDone: row.stepsDone,
  };
}
