import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import {
  findContainer,
  listContainerNames,
  readContainerLog,
  removeContainer,
  type ScratchContainer,
  startScratch,
} from "#lib/integrations/docker/containers.ts";
import { listVolumeNames, removeMemoryVolume } from "#lib/integrations/docker/volumes.ts";
import { config } from "#lib/platform/config/config.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { KINDS } from "../constants.ts";
import { inContainer, type RunProgram } from "../dump/place.ts";
import { listRunningSteps } from "../queries/proof-facts.ts";

/** On everything throw-away: the step it was made for. */
export const SCRATCH_LABEL = "seaworthy.scratch";
/** And the panel, for several may share one engine, each with steps of its own. */
const PANEL_LABEL = "seaworthy.scratch.panel";
const NAME = /^seaworthy-scratch-(\d+)(?:-|$)/;
const PIDS = 512;
const MEBIBYTE = 1_048_576;
const REMOVE_MS = 60_000;

/** One name for each step: a second try finds what the first left. */
export const scratchName = (ctx: StepContext, part = "") => `seaworthy-scratch-${ctx.step.id}${part ? `-${part}` : ""}`;

function panelId(): string {
  const url = new URL(config().DATABASE_URL);
  return createHash("sha256").update(`${url.host}${url.pathname}`).digest("hex").slice(0, 16);
}

export const scratchLabels = (ctx: StepContext): Record<string, string> => ({
  [SCRATCH_LABEL]: String(ctx.step.id),
  [PANEL_LABEL]: panelId(),
  ...(ctx.service ? { "seaworthy.service": ctx.service.name } : {}),
});

export const scratchMemory = () => config().BACKUP_SCRATCH_MEMORY_MB * MEBIBYTE;

const HELPER_PIDS = 256;

/** Of a helper that packs, unpacks or reads what is backed up. What it keeps in memory counts as its memory. */
export const helperLimits = () => ({
  memoryBytes: scratchMemory(),
  cpus: availableParallelism(),
  pids: HELPER_PIDS,
});

/** For lists and lrzip's work, leaving as much for the programs themselves. */
export const helperWork = (wanted: number) => Math.min(wanted, scratchMemory() / 2);

export interface RunningScratch {
  containerId: string;
  run: RunProgram;
}

export type ScratchOptions = Omit<ScratchContainer, "name" | "labels" | "memoryBytes" | "cpus" | "pids">;

/**
 * Runs `work` with a throw-away container: no network, bounded memory, processors and processes, nothing of the host's.
 * It is taken away afterwards, however that ended.
 */
export async function withScratchContainer<T>(
  ctx: StepContext,
  part: string,
  options: ScratchOptions,
  work: (scratch: RunningScratch) => Promise<T>,
): Promise<T> {
  const name = scratchName(ctx, part);
  const entry = { kind: KINDS.scratch, providerId: name, name };
  await ctx.ledger.plan(entry);
  await ctx.guard();
  try {
    const { id } = await startScratch(
      {
        ...options,
        name,
        labels: scratchLabels(ctx),
        memoryBytes: scratchMemory(),
        cpus: config().BACKUP_SCRATCH_CPUS,
        pids: PIDS,
      },
      ctx.signal,
    );
    await ctx.ledger.record({ ...entry, attributes: { id } });
    return await work({ containerId: id, run: inContainer(id) });
  } finally {
    await removeScratch(name, ctx);
  }
}

/** Also when the run was cancelled: what is left over would only be looked for by the next proof. */
export async function removeScratch(name: string, ctx: StepContext): Promise<void> {
  const signal = AbortSignal.timeout(REMOVE_MS);
  await removeContainer(name, signal);
  if ((await findContainer(name, signal)) === null) await ctx.ledger.gone(KINDS.scratch, name);
}

/** Takes away what steps of this panel left that run no more, and what an earlier try of this one did. */
export async function sweepScratches(ctx: StepContext): Promise<void> {
  const labels = [`${PANEL_LABEL}=${panelId()}`];
  const containers = await listContainerNames(labels, ctx.signal);
  const volumes = await listVolumeNames(labels, ctx.signal);
  const stepOf = (name: string) => Number(NAME.exec(name)?.[1] ?? Number.NaN);
  const ids = [...containers, ...volumes].map(stepOf).filter(Number.isInteger);
  const busy = new Set((await listRunningSteps(ids)).filter((id) => id !== ctx.step.id));
  const left = (name: string) => Number.isInteger(stepOf(name)) && !busy.has(stepOf(name));
  await ctx.guard();
  for (const name of containers.filter(left)) await removeScratch(name, ctx);
  for (const name of volumes.filter(left)) await removeMemoryVolume(name, ctx.signal);
}

/** The same for who can do without: a Docker that does not answer keeps nothing from being backed up that does not need it. */
export async function trySweep(ctx: StepContext): Promise<void> {
  try {
    await sweepScratches(ctx);
  } catch (error) {
    ctx.signal.throwIfAborted();
    if (!(error instanceof AppError) || !error.code.startsWith("docker.")) throw error;
    ctx.log.warn(`What earlier tries left could not be looked for: ${error.message}`);
  }
}

/** Whether the container still runs and nothing in it was killed (`wasKilled`: a program was) for want of memory. Throws with what happened otherwise. */
export async function assertScratchLives(containerId: string, signal: AbortSignal, wasKilled = false): Promise<void> {
  const state = (await findContainer(containerId, signal))?.State;
  if (state?.Running && !state.OOMKilled && !wasKilled) return;
  const log = state ? await readContainerLog(containerId, 20, signal) : [];
  throw new AppError({
    code: "backups.scratch_died",
    message:
      state?.OOMKilled || wasKilled
        ? "The throw-away server that proves the backup ran out of memory."
        : "The throw-away server that proves the backup stopped half-way.",
    advice: "This says nothing about the backup. Raise BACKUP_SCRATCH_MEMORY_MB if it happens again.",
    detail: log.map((frame) => frame.data.toString("utf8")).join(""),
    retry: "retry",
  });
}
