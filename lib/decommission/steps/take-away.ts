import { z } from "zod";
import { refuseMoved } from "#lib/backups/sources/refuse-moved.ts";
import { AppError } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { AnyStep, FindStep, LedgerResource, PlanResult, StepContext, VerifyResult } from "#lib/steps/types.ts";
import { KINDS } from "#lib/swarm/names.ts";
import { readMaker } from "../queries/read-maker.ts";
import { asMaker, findDefinition } from "./as-maker.ts";

const takeAwayInput = z.strictObject({
  /** The step that made it. */
  stepId: z.number().int(),
  /** Kinds of the ledger that go; what else it made stays. */
  kinds: z.array(z.string().max(40)).min(1),
});
type TakeAwayInput = z.output<typeof takeAwayInput>;

/** A volume here, of a service that was moved to another host, is not the one that is meant. */
async function refuseMovedVolume({ kinds }: TakeAwayInput, own: StepContext): Promise<void> {
  if (!kinds.includes(KINDS.volume)) return;
  await refuseMoved("volume", own, "Keep its database and remove the volumes on that host by hand.");
}

const nameThem = (resources: readonly LedgerResource[]) =>
  resources.map(({ kind, name }) => `${kind} ${name}`).join(", ");

async function listOf(input: TakeAwayInput, own: StepContext): Promise<LedgerResource[]> {
  return (await own.ledger.list()).filter(({ kind }) => input.kinds.includes(kind));
}

/**
 * Takes away what another step made, by that step's own `undo` over its own entries in the ledger: there is no second way to
 * remove anything. Done only when the ledger has none of it left.
 */
export const createTakeAway = (findMaker: FindStep): AnyStep =>
  defineStep({
    name: "resources.take-away",
    queue: "provisioning",
    input: takeAwayInput,
    timeoutMs: 60 * 60_000,

    async plan(input, ctx): Promise<PlanResult> {
      const maker = await readMaker(input.stepId, ctx.service?.id);
      await findDefinition(findMaker, maker.name);
      const own = asMaker(ctx, maker);
      const found = await listOf(input, own);
      if (found.length > 0) await refuseMovedVolume(input, own);
      return { changes: found.map(({ kind, name }) => ({ action: "remove" as const, kind, name })) };
    },

    async apply(input, ctx) {
      const maker = await readMaker(input.stepId, ctx.service?.id);
      const own = asMaker(ctx, maker);
      const found = await listOf(input, own);
      if (found.length === 0) {
        ctx.log.info("All of it is gone already");
        return { gone: [] };
      }
      await refuseMovedVolume(input, own);
      await (await findDefinition(findMaker, maker.name)).undo(found, maker.input, own);
      const left = await listOf(input, own);
      if (left.length > 0)
        throw new AppError({
          code: "undo.not_gone",
          message: `Not gone yet: ${nameThem(left)}.`,
          retry: "retry",
        });
      return { gone: found.map(({ kind, name }) => ({ kind, name })) };
    },

    async verify(input, ctx): Promise<VerifyResult> {
      const maker = await readMaker(input.stepId, ctx.service?.id);
      const left = await listOf(input, asMaker(ctx, maker));
      return left.length === 0
        ? { ok: true, reason: "Nothing of it is left." }
        : { ok: false, reason: `Still there: ${nameThem(left)}.` };
    },

    async undo(_resources, _input, ctx) {
      ctx.log.info("What was taken away is made again by provisioning, not by an undo");
    },
  });
