import { ADD_ENVIRONMENT } from "#lib/checklists/add-environment.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { DEPLOY } from "#lib/checklists/deploy.ts";
import { FOLLOW_STACK, noPlace, readRepositoryPlace } from "#lib/checklists/repository.ts";
import { config } from "#lib/platform/config/config.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import type { RunHookInfo } from "#lib/runs/types.ts";
import { ENVIRONMENT, nameEverything } from "#lib/services/naming.ts";

/** Checklists after which a stack may run as its file does not say. Provisioning writes it itself. */
const CHANGES_STACK: ReadonlySet<string> = new Set([
  DEPLOY.key,
  ADD_ENVIRONMENT.key,
  "move",
  "move-back",
  "rotate-secret",
]);

/** Has a stack's file written anew when a run has changed what runs. Called in the transaction that ends it; safe to call twice. */
export async function followStackFile(tx: Tx, run: RunHookInfo): Promise<void> {
  if (run.state !== "succeeded" || run.mode !== "apply" || run.serviceId === null) return;
  const repository = readRepositoryPlace();
  if (!CHANGES_STACK.has(run.checklistKey) || noPlace(repository)) return;
  const [service, row] = await Promise.all([
    tx.service.findUnique({ where: { id: run.serviceId }, select: { name: true, purpose: true } }),
    tx.run.findUnique({ where: { id: run.id }, select: { environment: true } }),
  ]);
  if (!service) return;
  const environment = row?.environment ?? ENVIRONMENT;
  const places = { rootDomain: config().ROOT_DOMAIN, servicesRoot: config().SERVICES_ROOT };
  const names = nameEverything(service.name, places, environment);
  await createRun(
    tx,
    { kind: "system", name: "engine", requestId: `run-${run.id}` },
    {
      mode: "apply",
      checklist: { key: FOLLOW_STACK.key, version: FOLLOW_STACK.version },
      title: `Write the stack file of ${service.name}, ${environment}`.slice(0, 200),
      serviceId: run.serviceId,
      environment,
      startKey: `stack-file:${run.id}`,
      steps: compileChecklist(FOLLOW_STACK, { names, purpose: service.purpose, repository }),
    },
  );
}
