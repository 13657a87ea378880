import { compileChecklist } from "#lib/checklists/compile.ts";
import { DEPLOY } from "#lib/checklists/deploy.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import type { CompiledStep } from "#lib/runs/types.ts";
import { secretFullName } from "#lib/services/naming.ts";
import { type PinnedChecklist, readArranged, readLastAnswers } from "#lib/templates/queries/read-published.ts";
import { findDatabasePolicy, readDeployJob } from "./read-deploy-job.ts";

/** The steps that bring a deployment to its environment, and which arrangement of the checklist they come from. */
export async function compileDeploy(
  tx: Tx,
  deploymentId: string,
): Promise<{ steps: CompiledStep[]; pinned: PinnedChecklist }> {
  const { row, label, names, next, migrations, soakS } = await readDeployJob(deploymentId, tx);
  const { serviceId, name } = row.environment;
  const { checklist, pinned } = await readArranged(tx, DEPLOY, await readLastAnswers(tx, serviceId));
  const steps = compileChecklist(checklist, {
    deploymentId,
    label,
    secrets: Object.entries(next.content.secrets)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([secret, version]) => ({
        ...{ name: secret, fullName: secretFullName(names.serviceName, secret, name), version },
      })),
    migrations: migrations.map(({ id }) => id),
    policy: await findDatabasePolicy(tx, { serviceId, environment: name }),
    appService: names.appService,
    soakS,
  });
  return { steps, pinned };
}
