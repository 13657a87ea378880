import type { Tx } from "#lib/platform/db/client.ts";
import { isMoment, MAKERS, REMAKERS } from "../constants.ts";

/** A step of a service's own checklist, whose word the tick is. */
export interface Maker {
  environment: string;
  key: string;
  stepId: number;
  position: number;
  title: string;
  at: Date;
}

const STEP = {
  id: true,
  key: true,
  name: true,
  position: true,
  title: true,
  state: true,
  waivedById: true,
  finishedAt: true,
} as const;

/** The newest run that made each environment and was not undone. */
async function findRuns(tx: Tx, serviceId: string) {
  const runs = await tx.run.findMany({
    where: { serviceId, mode: "apply", state: "succeeded", checklistKey: { in: [...MAKERS, ...REMAKERS] } },
    select: { id: true, environment: true, checklistKey: true },
    orderBy: { id: "asc" },
  });
  const undone = await tx.run.findMany({
    where: { undoesRunId: { in: runs.map(({ id }) => id) }, mode: "undo", serviceId, state: "succeeded" },
    select: { undoesRunId: true },
  });
  const gone = new Set(undone.map(({ undoesRunId }) => undoesRunId));
  const left = runs.flatMap((run) =>
    run.environment !== null && !gone.has(run.id) ? [{ ...run, environment: run.environment }] : [],
  );
  const made = new Map(left.filter((run) => MAKERS.includes(run.checklistKey)).map((run) => [run.environment, run]));
  // Whatever came before the environment was made anew is of another one.
  const remade = left.filter(
    (run) => REMAKERS.includes(run.checklistKey) && run.id > (made.get(run.environment)?.id ?? Infinity),
  );
  return { made: [...made.values()], remade };
}

/**
 * The items of a service's checklists as they stand: those of the run that made each environment, each from the newest run
 * that made the same thing again.
 */
export async function findMakers(tx: Tx, serviceId: string): Promise<Maker[]> {
  const { made, remade } = await findRuns(tx, serviceId);
  const makers: Maker[] = [];
  for (const run of made) {
    const steps = await tx.step.findMany({ where: { runId: run.id }, select: STEP, orderBy: { position: "asc" } });
    const again = remade.filter(({ environment }) => environment === run.environment).map(({ id }) => id);
    const later = await tx.step.findMany({
      where: { runId: { in: again }, state: "succeeded" },
      select: STEP,
      orderBy: { id: "asc" },
    });
    for (const step of steps) {
      const isDone = step.state === "succeeded" || (step.state === "skipped" && step.waivedById !== null);
      if (!isDone || isMoment(step.name)) continue;
      const newest = later.findLast(({ key, name }) => key === step.key && name === step.name) ?? step;
      makers.push({
        ...{ environment: run.environment, key: step.key, stepId: newest.id, position: step.position },
        ...{ title: newest.title, at: newest.finishedAt ?? new Date() },
      });
    }
  }
  return makers;
}
