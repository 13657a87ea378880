import { z } from "zod";
import { AppError } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { AnyStep, FindStep, PlanResult, StepContext, VerifyResult } from "#lib/steps/types.ts";
import { closeInVolume } from "../commands/close-in-volume.ts";
import { ARCHIVE } from "../constants.ts";
import { findLabelled } from "../find-labelled.ts";
import { listBelongings, listGone, listLive, listMakers, type Made } from "../queries/list-made.ts";
import { readMaker } from "../queries/read-maker.ts";
import { groupOf, isInVolume } from "../queries/read-makers.ts";
import { asMaker, findDefinition } from "./as-maker.ts";

const proveInput = z.strictObject({
  serviceName: z.string().max(60),
  /** Groups and kinds that stay, as was chosen. */
  keep: z.array(z.string().max(40)),
});
type ProveInput = z.output<typeof proveInput>;

const SHOWN = 10;
/** What of the swarm's things belongs to which group. */
const LABELLED_GROUPS = { secret: "secret", volume: "volume", service: "stack", network: "stack", container: "stack" };

/**
 * The service is gone: the ledger has nothing left, and every maker, asked outside, says that what it made is not there, also
 * what the ledger calls gone. A run cannot finish while one thing is left.
 */
export const createProveGone = (findMaker: FindStep): AnyStep =>
  defineStep({
    name: "services.prove-gone",
    queue: "provisioning",
    input: proveInput,
    timeoutMs: 30 * 60_000,

    async plan({ serviceName }): Promise<PlanResult> {
      const detail = "the ledger is empty, and Docker, DNS, the proxy and the disk are asked";
      return { changes: [{ action: "check", kind: "service", name: serviceName, detail }] };
    },

    async apply(input, ctx) {
      await closeInVolume(ctx);
      const { left, asked } = await findLeft(findMaker, input, ctx);
      if (left.length === 0) {
        ctx.log.info(`Asked about ${asked} things that were ever made for ${input.serviceName}: none of them is there`);
        return { asked };
      }
      for (const one of left) ctx.log.error(one);
      const more = left.length > SHOWN ? ` And ${left.length - SHOWN} more, in the log.` : "";
      throw new AppError({
        code: "decommission.left",
        message: `${left.slice(0, SHOWN).join(" ")}${more}`,
        advice:
          "Take away what is named, or have whoever put it there do it, then retry. The run cannot finish before.",
        retry: "needs_person",
      });
    },

    async verify(input, ctx): Promise<VerifyResult> {
      const { left, asked } = await findLeft(findMaker, input, ctx);
      return left.length === 0
        ? { ok: true, reason: `None of ${asked} things that were made for it is there.` }
        : { ok: false, reason: left.slice(0, SHOWN).join(" ") };
    },

    async undo(_resources, _input, ctx) {
      ctx.log.info("A proof leaves nothing behind");
    },
  });

const identify = ({ resource: { kind, providerId } }: Pick<Made, "resource">) => `${kind} ${providerId}`;
const isKept = ({ keep }: ProveInput, kind: string) => keep.includes(kind) || keep.includes(groupOf(kind));

/** One sentence for everything that is left. */
async function findLeft(findMaker: FindStep, input: ProveInput, ctx: StepContext) {
  const serviceId = ctx.service?.id;
  if (serviceId === undefined)
    throw new AppError({ code: "decommission.no_service", message: "This run has no service." });
  const live = (await listLive(serviceId)).filter(
    ({ resource: { kind }, stepName }) =>
      // What lies in a volume stays with it.
      kind !== ARCHIVE && !isKept(input, kind) && !(input.keep.includes("volume") && isInVolume({ kind, stepName })),
  );
  const named = new Set(live.map(({ resource }) => resource.name));
  const known = new Set(live.map(identify));
  const left = live.map(({ resource: { kind, name } }) => `The ledger still has the ${kind} ${name}.`);
  const asking = await Promise.all(
    (await listMakers(serviceId)).map(async (name) => ((await findMaker(name))?.findLeft ? [name] : [])),
  );
  const gone = (await listGone(serviceId, asking.flat())).filter(
    ({ resource }) => !isKept(input, resource.kind) && !known.has(identify({ resource })),
  );
  for (const [index, made] of gone.entries()) {
    ctx.progress(`asking about ${made.resource.name}`, index, gone.length);
    const found = await ask(findMaker, made, ctx);
    if (found === null) continue;
    left.push(found);
    named.add(made.resource.name);
  }
  const labelled = (await findLabelled(input.serviceName, ctx.signal)).filter(
    ({ what, name }) => !named.has(name) && !input.keep.includes(LABELLED_GROUPS[what]),
  );
  left.push(...labelled.map(({ what, name }) => `The swarm still has the ${what} ${name}.`));
  left.push(...(await listBelongings(serviceId)));
  return { left, asked: live.length + gone.length + labelled.length };
}

async function ask(findMaker: FindStep, { resource, stepId }: Made, ctx: StepContext): Promise<string | null> {
  const maker = await readMaker(stepId, ctx.service?.id);
  const definition = await findDefinition(findMaker, maker.name);
  return (await definition.findLeft?.(resource, maker.input, asMaker(ctx, maker))) ?? null;
}
