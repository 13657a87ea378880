import { compileChecklist, hashSteps } from "#lib/checklists/compile.ts";
import { MOVE, type MoveRun } from "#lib/checklists/move.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import type { CompiledStep } from "#lib/runs/types.ts";
import { type PinnedChecklist, readArranged, readLastAnswers } from "#lib/templates/queries/read-published.ts";
import type { NewMove } from "../schema/move.ts";
import { readMoveContext } from "./read-context.ts";

interface CompiledMove {
  context: MoveRun;
  steps: CompiledStep[];
  pinned: PinnedChecklist;
  hash: Uint8Array<ArrayBuffer>;
}

/** A move's steps: the same for the plan a person reads and for the run that follows, or the plan is stale. */
export async function compileMove(
  tx: Tx,
  service: { id: string; name: string },
  wanted: NewMove,
): Promise<CompiledMove> {
  const context = await readMoveContext(tx, service.name, wanted);
  const { checklist, pinned } = await readArranged(tx, MOVE, await readLastAnswers(tx, service.id));
  const steps = compileChecklist(checklist, context);
  return { context, steps, pinned, hash: hashSteps(steps, pinned.templateVersion) };
}
