import { randomUUID } from "node:crypto";
import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { refuseWhileDeploying } from "#lib/backups/queries/refuse-while-deploying.ts";
import type { Prisma } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict } from "#lib/platform/errors.ts";
import { findEnvironment, findService, subjectOf } from "#lib/releases/queries/find-environment.ts";
import { type CreatedRun, createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { authorizeUpstream } from "../queries/authorize-upstream.ts";
import { compileMove } from "../queries/compile-move.ts";
import { listOpenMoves } from "../queries/find-open-move.ts";
import type { NewMove } from "../schema/move.ts";

const TITLE_MAX = 200;

/** Starts the move as it was planned. One at a time for each environment, and never together with a release. */
export async function startMove(
  actor: UserActor,
  serviceName: string,
  { planHash, ...wanted }: NewMove & { planHash: string },
): Promise<CreatedRun & { moveId: string }> {
  const started = await transaction(async (tx) => {
    const service = await findService(serviceName, tx);
    authorize(actor, "moves.start", subjectOf(service));
    await tx.$queryRaw`SELECT id FROM Service WHERE id = ${service.id} FOR UPDATE`;
    const environment = await findEnvironment(service.name, wanted.environment, tx);
    const [open] = await listOpenMoves(tx, service.id, environment.name);
    if (open)
      throw conflict(
        "moves.open",
        `Run ${open.runId} has begun to move it to ${open.toHost} and is not done.`,
        "Let that run go on, or go back from it first.",
      );
    await refuseWhileDeploying({ serviceId: service.id, environment: environment.name }, tx);
    const { context, steps, pinned, hash } = await compileMove(tx, service, wanted);
    if (Buffer.from(hash).toString("hex") !== planHash)
      throw conflict(
        "plan.stale",
        "Something the plan rests on has changed since it was made: a release, a record, a setting or a template.",
        "Look at the new plan, then move.",
      );
    authorizeUpstream(actor, service, context);
    if (context.stagingWaiver) authorize(actor, "moves.skipStaging", subjectOf(service));
    const moveId = randomUUID();
    const run = await createRun(tx, actor, {
      mode: "apply",
      checklist: pinned,
      title: `Move ${service.name} (${environment.name}) from ${context.fromHost} to ${context.toHost}`.slice(
        0,
        TITLE_MAX,
      ),
      ...{ serviceId: service.id, environment: environment.name },
      startKey: `move:${moveId}`,
      // The same as a deployment's: what is moved is not replaced meanwhile.
      exclusiveKey: `deploy:${environment.id}`,
      planHash: hash,
      steps,
    });
    await tx.move.create({
      data: {
        ...{ id: moveId, serviceId: service.id, environment: environment.name, runId: run.runId },
        ...{ fromHost: context.fromHost, toHost: context.toHost, budgetS: context.budgetS, requestedById: actor.id },
        plan: context as unknown as Prisma.InputJsonObject,
      },
    });
    await recordAudit(tx, actor, {
      action: "moves.start",
      ...{ subjectType: "service", subjectId: service.id },
      detail: {
        ...{ name: service.name, environment: environment.name, moveId, runId: run.runId },
        ...{ fromHost: context.fromHost, toHost: context.toHost, stagingWaiver: context.stagingWaiver },
      },
    });
    return { ...run, moveId };
  });
  await ringRun(started.runId);
  return started;
}
