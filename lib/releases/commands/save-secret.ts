import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { invalid } from "#lib/platform/errors.ts";
import { storeSecret } from "#lib/secrets/commands.ts";
import { DATABASE_SECRETS } from "#lib/services/constants.ts";
import { secretFullName } from "#lib/services/naming.ts";
import { secretName } from "#lib/services/schema/secrets.ts";
import { findEnvironment, subjectOf } from "../queries/find-environment.ts";

/**
 * Keeps a new value of one of an environment's secrets, sealed, as its next version. The app is given it with the next deployment. The
 * database's own are not changed here: the database would not know.
 */
export async function saveSecret(
  actor: UserActor,
  serviceName: string,
  environmentName: string,
  { name, value }: { name: string; value: string },
): Promise<{ version: number }> {
  return transaction(async (tx) => {
    const environment = await findEnvironment(serviceName, environmentName, tx);
    authorize(actor, "environments.edit", subjectOf(environment.service));
    const parsed = secretName.safeParse(name);
    if ((DATABASE_SECRETS as readonly string[]).includes(name) || !parsed.success)
      throw invalid({ secret: parsed.error?.issues[0]?.message ?? "The database's password is its own." });
    const { version } = await storeSecret(tx, {
      name: secretFullName(serviceName, name, environmentName),
      value,
      serviceId: environment.serviceId,
    });
    await recordAudit(tx, actor, {
      action: "environments.saveSecret",
      subjectType: "environment",
      subjectId: environment.id,
      detail: { service: serviceName, environment: environmentName, secret: name, version },
    });
    return { version };
  });
}
