import type { Actor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { type DeploymentState, MOVING_STATES } from "../constants.ts";
import { findDeployment } from "../queries/find-deployment.ts";
import type { DeployJob } from "../queries/read-deploy-job.ts";
import { tellDeployment } from "./tell-deployment.ts";

type EndState = Extract<DeploymentState, "done" | "failed" | "rolled_back" | "void" | "cancelled">;

export interface DeploymentEnd {
  state: EndState;
  /** In words, for its page. */
  outcome: string;
}

export const asEngine = (runId: number): Actor => ({ kind: "system", name: "engine", requestId: `run-${runId}` });

/** Ends a deployment that is under way, once: a second end, or one by another run than its own, changes nothing. */
export async function endDeployment(
  tx: Tx,
  deployment: { id: string; runId: number; environmentId: string },
  { state, outcome }: DeploymentEnd,
): Promise<boolean> {
  const { id, runId, environmentId } = deployment;
  const now = new Date();
  const ended = await tx.deployment.updateMany({
    where: { id, runId, state: { in: [...MOVING_STATES] } },
    data: { state, outcome, finishedAt: now, version: { increment: 1 } },
  });
  if (ended.count === 0) return false;
  if (state === "done") await tx.environment.update({ where: { id: environmentId }, data: { currentId: id } });
  await recordAudit(tx, asEngine(runId), {
    action: `deployments.${state}`,
    subjectType: "deployment",
    subjectId: id,
    detail: { runId, outcome },
  });
  await tellDeployment(tx, await findDeployment(id, tx), state === "void" ? "void" : "finished");
  return true;
}

/** The same within a step of its run. */
export const endInStep = ({ row }: DeployJob, end: DeploymentEnd, ctx: StepContext): Promise<boolean> =>
  ctx.write((tx) => endDeployment(tx, { id: row.id, runId: ctx.run.id, environmentId: row.environmentId }, end));

/** Refuses to act for a deployment that has ended, or that another run carries out: an approval is used once. */
export function assertMoving({ row, state, label }: DeployJob, ctx: StepContext): void {
  if (row.runId === ctx.run.id && MOVING_STATES.includes(state)) return;
  throw new AppError({
    code: "releases.ended",
    message:
      row.runId === ctx.run.id
        ? `The deployment of ${label} has ended (${state.replace("_", " ")}), so nothing of it is done any more.`
        : `The deployment of ${label} belongs to another run; an approval is used once.`,
    advice: "Propose it again.",
  });
}

/** Its tasks run; now they are watched. */
export const noteSoaking = ({ row }: DeployJob, ctx: StepContext): Promise<unknown> =>
  ctx.write((tx) =>
    tx.deployment.updateMany({
      where: { id: row.id, runId: ctx.run.id, state: "running" },
      data: { state: "soaking", version: { increment: 1 } },
    }),
  );
