import type { Tx } from "#lib/platform/db/client.ts";
import type { RunHookInfo } from "#lib/runs/types.ts";
import { DISTURBERS, MAKERS, REMAKERS } from "../constants.ts";
import { dueNow } from "./due-now.ts";
import { rebuildTicks } from "./rebuild-ticks.ts";

const ENDED: readonly string[] = ["succeeded", "failed", "cancelled"];

/**
 * When a run has made something, its items become ticks; when it has taken something away, they go; and whatever else a run
 * did to a service, its ticks are looked at anew. Called in the transaction that ends the run; safe to call twice.
 */
export async function followTicks(tx: Tx, run: RunHookInfo): Promise<void> {
  if (run.serviceId === null || !ENDED.includes(run.state) || run.mode === "plan" || run.mode === "verify") return;
  const makes = MAKERS.includes(run.checklistKey) || REMAKERS.includes(run.checklistKey);
  const takes = run.mode === "undo" || run.checklistKey === "decommission";
  if (run.state === "succeeded" && (makes || takes)) return rebuildTicks(tx, run.serviceId);
  if (DISTURBERS.includes(run.checklistKey) || run.mode === "undo") await dueNow(tx, run.serviceId);
}
