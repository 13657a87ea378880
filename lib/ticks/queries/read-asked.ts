import { db } from "#lib/platform/db/client.ts";
import type { LedgerResource } from "#lib/steps/types.ts";
import type { Standing } from "../ask/judge.ts";
import type { AskedStep } from "../ask/read-only-context.ts";
import type { TickState } from "../constants.ts";

/** A tick with all that looking at it needs. */
export interface AskedTick {
  environment: string;
  key: string;
  before: Standing;
  stepName: string;
  input: unknown;
  asked: AskedStep;
  byHand: {
    state: string;
    confirmedBy: string | null;
    waivedBy: string | null;
    reason: string | null;
    until: Date | null;
  };
}

async function listResources(stepId: number): Promise<LedgerResource[]> {
  const rows = await db().resource.findMany({
    where: { stepId, state: { not: "gone" } },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
  });
  return rows.map((row) => ({
    ...{ id: row.id, kind: row.kind, providerId: row.providerId, name: row.name },
    state: row.state as LedgerResource["state"],
    attributes: row.attributes as Record<string, unknown>,
  }));
}

/** A service's ticks, each beside the step whose word it is. */
export async function readAskedTicks(service: { id: string; name: string }): Promise<AskedTick[]> {
  const ticks = await db().tick.findMany({ where: { serviceId: service.id }, orderBy: { position: "asc" } });
  const steps = await db().step.findMany({
    where: { id: { in: ticks.map(({ stepId }) => stepId) } },
    include: { run: { select: { title: true } } },
  });
  const outputs = await db().step.findMany({
    where: { runId: { in: [...new Set(steps.map(({ runId }) => runId))] }, state: "succeeded" },
    select: { runId: true, key: true, output: true },
  });
  const people = await db().user.findMany({
    where: {
      id: { in: steps.flatMap(({ confirmedById, waivedById }) => [confirmedById ?? [], waivedById ?? []].flat()) },
    },
    select: { id: true, displayName: true },
  });
  const nameOf = new Map(people.map(({ id, displayName }) => [id, displayName]));
  const stepOf = new Map(steps.map((step) => [step.id, step]));
  return ticks.flatMap(({ environment, key, stepId, state, misses, reason }) => {
    const step = stepOf.get(stepId);
    if (!step) return [];
    const own = outputs.filter(({ runId }) => runId === step.runId);
    return {
      ...{ environment, key, stepName: step.name, input: step.input },
      before: { state: state as TickState, misses, reason },
      asked: {
        ...{ id: step.id, key: step.key, title: step.title, runId: step.runId, runTitle: step.run.title },
        ...{ checkpoint: step.checkpoint, service, environment, listResources: () => listResources(step.id) },
        outputs: new Map(own.map((one) => [one.key, one.output])),
      },
      byHand: {
        state: step.state,
        confirmedBy: nameOf.get(step.confirmedById ?? "") ?? null,
        waivedBy: nameOf.get(step.waivedById ?? "") ?? null,
        ...{ reason: step.waiverReason, until: step.waiverUntil },
      },
    };
  });
}
