import type { Actor } from "#lib/access/types.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { START_AGAIN } from "#lib/checklists/start-again.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { readRunning } from "#lib/releases/queries/find-environment.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";

const DECOMMISSION: Actor = { kind: "system", name: "decommission", requestId: "decommission" };

/** What a run had stopped and then took nothing away from runs again: one run for each environment that has a release. */
export async function startAgain(tx: Tx, runId: number, serviceId: string): Promise<void> {
  const stopped = await tx.step.count({ where: { runId, name: "services.stop", attempts: { gt: 0 } } });
  if (stopped === 0) return;
  for (const environment of await tx.environment.findMany({ where: { serviceId }, orderBy: { name: "asc" } })) {
    const { id, name, stackName } = environment;
    const replicas = (await readRunning(tx, environment))?.content.replicas ?? 0;
    const exclusiveKey = `deploy:${id}`;
    // Whoever is at work there deploys it, with its tasks.
    if (replicas === 0 || (await tx.run.findUnique({ where: { exclusiveKey }, select: { id: true } }))) continue;
    await createRun(tx, DECOMMISSION, {
      mode: "apply",
      checklist: { key: START_AGAIN.key, version: START_AGAIN.version },
      ...{ title: `Start ${stackName} again`, serviceId, environment: name, exclusiveKey },
      startKey: `start-again:${runId}:${name}`,
      steps: compileChecklist(START_AGAIN, { stackName, replicas }),
    });
  }
}
