import type { Tx } from "#lib/platform/db/client.ts";
import { isFinished } from "#lib/runs/run-state.ts";
import type { RunHookInfo } from "#lib/runs/types.ts";
import { closeMaintenance } from "../maintenance/close-window.ts";
import { openMaintenance } from "../maintenance/open-window.ts";
import { pauseInputSchema, quietRecordSchema } from "../schema.ts";

/**
 * A run that has ended, however it did, keeps nothing quiet. One that goes on after a failure is as risky as it was: what it had
 * paused is paused again, unless it had come so far as to resume it. Safe to call twice.
 */
export async function followMaintenanceRun(tx: Tx, run: RunHookInfo): Promise<void> {
  if (run.mode !== "apply" || run.serviceId === null) return;
  if (isFinished(run.state)) return closeMaintenance(tx, { runId: run.id });
  const last = await tx.maintenanceWindow.findFirst({
    where: { runId: run.id },
    orderBy: { startedAt: "desc" },
    select: { reason: true, openedById: true, endedAt: true, paused: true },
  });
  if (!last?.endedAt) return;
  const steps = await tx.step.findMany({
    where: { runId: run.id, name: { in: ["watching.pause", "watching.resume"] } },
    select: { name: true, state: true, input: true },
  });
  const pause = steps.find(({ name, state }) => name === "watching.pause" && state === "succeeded");
  const isResumed = !steps.some(({ name, state }) => name === "watching.resume" && state !== "succeeded");
  const input = pauseInputSchema.safeParse(pause?.input).data;
  if (!input || isResumed) return;
  const { environment } = quietRecordSchema.parse(last.paused);
  await openMaintenance(tx, {
    ...{ serviceId: run.serviceId, environment, runId: run.id, openedById: last.openedById },
    ...{ reason: last.reason, minutes: input.minutes },
  });
}
