import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { isDuplicate, transaction } from "#lib/platform/db/transaction.ts";
import { conflict, invalid } from "#lib/platform/errors.ts";
import { claimForService } from "#lib/services/commands/save-service.ts";
import { writeConfig } from "#lib/services/commands/write-config.ts";
import { portClaim } from "#lib/services/queries/provision-context.ts";
import { findEnvironment, readConfig, subjectOf } from "../queries/find-environment.ts";
import { getConfig } from "../queries/get-config.ts";
import type { EnvironmentConfigContent } from "../schema/release.ts";
import type { EnvironmentConfigView } from "../types.ts";

const changedMeanwhile = () =>
  conflict(
    "environments.changed_meanwhile",
    "Somebody else has saved these settings meanwhile.",
    "Load them again and make your change once more.",
  );

function findRepeated({ ports }: EnvironmentConfigContent): Record<string, string> {
  const fields: Record<string, string> = {};
  const targets = new Set<string>();
  const numbers = new Set<string>();
  for (const [index, { target, published, protocol }] of ports.entries()) {
    if (targets.has(`${target}/${protocol}`)) fields[`content.ports.${index}.target`] = "This port is listed twice.";
    targets.add(`${target}/${protocol}`);
    if (published === null) continue;
    if (numbers.has(`${published}/${protocol}`)) fields[`content.ports.${index}.published`] = "It is published twice.";
    numbers.add(`${published}/${protocol}`);
  }
  return fields;
}

/** Host names are records' and routes': a release cannot bring another. */
function assertAllowed(before: EnvironmentConfigContent, after: EnvironmentConfigContent): void {
  const fields = findRepeated(after);
  if (JSON.stringify(before.hostnames) !== JSON.stringify(after.hostnames))
    fields["content.hostnames"] = "Host names are changed under Domains.";
  if (Object.keys(fields).length > 0) throw invalid(fields);
}

async function claimPorts(tx: Tx, serviceId: string, { ports }: EnvironmentConfigContent): Promise<void> {
  const claims = ports.flatMap((one) => (one.published === null ? [] : [portClaim(one.published, one.protocol)]));
  if (claims.length > 0) await claimForService(tx, serviceId, claims);
}

/**
 * Keeps an environment's settings as a new version. They run with the next deployment, never by themselves. Refused (409) when
 * another version came meanwhile.
 */
export async function saveConfig(
  actor: UserActor,
  serviceName: string,
  environmentName: string,
  { version, content }: { version: number; content: EnvironmentConfigContent },
): Promise<EnvironmentConfigView> {
  try {
    await transaction(async (tx) => {
      const environment = await findEnvironment(serviceName, environmentName, tx);
      authorize(actor, "environments.edit", subjectOf(environment.service));
      await tx.$queryRaw`SELECT id FROM Environment WHERE id = ${environment.id} FOR UPDATE`;
      const present = await readConfig(tx, environment.id);
      if (present?.version !== version) throw changedMeanwhile();
      assertAllowed(present.content, content);
      await claimPorts(tx, environment.serviceId, content);
      const saved = await writeConfig(tx, environment.id, content, actor.id);
      if (saved === version) return;
      await recordAudit(tx, actor, {
        action: "environments.edit",
        subjectType: "environment",
        subjectId: environment.id,
        detail: { service: serviceName, environment: environmentName, version: saved },
      });
    });
  } catch (error) {
    throw isDuplicate(error) ? changedMeanwhile() : error;
  }
  return getConfig(actor, serviceName, environmentName);
}

/** How long a deployment there has to be good before it is done. */
export async function saveSoak(
  actor: UserActor,
  serviceName: string,
  environmentName: string,
  soakS: number,
): Promise<void> {
  await transaction(async (tx) => {
    const environment = await findEnvironment(serviceName, environmentName, tx);
    authorize(actor, "environments.edit", subjectOf(environment.service));
    await tx.environment.update({ where: { id: environment.id }, data: { soakS } });
    await recordAudit(tx, actor, {
      action: "environments.editSoak",
      subjectType: "environment",
      subjectId: environment.id,
      detail: { service: serviceName, environment: environmentName, soakS },
    });
  });
}
