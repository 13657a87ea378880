import type { z } from "zod";
import type { runLink } from "../schema.ts";
import type { RunMode, RunState } from "../types.ts";

/** What a link to a run shows, as Prisma selects it. */
export const RUN_LINK = {
  id: true,
  title: true,
  mode: true,
  state: true,
  createdAt: true,
  startedAt: true,
  finishedAt: true,
  stepsTotal: true,
  stepsDone: true,
} as const;

interface RunRow {
  id: number;
  title: string;
  mode: string;
  state: string;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  stepsTotal: number;
  stepsDone: number;
}

export const toRunLink = (run: RunRow): z.output<typeof runLink> => ({
  id: run.id,
  title: run.title,
  mode: run.mode as RunMode,
  state: run.state as RunState,
  createdAt: run.createdAt.toISOString(),
  startedAt: run.startedAt?.toISOString() ?? null,
  finishedAt: run.finishedAt?.toISOString() ?? null,
  stepsTotal: run.stepsTotal,
  stepsDone: run.stepsDone,
});
