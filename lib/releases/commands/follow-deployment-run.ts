import { compileChecklist } from "#lib/checklists/compile.ts";
import { DEPLOY, WRITE_EVIDENCE } from "#lib/checklists/deploy.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import type { RunHookInfo } from "#lib/runs/types.ts";
import { MOVING_STATES } from "../constants.ts";
import { asEngine, type DeploymentEnd, endDeployment } from "./end-deployment.ts";
import { putBackCancelled } from "./put-back-cancelled.ts";

const ENDED: readonly string[] = ["failed", "cancelled", "succeeded"];

/**
 * Ends a deployment whose run ended without its steps having said how, and has the evidence of every one that did not go through
 * written down. One that has ended stays so, whatever becomes of its run. Called in the transaction that changes the run; safe
 * to call twice.
 */
export async function followDeploymentRun(tx: Tx, run: RunHookInfo): Promise<void> {
  if (run.checklistKey !== DEPLOY.key || run.mode !== "apply" || !ENDED.includes(run.state)) return;
  const row = await tx.deployment.findFirst({
    where: { runId: run.id },
    include: {
      environment: { select: { id: true, name: true, serviceId: true, service: { select: { name: true } } } },
      release: { select: { number: true } },
    },
  });
  if (!row) return;
  if (MOVING_STATES.some((state) => state === row.state)) {
    const deployment = { id: row.id, runId: run.id, environmentId: row.environmentId };
    const end = await describeEnd(tx, run);
    if (end) await endDeployment(tx, deployment, end);
    else await putBackCancelled(tx, deployment);
  }
  if (run.state === "succeeded") return;
  const { environment, release } = row;
  const label = `release ${release.number} of ${environment.service.name} to ${environment.name}`;
  await createRun(tx, asEngine(run.id), {
    mode: "apply",
    checklist: { key: WRITE_EVIDENCE.key, version: WRITE_EVIDENCE.version },
    title: `Evidence of ${label}`.slice(0, 200),
    serviceId: environment.serviceId,
    environment: environment.name,
    startKey: `evidence:${row.id}`,
    steps: compileChecklist(WRITE_EVIDENCE, { deploymentId: row.id, label }),
  });
}

const readMessage = (error: unknown): string | null =>
  typeof error === "object" && error !== null && "message" in error ? String(error.message) : null;

/** Null: somebody cancelled it when tasks were being replaced, so that what ran before has to come back. */
async function describeEnd(tx: Tx, run: RunHookInfo): Promise<DeploymentEnd | null> {
  const steps = await tx.step.findMany({
    where: { runId: run.id },
    select: { name: true, title: true, state: true, error: true, attempts: true, checkpoint: true },
    orderBy: { position: "asc" },
  });
  const failed = steps.find(({ state }) => state === "failed");
  const reason =
    run.state === "cancelled"
      ? "Its run was cancelled."
      : failed
        ? `${failed.title}: ${readMessage(failed.error) ?? "it failed."}`
        : "Its run ended early.";
  const begun = (name: string) => steps.some((step) => step.name === name && step.attempts > 0);
  const rollout = steps.find(({ name }) => name === "releases.rollout");
  if (rollout?.checkpoint && run.state === "cancelled") return null;
  if (rollout?.checkpoint)
    return {
      state: "failed",
      outcome: `${reason} The rollout had begun, so that either release may serve now: look at its tasks, then roll back or deploy again.`,
    };
  if (begun("releases.migrate"))
    return {
      state: "failed",
      outcome: `${reason} No task was replaced. Its migrations may have run in part: the run's log says how far.`,
    };
  return { state: run.state === "cancelled" ? "cancelled" : "failed", outcome: `${reason} Nothing was touched.` };
}
