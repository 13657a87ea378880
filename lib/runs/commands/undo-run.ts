import type { Actor } from "#lib/access/types.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, notFound } from "#lib/platform/errors.ts";
import { reverseDependencies } from "../graph.ts";
import { assertMayEverHandle, assertMayHandle } from "../own-run.ts";
import { ringRun } from "../ring.ts";
import { isFinished } from "../run-state.ts";
import type { CompiledStep, RunHook, RunState } from "../types.ts";
import { type CreatedRun, createRun } from "./create-run.ts";
import { lockRun } from "./lock-run.ts";
import { refuseUndoBeneath, refuseUndoOfGivenUp, refuseUndoOfLive } from "./refuse-overtaken.ts";

/**
 * Starts a run that takes away what this one made and is still there, the last first. Each step is done only when the ledger
 * says that nothing of it is left. Pressing twice is one undo run, until it has ended.
 */
export async function undoRun(actor: Actor, runId: number, hooks: readonly RunHook[]): Promise<CreatedRun> {
  assertMayEverHandle(actor, "undo");
  const created = await transaction(async (tx) => {
    const run = await lockRun(tx, runId);
    if (!run) throw notFound("run");
    await assertMayHandle(tx, actor, "undo", run);
    if (run.mode !== "apply") throw conflict("runs.nothing_to_undo", "Only a run that made something can be undone.");
    if (!isFinished(run.state as RunState))
      throw conflict("runs.active", "This run is still at work.", "Cancel it first, then undo it.");
    const earlier = await tx.run.findMany({
      where: { undoesRunId: runId },
      select: { id: true, state: true },
      orderBy: { id: "desc" },
    });
    const open = earlier.find((undo) => !isFinished(undo.state as RunState) || undo.state === "failed");
    if (open) return { runId: open.id, created: false };
    await refuseUndoOfLive(tx, run);
    await refuseUndoOfGivenUp(tx, run);
    await refuseUndoBeneath(tx, run);

    const steps = await tx.step.findMany({
      where: { runId },
      orderBy: { position: "asc" },
      include: {
        waitsFor: { include: { from: { select: { key: true } } } },
        _count: { select: { resources: { where: { state: { not: "gone" } } } } },
      },
    });
    const makers = new Set(steps.filter((step) => step._count.resources > 0).map((step) => step.key));
    if (makers.size === 0) throw conflict("runs.nothing_to_undo", "Nothing of what this run made is left.");
    const waits = reverseDependencies(
      steps.map((step) => ({ key: step.key, dependsOn: step.waitsFor.map((edge) => edge.from.key) })),
      makers,
    );
    const undo = await createRun(tx, actor, {
      mode: "undo",
      checklist: { key: run.checklistKey, version: 1 },
      title: `Undo: ${run.title}`.slice(0, 200),
      serviceId: run.serviceId,
      environment: run.environment,
      undoesRunId: runId,
      startKey: `undo:${runId}:${earlier.length}`,
      exclusiveKey: run.exclusiveName,
      steps: steps
        .filter((step) => makers.has(step.key))
        .reverse()
        .map(
          (step): CompiledStep => ({
            key: step.key,
            name: step.name,
            title: step.title,
            input: step.input as Record<string, unknown>,
            dependsOn: waits.get(step.key) ?? [],
          }),
        ),
    });
    for (const hook of hooks)
      await hook(tx, { ...run, id: undo.runId, mode: "undo", state: "pending", undoesRunId: runId });
    return undo;
  });
  if (created.created) await ringRun(created.runId);
  return created;
}
