import { setTimeout as delay } from "node:timers/promises";
import { findService, listTasks } from "#lib/integrations/docker/services.ts";
import { config } from "#lib/platform/config/config.ts";
import { AppError } from "#lib/platform/errors.ts";
import { askProbe } from "#lib/releases/rollout/probe.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { appServiceName } from "#lib/swarm/names.ts";
import { hostsOf } from "../copy/where.ts";
import { type MoveProbe, type TryInput, tryInput } from "../schema/steps.ts";

const LOOK_MS = 250;
const PATIENCE_MS = 60_000;

interface TryOutput {
  answered: string | null;
}

/** The copy on the new host, asked on its own port, before anything of the old place is touched. */
export const movesTry = defineStep({
  name: "moves.try",
  queue: "provisioning",
  input: tryInput,
  plan: async ({ probe, toHost }) => ({
    changes: [
      { action: "check", kind: "page", name: probe ? `http://${probe.host}:${probe.port}${probe.path}` : toHost },
    ],
  }),
  apply: applyTry,
  verify: async () => ({ ok: true, reason: "It was tried before it moved." }),
  undo: async () => {},
});

async function applyTry({ copyStackName, toHost, probe }: TryInput, ctx: StepContext): Promise<TryOutput> {
  await assertRunsOn(appServiceName(copyStackName), toHost, ctx);
  if (!probe || config().SWARM_PUBLISH_MODE !== "host") {
    ctx.log.info(
      probe
        ? "Its port is one for the whole swarm, which what runs has now: only its health check speaks for the copy."
        : "It publishes no page that could be asked: only its health check speaks for the copy.",
    );
    return { answered: null };
  }
  return { answered: await untilAnswers(probe, PATIENCE_MS, ctx) };
}

/** Throws unless the service has a running task, and none of them anywhere but on that host. */
export async function assertRunsOn(name: string, host: string, ctx: StepContext): Promise<void> {
  const service = await findService(name, ctx.signal);
  const hosts = service ? await hostsOf(await listTasks({ service: [service.ID] }, ctx.signal), ctx.signal) : [];
  if (service?.Spec.Mode.Replicated?.Replicas === 0) return ctx.log.info(`${name} is set to no tasks`);
  if (hosts.length === 1 && hosts[0] === host) return ctx.log.info(`${name} runs on ${host}`);
  throw new AppError({
    code: "moves.not_there",
    message: `${name} runs on ${hosts.join(" and ") || "no host"}, not on ${host}.`,
    advice: "Look at its tasks; the next try asks again.",
    retry: "retry",
  });
}

/** Asks again and again until the page answers as it should; says how. */
export async function untilAnswers(probe: MoveProbe, patienceMs: number, ctx: StepContext): Promise<string> {
  const url = `http://${probe.host}:${probe.port}${probe.path}`;
  for (const deadline = Date.now() + patienceMs; ; await delay(LOOK_MS, undefined, { signal: ctx.signal })) {
    const { ok, words } = await askProbe(probe, ctx.signal);
    ctx.signal.throwIfAborted();
    ctx.progress(`${url}: ${words}`);
    if (ok) {
      ctx.log.info(`${url} answered ${words}`);
      return words;
    }
    if (Date.now() > deadline)
      throw new AppError({
        code: "moves.no_answer",
        message: `${url} answered ${words}, not ${probe.status}.`,
        advice:
          "Look whether the address is the new host's and its firewall lets the panel's workers and the reverse proxy in.",
        retry: "retry",
      });
  }
}
