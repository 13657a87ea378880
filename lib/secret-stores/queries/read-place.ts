import type { Tx } from "#lib/platform/db/client.ts";
import { conflict } from "#lib/platform/errors.ts";
import { findEnvironment, namesIn } from "#lib/releases/queries/find-environment.ts";
import { DATABASE_SECRETS } from "#lib/services/constants.ts";
import { ENVIRONMENT, secretFullName } from "#lib/services/naming.ts";
import { type Answers, answersSchema } from "#lib/services/schema/answers.ts";

/** The answers a service was last provisioned with; null: it never was, or they are of older questions. */
export async function readAnswers(tx: Tx, serviceId: string): Promise<Answers | null> {
  const last = await tx.answers.findFirst({ where: { serviceId }, orderBy: { version: "desc" } });
  return answersSchema.safeParse(last?.answers).data ?? null;
}

export const accountOf = (fileName: string, engine: string): "app" | "root" | null => {
  const [password, rootPassword] = DATABASE_SECRETS;
  if (engine === "none") return null;
  if (fileName === password) return "app";
  // PostgreSQL's image has one account for everything.
  return fileName === rootPassword && engine !== "postgresql" ? "root" : null;
};

/** "services.pad-notes.staging.api_key" → staging, api_key; null: it is not named as this service's secrets are. */
export function readSecretName(serviceName: string, fullName: string, environments: readonly string[]) {
  const prefix = `services.${serviceName}.`;
  if (!fullName.startsWith(prefix)) return null;
  const rest = fullName.slice(prefix.length);
  const [first = "", ...more] = rest.split(".");
  if (more.length > 0 && first !== ENVIRONMENT && environments.includes(first))
    return { environment: first, fileName: more.join(".") };
  return { environment: ENVIRONMENT, fileName: rest };
}

/** Where a service's secret is used: what every step of a rotation is told. */
export async function readPlace(tx: Tx, serviceName: string, environmentName: string, fileName: string) {
  const environment = await findEnvironment(serviceName, environmentName, tx);
  const answers = await readAnswers(tx, environment.serviceId);
  if (answers?.placement.method === "nixos")
    throw conflict(
      "secrets.by_hand",
      "This service is a NixOS module, which reads its secrets by means the panel does not know.",
      "Change the value on its host, then enter it as a new value of the secret.",
    );
  const names = namesIn(serviceName, environmentName);
  const engine = answers?.data.database ?? "none";
  return {
    environment,
    engine,
    place: {
      ...{ serviceName, environment: environmentName, stackName: names.stackName, fileName },
      secretName: secretFullName(serviceName, fileName, environmentName),
      database: engine === "none" ? null : { engine, databaseName: names.databaseName, userName: names.databaseUser },
    },
  };
}
