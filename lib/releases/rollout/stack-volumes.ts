import { findVolume } from "#lib/integrations/docker/swarm.ts";
import { createLedger } from "#lib/runs/ledger.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { claimVolumes, recordVolumes } from "#lib/swarm/ensure.ts";
import { listVolumes } from "#lib/swarm/steps/stack.ts";
import { findStackStep } from "../queries/find-stack-step.ts";
import type { AppSpec } from "./app-spec.ts";

/** The volumes of a release, and who is to know of them; null: the ledger has no such stack. */
export interface StackVolumes {
  names: string[];
  maker: StepContext | null;
}

/**
 * A volume that a release brings is its stack's, which outlives every deployment: it goes with the stack, by the undo of the
 * step that made that, and not when a deployment is taken back.
 */
async function findStackMaker(appService: string, ctx: StepContext): Promise<StepContext | null> {
  const maker = ctx.service && (await findStackStep(ctx.service.id, appService));
  return maker ? { ...ctx, ledger: createLedger(maker, ctx.write) } : null;
}

/** Before Docker is told: one that is somebody else's is refused, one that is not there yet is noted as about to be made. */
export async function claimStackVolumes({ spec, input }: AppSpec, ctx: StepContext): Promise<StackVolumes> {
  const volumes = { names: listVolumes([spec]), maker: await findStackMaker(spec.Name, ctx) };
  if (volumes.maker) await claimVolumes(volumes.names, input, volumes.maker);
  return volumes;
}

/** Every task runs, so each of them is there. */
export async function recordStackVolumes({ names, maker }: StackVolumes): Promise<void> {
  if (maker) await recordVolumes(names, maker);
}

/** A release that failed may have left them: those that are seen are noted, the others stay planned. */
export async function recordLeftVolumes({ names, maker }: StackVolumes): Promise<void> {
  if (!maker) return;
  const left: string[] = [];
  for (const name of names) if (await findVolume(name, maker.signal)) left.push(name);
  await recordVolumes(left, maker);
}
