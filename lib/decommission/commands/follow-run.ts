import { z } from "zod";
import type { Tx } from "#lib/platform/db/client.ts";
import { forgetWebhooks } from "#lib/releases/commands/follow-stack.ts";
import { forgetEnvironment } from "#lib/releases/commands/forget-environment.ts";
import type { RunHookInfo } from "#lib/runs/types.ts";
import { retireService } from "#lib/services/commands/retire-service.ts";
import { CHECKLIST_KEY } from "../constants.ts";
import { startAgain } from "./start-again.ts";

const keepSchema = z.looseObject({ keep: z.array(z.string()) });

async function keepsSecrets(tx: Tx, runId: number): Promise<boolean> {
  const step = await tx.step.findFirst({ where: { runId, name: "services.prove-gone" }, select: { input: true } });
  return keepSchema.safeParse(step?.input).data?.keep.includes("secret") ?? false;
}

/** Steps after which something of the service is missing. */
const TAKES = ["resources.take-away", "services.archive-folder", "dns.release", "repository.retire", "backups.retire"];

/** Keeps a service's state in step with its end. Called in the transaction that changes the run; safe to call twice. */
export async function followDecommissionRun(tx: Tx, run: RunHookInfo): Promise<void> {
  const { serviceId } = run;
  if (run.checklistKey !== CHECKLIST_KEY || run.mode !== "apply" || serviceId === null) return;
  if (run.state === "succeeded") {
    const environments = await tx.environment.findMany({ where: { serviceId }, select: { name: true } });
    const keeps = await keepsSecrets(tx, run.id);
    for (const { name } of environments) await forgetEnvironment(tx, serviceId, name, { keepsSecrets: keeps });
    await retireService(tx, serviceId, { keepsSecrets: keeps });
    await forgetWebhooks(tx, serviceId);
    return;
  }
  const become = (state: string) =>
    tx.service.updateMany({ where: { id: serviceId }, data: { state, version: { increment: 1 } } });
  if (run.state !== "cancelled") return void (await become("decommissioning"));
  const begun = await tx.step.count({ where: { runId: run.id, name: { in: TAKES }, attempts: { gt: 0 } } });
  if (begun > 0) return;
  // Nothing was taken away: it is what it was.
  const service = await tx.service.findUniqueOrThrow({ where: { id: serviceId } });
  const before = service.retiredAt ? "retired" : service.liveAt ? "live" : "failed";
  await become(before);
  if (before === "live") await startAgain(tx, run.id, serviceId);
}
