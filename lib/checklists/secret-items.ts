import { DATABASE_SECRETS } from "#lib/services/constants.ts";
import { secretFullName } from "#lib/services/naming.ts";
import { type Rule, repeat } from "./define-checklist.ts";
import type { ProvisionContext } from "./types.ts";

/** Files of every secret a service has by its answers. */
const listFiles = ({ answers }: ProvisionContext): string[] => [
  ...(answers.data.database === "none" ? [] : DATABASE_SECRETS),
  ...answers.secrets.others.map(({ name }) => name),
];

/** Each of its secrets in Bitwarden Secrets Manager, under the name it has in the swarm. */
export const secretStoreItem = <Context extends ProvisionContext>(skip: Rule<Context> = () => undefined) =>
  repeat<Context, string>({
    key: "secret-store",
    step: "secrets.store",
    about: "Keep its secrets in Bitwarden Secrets Manager",
    dependsOn: ["database-secret", "secret"],
    skip: (context) => {
      if (!context.bitwarden) return "No Bitwarden Secrets Manager is set up.";
      return skip(context) ?? (listFiles(context).length === 0 ? "It has no secrets." : undefined);
    },
    each: listFiles,
    entryKey: (file) => file,
    entryTitle: (file, { names }) =>
      `Put ${secretFullName(names.serviceName, file, names.environment)} into Bitwarden Secrets Manager`,
    entryInput: (file, { names }) => ({ secretName: secretFullName(names.serviceName, file, names.environment) }),
  });

/** What really listens, beside what was declared. */
export const portsItem = <Context extends ProvisionContext>(skip: Rule<Context> = () => undefined) => ({
  key: "ports",
  step: "readiness.survey",
  about: "Compare its ports with what was declared",
  dependsOn: ["stack"],
  skip,
  title: ({ names }: Context) =>
    `See that ${names.stackName} listens on the ports that were declared, and on no others`,
  input: ({ names }: Context) => ({
    serviceName: names.serviceName,
    environment: names.environment,
    stackName: names.stackName,
  }),
});
