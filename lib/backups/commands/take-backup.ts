import { randomUUID } from "node:crypto";
import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { BACKUP } from "#lib/checklists/backup.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { config } from "#lib/platform/config/config.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, notFound } from "#lib/platform/errors.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { ENVIRONMENT, nameEverything } from "#lib/services/naming.ts";
import { answersSchema } from "#lib/services/schema/answers.ts";

/** Begins a run that backs up a service's database now and proves it. */
export async function takeBackup(actor: Actor, serviceName: string): Promise<{ runId: number }> {
  authorize(actor, "backups.take");
  const { runId } = await transaction(async (tx) => {
    const service = await tx.service.findUnique({
      where: { name: serviceName },
      select: { id: true, state: true, answers: { orderBy: { version: "desc" }, take: 1 } },
    });
    if (!service || service.state === "retired") throw notFound("service");
    const answers = answersSchema.safeParse(service.answers[0]?.answers).data;
    if (!answers || answers.data.database === "none")
      throw conflict("backups.nothing", `${serviceName} has no database of its own to back up.`);
    const { ROOT_DOMAIN: rootDomain, SERVICES_ROOT: servicesRoot } = config();
    const names = nameEverything(serviceName, { rootDomain, servicesRoot });
    return createRun(tx, actor, {
      mode: "apply",
      checklist: { key: BACKUP.key, version: BACKUP.version },
      title: `Back up ${serviceName}`,
      serviceId: service.id,
      environment: ENVIRONMENT,
      startKey: `backup:${service.id}:${randomUUID()}`,
      exclusiveKey: `service:${service.id}`,
      steps: compileChecklist(BACKUP, { answers, names }),
    });
  });
  await ringRun(runId);
  return { runId };
}
