import { db } from "#lib/platform/db/client.ts";
import type { FindStep } from "#lib/steps/types.ts";
import { type AskOptions, askStep } from "../ask/ask-step.ts";
import { judge, judgeByHand } from "../ask/judge.ts";
import { DISTURBERS } from "../constants.ts";
import { readIntent, toCurrentInput } from "../queries/current-input.ts";
import { type AskedTick, readAskedTicks } from "../queries/read-asked.ts";
import type { ClaimedService } from "./claim-due.ts";
import { postpone, type Seen, storeFindings } from "./store-findings.ts";

export interface CheckOptions extends Omit<AskOptions, "doubt"> {
  findStep: FindStep;
  /** Until the next look. */
  everyMs: number;
  /** While something is done to it on purpose, it is left alone for this long. */
  laterMs: number;
}

/** Where something is done to the service on purpose, so that what is seen there now says nothing; null: everywhere. */
async function findDisturbed(serviceId: string): Promise<Set<string> | null> {
  const runs = await db().run.findMany({
    where: {
      serviceId,
      state: { in: ["pending", "running", "cancelling"] },
      mode: { in: ["apply", "undo"] },
      checklistKey: { in: [...DISTURBERS] },
    },
    select: { environment: true },
  });
  const windows = await db().$queryRaw<{ environment: string | null }[]>`
    SELECT JSON_VALUE(paused, '$.environment') AS environment
    FROM MaintenanceWindow WHERE serviceId = ${serviceId} AND endedAt IS NULL`;
  const environments = new Set<string>();
  for (const { environment } of [...runs, ...windows]) {
    if (environment === null) return null;
    environments.add(environment);
  }
  return environments;
}

/**
 * Looks at every tick of a service, and writes down what is no longer so. Those of an environment that is worked on are left for
 * when that is done: staging keeps nobody from seeing what becomes of production.
 */
export async function checkService(service: ClaimedService, options: CheckOptions): Promise<void> {
  const { id, name } = service;
  const before = await findDisturbed(id);
  if (before === null) return postpone(service, options.laterMs);
  const [all, intent] = await Promise.all([readAskedTicks({ id, name }), readIntent(id)]);
  const ticks = all.filter(({ environment }) => !before.has(environment));
  if (ticks.length === 0 && all.length > 0) return postpone(service, options.laterMs);
  const seen = await Promise.all(ticks.map((tick) => look(tick, intent, name, options)));
  // The process stops: another worker has its turn at once.
  if (options.signal.aborted) return postpone(service, 0);
  // What began meanwhile may have been what was seen.
  const after = await findDisturbed(id);
  const sure = after && seen.filter(({ environment }) => !after.has(environment));
  if (!sure || (sure.length === 0 && seen.length > 0)) return postpone(service, options.laterMs);
  await storeFindings(service, sure, options.everyMs);
}

async function look(
  tick: AskedTick,
  intent: Awaited<ReturnType<typeof readIntent>>,
  serviceName: string,
  options: CheckOptions,
): Promise<Seen> {
  const { environment, key, before, stepName } = tick;
  const at = { environment, key, stepId: tick.asked.id };
  if (stepName === "manual") return { ...at, after: judgeByHand(tick.byHand, new Date()) };
  const step = await options.findStep(stepName);
  if (!step)
    return {
      ...at,
      after: judge(before, { outcome: "unanswered", reason: "This version of the panel has no such step." }),
    };
  const input = toCurrentInput({ stepName, input: tick.input, environment, serviceName }, intent);
  const finding = await askStep(step, input, tick.asked, { ...options, doubt: before.state !== "false" });
  return { ...at, after: judge(before, finding) };
}
