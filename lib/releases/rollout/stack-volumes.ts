import { findVolume } from "#lib/integrations/docker/swarm.ts";
import { createLedger } from "#lib/runs/ledger.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { claimVolumes, recordVolumes } from "#lib/swarm/ensure.ts";
import { listVolumes } from "#lib/swarm/steps/stack.ts";
import { findStackStep } from "../queries/find-stack-step.ts";
import type { AppSpec } from "./app-spec.ts";

/** The volumes of a release, and in whose ledger they are noted. */
export interface StackVolumes {
  names: string[];
  maker: StepContext;
}

/**
 * Before Docker is told: one that is somebody else's is refused, one that is not there yet is noted as about to be made. A volume
 * that a release brings is its stack's, which outlives every deployment: it goes with the stack, by the undo of the step that made
 * that, and not when a deployment is taken back.
 */
export async function claimStackVolumes({ spec, input }: AppSpec, ctx: StepContext): Promise<StackVolumes> {
  const step = ctx.service && (await findStackStep(ctx.service.id, spec.Name));
  if (!step) return { names: [], maker: ctx };
  const names = listVolumes([spec]);
  const maker = { ...ctx, ledger: createLedger(step, ctx.write) };
  await claimVolumes(names, input, maker);
  return { names, maker };
}

/** Every task runs, so each of them is there. */
export const recordStackVolumes = ({ names, maker }: StackVolumes): Promise<void> => recordVolumes(names, maker);

/** A release that failed may have left them: those that are seen are noted, the others stay planned. */
export async function recordLeftVolumes({ names, maker }: StackVolumes): Promise<void> {
  const left: string[] = [];
  for (const name of names) if (await findVolume(name, maker.signal)) left.push(name);
  await recordVolumes(left, maker);
}
