import { authorize, may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import type { TickState } from "../constants.ts";
import type { ServiceTicks } from "../types.ts";

/** Production first; the others by name. */
const placeOf = (environment: string) => (environment === "production" ? "" : environment);

/** A service's ticks in the order of its checklist, environment by environment. */
export async function listTicks(actor: Actor, serviceName: string): Promise<ServiceTicks> {
  authorize(actor, "services.read");
  const service = await db().service.findUnique({ where: { name: serviceName } });
  if (!service) throw notFound("service");
  const ticks = await db().tick.findMany({ where: { serviceId: service.id }, orderBy: { position: "asc" } });
  const steps = await db().step.findMany({
    where: { id: { in: ticks.map(({ stepId }) => stepId) } },
    select: { id: true, key: true, name: true, runId: true },
  });
  const stepOf = new Map(steps.map((step) => [step.id, step]));
  return {
    ...{ total: service.ticksTotal, right: service.ticksTrue, open: service.ticksOpen },
    checkedAt: service.ticksCheckedAt?.toISOString() ?? null,
    dueAt: service.state === "live" ? (service.ticksDueAt?.toISOString() ?? null) : null,
    mayCheck: service.state === "live" && may(actor, "ticks.check").ok,
    ticks: ticks
      .sort((a, b) => placeOf(a.environment).localeCompare(placeOf(b.environment)) || a.position - b.position)
      .flatMap((tick) => {
        const step = stepOf.get(tick.stepId);
        if (!step) return [];
        const { environment, key, title, reason, misses } = tick;
        return {
          ...{ environment, key, title, reason, misses, state: tick.state as TickState },
          ...{ since: tick.since.toISOString(), checkedAt: tick.checkedAt?.toISOString() ?? null },
          ...{ byHand: step.name === "manual", runId: step.runId, stepKey: step.key },
        };
      }),
  };
}
