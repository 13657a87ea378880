import { AppError } from "#lib/platform/errors.ts";
import { createLedger } from "#lib/runs/ledger.ts";
import type { AnyStep, FindStep, StepContext } from "#lib/steps/types.ts";
import type { MakerStep } from "../queries/read-maker.ts";

/** The context in which a maker's own `undo` finds what it made: its ledger, its environment, its key. */
export function asMaker(ctx: StepContext, maker: MakerStep): StepContext {
  const owner = { stepId: maker.id, stepName: maker.name, serviceId: maker.run.serviceId };
  return {
    ...ctx,
    run: { ...ctx.run, mode: "undo" },
    step: { ...ctx.step, key: maker.key },
    environment: maker.run.environment,
    output: () => undefined,
    ledger: createLedger(owner, ctx.write),
  };
}

export async function findDefinition(findMaker: FindStep, name: string): Promise<AnyStep> {
  const found = await findMaker(name);
  if (found) return found;
  throw new AppError({
    code: "step.unknown",
    message: `This worker has no step "${name}", which made it.`,
    retry: "retry",
  });
}
