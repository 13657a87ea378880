import { formatDuration } from "#lib/platform/format.ts";
import { askProbe } from "#lib/releases/rollout/probe.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { StepContext, VerifyResult } from "#lib/steps/types.ts";
import { appServiceName } from "#lib/swarm/names.ts";
import { noteUp } from "../commands/note-move.ts";
import { type ProveInput, proveInput } from "../schema/steps.ts";
import { assertRunsOn, untilAnswers } from "./try.ts";

const PATIENCE_MS = 120_000;

interface ProveOutput {
  answered: string | null;
  downMs: number | null;
}

/** The first good answer on the new host: the end of the downtime, which is measured against its budget. */
export const movesProve = defineStep({
  name: "moves.prove",
  queue: "provisioning",
  input: proveInput,
  plan: async ({ probe, toHost }) => ({
    changes: [
      { action: "check", kind: "page", name: probe ? `http://${probe.host}:${probe.port}${probe.path}` : toHost },
    ],
  }),
  apply: applyProve,
  verify: verifyProve,
  undo: async () => {},
});

async function applyProve(input: ProveInput, ctx: StepContext): Promise<ProveOutput> {
  const { stackName, toHost, probe, budgetS, moveId } = input;
  await assertRunsOn(appServiceName(stackName), toHost, ctx);
  const answered = probe ? await untilAnswers(probe, PATIENCE_MS, ctx) : null;
  if (!probe) ctx.log.info("It publishes no page that could be asked: it is up because its task runs and is healthy.");
  const { downSince, upAgainAt } = await noteUp(ctx, moveId);
  if (!downSince || !upAgainAt) return { answered, downMs: null };
  const downMs = upAgainAt.getTime() - downSince.getTime();
  const words = `It was down or read-only for ${formatDuration(downMs)}; the budget is ${formatDuration(budgetS * 1000)}`;
  if (downMs > budgetS * 1000) ctx.log.warn(words);
  else ctx.log.info(words);
  return { answered, downMs };
}

async function verifyProve({ probe, toHost }: ProveInput, ctx: StepContext): Promise<VerifyResult> {
  if (!probe) return { ok: true, reason: `It ran on ${toHost} when it moved.` };
  const { ok, words } = await askProbe(probe, ctx.signal);
  return { ok, reason: `http://${probe.host}:${probe.port}${probe.path} answered ${words}.` };
}
