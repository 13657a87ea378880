import { ZodError } from "zod";
import { ADD_ENVIRONMENT } from "#lib/checklists/add-environment.ts";
import { PROVISION } from "#lib/checklists/provision.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { logger } from "#lib/platform/logger.ts";
import type { RunHookInfo } from "#lib/runs/types.ts";
import { deleteSecret } from "#lib/secrets/commands.ts";
import { webhookSecretName } from "../queries/list-webhooks.ts";
import { adoptStack } from "./adopt-stack.ts";
import { forgetEnvironment } from "./forget-environment.ts";

const MAKES_STACK: readonly string[] = [PROVISION.key, ADD_ENVIRONMENT.key];

/**
 * What follows when a run has made a stack, or has taken one away: what runs there is a release like any other, or nothing runs there.
 * Called in the transaction that ends the run; safe to call twice.
 */
export async function followStackRun(tx: Tx, run: RunHookInfo): Promise<void> {
  if (run.state !== "succeeded") return;
  if (run.mode === "apply" && MAKES_STACK.includes(run.checklistKey)) return tryToAdopt(tx, run.id);
  if (run.mode !== "undo" || run.undoesRunId === null) return;
  const undone = await tx.run.findUnique({
    where: { id: run.undoesRunId },
    select: { checklistKey: true, serviceId: true, environment: true },
  });
  if (!undone?.serviceId || !MAKES_STACK.includes(undone.checklistKey)) return;
  await forgetEnvironment(tx, undone.serviceId, undone.environment ?? "");
  await forgetWebhooks(tx, undone.serviceId);
}

/** Nobody rings for a service that is gone, nor for a later one of its name. */
export async function forgetWebhooks(tx: Tx, serviceId: string): Promise<void> {
  const service = await tx.service.findUnique({ where: { id: serviceId }, select: { state: true } });
  if (service?.state !== "retired") return;
  const hooks = await tx.releaseWebhook.findMany({ where: { serviceId, removedAt: null }, select: { id: true } });
  await tx.releaseWebhook.updateMany({ where: { serviceId, removedAt: null }, data: { removedAt: new Date() } });
  for (const { id } of hooks) await deleteSecret(tx, webhookSecretName(id));
}

/** A run ends whether or not what it made can be described: then there is nothing to compare with until the next release. */
export async function tryToAdopt(tx: Tx, runId: number): Promise<void> {
  try {
    await adoptStack(tx, runId);
  } catch (error) {
    if (!(error instanceof AppError || error instanceof ZodError)) throw error;
    logger.warn({ runId, error: error.message }, "what a run put on the swarm is not taken up as a release");
  }
}
