import { DEFAULT_POLICY } from "#lib/backups/schema/policy.ts";
import type { ReleaseImages } from "#lib/releases/schema/content.ts";
import type { EnvironmentConfigContent } from "#lib/releases/schema/release.ts";
import { DATABASE_SECRETS, RECORD_TTL_S } from "#lib/services/constants.ts";
import { secretFullName } from "#lib/services/naming.ts";
import { type NamedSource, sourcesOf } from "./backup-sources.ts";
import { defineChecklist, repeat, unless } from "./define-checklist.ts";
import { hostnamesOf } from "./hostnames.ts";
import { routeInput } from "./provision.ts";
import { portsItem, secretStoreItem } from "./secret-items.ts";
import { noCertificate, noDatabase, noIngress, notPublic, noWebPort } from "./service-rules.ts";
import { environmentStack } from "./stack-input.ts";
import type { ProvisionContext } from "./types.ts";

/** What adding an environment is compiled from: the service's answers under the environment's own names. */
export interface AddEnvironmentContext extends ProvisionContext {
  /** Its settings, version 1. */
  settings: EnvironmentConfigContent;
  /** Digests of the release it begins with. */
  images: ReleaseImages;
}

const swarmSecret = ({ names }: AddEnvironmentContext, secret: string, source: "generate" | "stored") => {
  const name = secretFullName(names.serviceName, secret, names.environment);
  return { swarmName: name, secretName: name, source };
};
const secretTitle = ({ names }: AddEnvironmentContext, secret: string) =>
  `Create secret ${secretFullName(names.serviceName, secret, names.environment)}`;

/** A lighter plan than production's: what is tried out may be lost for a day. */
const policyOf = ({ name, source }: NamedSource) => ({
  ...DEFAULT_POLICY,
  recipients: [],
  ...{ name, source, targetId: null, cron: "0 3 * * *" },
  retention: { last: 3, hourly: 0, daily: 7, weekly: 0, monthly: 0, yearly: 0 },
});

/** Another environment of a service that runs: everything of its own, under its own names, beginning with a release that runs. */
export const ADD_ENVIRONMENT = defineChecklist<AddEnvironmentContext>({
  key: "add-environment",
  version: 2,
  title: "New environment",
  items: [
    repeat<AddEnvironmentContext, (typeof DATABASE_SECRETS)[number]>({
      key: "database-secret",
      step: "swarm.secret",
      about: "Create the database's secrets",
      skip: noDatabase,
      each: () => DATABASE_SECRETS,
      entryKey: (secret) => secret,
      entryTitle: (secret, context) => secretTitle(context, secret),
      entryInput: (secret, context) => swarmSecret(context, secret, "generate"),
    }),
    repeat({
      key: "secret",
      step: "swarm.secret",
      about: "Create its other secrets",
      skip: ({ answers }) => (answers.secrets.others.length === 0 ? "The service has no other secrets." : undefined),
      each: ({ answers }) => answers.secrets.others,
      entryKey: (secret) => secret.name,
      entryTitle: (secret, context) => secretTitle(context, secret.name),
      entryInput: (secret, context) => swarmSecret(context, secret.name, secret.source),
    }),
    secretStoreItem<AddEnvironmentContext>(),
    {
      key: "folder",
      step: "services.folder",
      about: "Create its files folder",
      skip: ({ answers }) => (answers.data.filesFolder ? undefined : "The service keeps no files."),
      title: ({ names }) => `Create folder ${names.folder}`,
      input: ({ answers, names }) => ({
        path: names.folder,
        uid: answers.data.filesUid,
        gid: answers.data.filesGid,
        mode: answers.data.filesMode,
      }),
    },
    {
      key: "stack",
      step: "swarm.stack",
      about: "Deploy its stack",
      dependsOn: ["database-secret", "secret", "folder"],
      title: ({ names }) => `Deploy stack ${names.stackName}`,
      input: environmentStack,
    },
    portsItem<AddEnvironmentContext>(),
    repeat({
      key: "record",
      step: "dns.record",
      about: "Create its DNS records",
      dependsOn: ["stack"],
      skip: notPublic,
      each: (context) => hostnamesOf(context).map((name, index) => ({ name, index })),
      entryKey: (entry) => String(entry.index + 1),
      entryTitle: (entry, { ingressIpv4 }) => `Point ${entry.name} at ${ingressIpv4}`,
      entryInput: (entry, { ingressIpv4 }) => ({
        name: entry.name,
        type: "A",
        values: [ingressIpv4],
        ttl: RECORD_TTL_S,
      }),
    }),
    {
      key: "certificate",
      step: "certificates.issue",
      about: "Get its certificate",
      dependsOn: ["record"],
      skip: unless(notPublic, noCertificate),
      title: (context) => `Get a certificate for ${hostnamesOf(context).join(" and ")}`,
      input: (context) => ({ names: hostnamesOf(context) }),
    },
    {
      key: "route",
      step: "ingress.route",
      about: "Route its names at the reverse proxy",
      dependsOn: ["record", "certificate"],
      skip: unless(notPublic, noIngress, noWebPort),
      title: (context) => `Let the reverse proxy answer ${hostnamesOf(context).join(" and ")}`,
      input: routeInput,
    },
    repeat({
      key: "policy",
      step: "backups.policy",
      about: "Schedule its backups",
      dependsOn: ["stack", "folder"],
      skip: (context) => (sourcesOf(context).length === 0 ? "The panel finds nothing of it to back up." : undefined),
      each: sourcesOf,
      entryKey: ({ name }: NamedSource) => name,
      entryTitle: ({ about }: NamedSource) => `Back up its ${about} every day`,
      entryInput: policyOf,
    }),
  ],
});
