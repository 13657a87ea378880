import { describeCron } from "#lib/backups/format.ts";
import { DATABASE_SECRETS, RECORD_TTL_S } from "#lib/services/constants.ts";
import { secretFullName } from "#lib/services/naming.ts";
import { type NamedSource, needsHelper, policyOf, sourcesOf } from "./backup-sources.ts";
import { defineChecklist, type Rule, repeat, unless } from "./define-checklist.ts";
import { hostnamesOf } from "./hostnames.ts";
import { monitorItems } from "./monitors.ts";
import { configFile, configItems, configPath, describeNixosDeploy, noPlace } from "./repository.ts";
import { portsItem, secretStoreItem } from "./secret-items.ts";
import { noCertificate, noDatabase, noIngress, notPublic, noWebPort, webPort } from "./service-rules.ts";
import { stackInput } from "./stack-input.ts";
import type { ProvisionContext } from "./types.ts";

const byHand: Rule<ProvisionContext> = ({ answers }) =>
  answers.placement.method === "nixos" ? "It is a NixOS module, which runs outside the swarm." : undefined;
const notNixos: Rule<ProvisionContext> = ({ answers }) =>
  answers.placement.method === "nixos" ? undefined : "It is deployed as a swarm stack.";
const listNames = (names: readonly string[]) =>
  names.length > 2 ? `${names[0]} and ${names.length - 1} more names` : names.join(" and ");

const guarded = ({ answers, ports }: ProvisionContext) =>
  ports.filter((one) => one.published !== null && (one.guarded !== null || answers.exposure.audience === "internal"));

const nothingKept: Rule<ProvisionContext> = (context) =>
  sourcesOf(context).length === 0 ? "The panel finds nothing of it to back up." : undefined;
/** With several nodes Swarm chooses where a volume is; a first backup that is refused there would hold up the whole run. */
const mayBeElsewhere = ({ source }: NamedSource, { hasOneNode }: ProvisionContext) =>
  source.kind === "volume" && !hasOneNode;
/** Folders and volumes only where there is something to pack them with. */
const takenSources = (context: ProvisionContext): NamedSource[] =>
  sourcesOf(context).filter((one) => !needsHelper(one) || (context.packsFolders && !mayBeElsewhere(one, context)));
/** Folders and volumes by what the host calls them. */
const namePlaces = (context: ProvisionContext): string =>
  sourcesOf(context)
    .flatMap(({ source }) => ("path" in source ? source.path : "volumeName" in source ? source.volumeName : []))
    .join(", ");
const nothingTaken: Rule<ProvisionContext> = (context) => {
  if (takenSources(context).length > 0) return undefined;
  return context.packsFolders && sourcesOf(context).some((one) => mayBeElsewhere(one, context))
    ? "A volume may be on another node than the worker's: none is backed up now."
    : "There is nothing the panel can back up now.";
};
const noFirst: Rule<ProvisionContext> = ({ answers }) =>
  answers.backups.takeFirst ? undefined : "No first backup was asked for.";

const swarmSecret = (serviceName: string, secret: string, source: "generate" | "stored") => {
  const name = secretFullName(serviceName, secret);
  return { swarmName: name, secretName: name, source };
};

/**
 * The provisioning checklist: all aspects of a new service, in the order that keeps a mistake from spreading. What a
 * machine can do is a step; what it cannot is a manual item that waits for a person's note.
 */
export const PROVISION = defineChecklist<ProvisionContext>({
  key: "provision",
  version: 4,
  title: "Service provisioning checklist",
  items: [
    {
      key: "impact",
      step: "manual",
      about: "Tell the owners of services it may affect",
      skip: ({ answers }) =>
        answers.identity.affects.length === 0 ? "No impact on another service was named." : undefined,
      title: ({ answers }) => `Tell whoever runs ${listNames(answers.identity.affects.map((one) => one.service))}`,
      input: ({ answers }) => ({ affects: answers.identity.affects }),
    },
    repeat({
      key: "database-secret",
      essential: true,
      step: "swarm.secret",
      about: "Create the database's secrets",
      skip: unless(byHand, noDatabase),
      each: () => DATABASE_SECRETS,
      entryKey: (secret) => secret,
      entryTitle: (secret, { names }) => `Create secret ${secretFullName(names.serviceName, secret)}`,
      entryInput: (secret, { names }) => swarmSecret(names.serviceName, secret, "generate"),
    }),
    repeat({
      key: "secret",
      essential: true,
      step: "swarm.secret",
      about: "Create its other secrets",
      skip: unless(byHand, ({ answers }) =>
        answers.secrets.others.length === 0 ? "No other secrets were asked for." : undefined,
      ),
      each: ({ answers }) => answers.secrets.others,
      entryKey: (secret) => secret.name,
      entryTitle: (secret, { names }) => `Create secret ${secretFullName(names.serviceName, secret.name)}`,
      entryInput: (secret, { names }) => swarmSecret(names.serviceName, secret.name, secret.source),
    }),
    secretStoreItem<ProvisionContext>(byHand),
    {
      key: "folder",
      essential: true,
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
      key: "sign-in",
      step: "manual",
      role: "admin",
      about: "Register it with the identity provider",
      skip: ({ answers }) => (answers.signIn.sso === "none" ? "It does not use single sign-on." : undefined),
      title: ({ answers, names }) =>
        `Register ${names.serviceName} with the identity provider (${answers.signIn.sso === "saml" ? "SAML" : "OpenID Connect"})`,
      input: ({ answers }) => ({ note: answers.signIn.ssoNote }),
    },
    {
      key: "sender",
      step: "manual",
      about: "Let it send notices",
      skip: ({ answers }) => (answers.notifications.channel === "none" ? "It sends no notices." : undefined),
      title: ({ answers: { notifications } }) =>
        notifications.channel === "smtp"
          ? `Let the mail server accept ${notifications.sender}`
          : `Create the ntfy topic ${notifications.topic}`,
    },
    {
      key: "stack",
      essential: true,
      step: "swarm.stack",
      about: "Deploy its stack",
      dependsOn: ["impact", "database-secret", "secret", "folder"],
      skip: byHand,
      title: ({ names }) => `Deploy stack ${names.stackName}`,
      input: stackInput,
    },
    ...configItems<ProvisionContext>({
      dependsOn: ["impact", "folder", "stack"],
      skip: ({ repository }) => noPlace(repository),
      path: configPath,
      file: configFile,
    }),
    {
      key: "nixos-deploy",
      step: "manual",
      about: "See that the host runs it",
      dependsOn: ["config-main"],
      skip: notNixos,
      title: ({ answers: { placement }, names, repository }) =>
        repository === null
          ? `Write, build and deploy the NixOS module of ${names.serviceName} by hand`
          : `See that ${placement.nixosHost} runs ${names.serviceName}`,
      instructions: describeNixosDeploy,
      estimateMinutes: 15,
    },
    portsItem<ProvisionContext>(byHand),
    {
      key: "firewall",
      step: "manual",
      about: "Keep its ports behind the firewall",
      dependsOn: ["stack"],
      skip: unless(byHand, (context) =>
        guarded(context).length === 0 ? "None of its published ports has to be kept out by the firewall." : undefined,
      ),
      title: (context) =>
        `Keep ${guarded(context)
          .map((one) => (one.published === 0 ? `its ${one.protocol} port` : `${one.protocol} ${one.published}`))
          .join(", ")} out at the firewall`,
      input: (context) => ({ ports: guarded(context) }),
    },
    repeat({
      key: "record",
      step: "dns.record",
      about: "Create its DNS records",
      dependsOn: ["stack", "nixos-deploy"],
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
      title: (context) => `Get a certificate for ${listNames(hostnamesOf(context))}`,
      input: (context) => ({ names: hostnamesOf(context) }),
    },
    {
      key: "route",
      step: "ingress.route",
      about: "Route its names at the reverse proxy",
      dependsOn: ["record", "certificate"],
      needs: ["certificate"],
      skip: unless(notPublic, noIngress, byHand, noWebPort),
      title: (context) =>
        `Let ${context.ingress.kind === "caddy" ? "Caddy" : "Traefik"} answer ${listNames(hostnamesOf(context))}`,
      input: routeInput,
    },
    repeat<ProvisionContext, NamedSource>({
      key: "policy",
      step: "backups.policy",
      about: "Schedule its backups",
      dependsOn: ["stack", "folder"],
      skip: nothingKept,
      each: sourcesOf,
      entryKey: ({ name }: NamedSource) => name,
      entryTitle: (entry: NamedSource, context) => {
        const { cron } = policyOf(context.answers, entry);
        const isLater = context.answers.backups.takeFirst && context.packsFolders && mayBeElsewhere(entry, context);
        const rhythm = describeCron(cron)?.toLowerCase() ?? "only when somebody asks";
        return `Back up its ${entry.about}: ${rhythm}${isLater ? "; not now, as it may be on another node" : ""}`;
      },
      entryInput: (entry: NamedSource, { answers }) => policyOf(answers, entry),
    }),
    repeat({
      key: "backup",
      step: "backups.take",
      about: "Take the first backup",
      dependsOn: ["policy"],
      needs: ["policy"],
      skip: unless(nothingTaken, noFirst),
      each: takenSources,
      entryKey: ({ name }: NamedSource) => name,
      entryTitle: ({ about }: NamedSource) => `Take the first backup of its ${about}`,
      entryInput: ({ name }: NamedSource) => ({ policy: name, trigger: "provision" }),
    }),
    repeat({
      key: "proof",
      step: "backups.verify",
      about: "Restore it to prove it",
      dependsOn: ["backup"],
      needs: ["backup"],
      skip: unless(nothingTaken, noFirst),
      each: takenSources,
      entryKey: ({ name }: NamedSource) => name,
      entryTitle: ({ about }: NamedSource) => `Restore its ${about} into a throw-away place and compare`,
      entryInput: ({ name }: NamedSource) => ({ policy: name, which: "taken" }),
    }),
    {
      key: "files-backup",
      step: "manual",
      about: "Add its files to the backups",
      dependsOn: ["stack", "nixos-deploy", "folder"],
      skip: (context) => {
        if (!sourcesOf(context).some(needsHelper)) return "The service keeps no files.";
        return context.packsFolders ? "The panel backs them up." : undefined;
      },
      title: (context) =>
        `Back up ${namePlaces(context)} by other means: BACKUP_HELPER_IMAGE names no image to pack it with`,
    },
    {
      key: "database-backup",
      step: "manual",
      role: "dba",
      about: "Back up a database outside the swarm",
      dependsOn: ["nixos-deploy"],
      skip: unless(notNixos, noDatabase),
      title: ({ names }) => `Back up the database of ${names.serviceName} and restore it once`,
    },
    ...monitorItems<ProvisionContext>(["stack", "nixos-deploy", "certificate", "route"]),
    {
      key: "mail",
      step: "notifications.mail",
      about: "Mail its owner",
      dependsOn: [
        "database-secret",
        "secret",
        "secret-store",
        "folder",
        "stack",
        "ports",
        "config-main",
        "nixos-deploy",
        "record",
        "certificate",
        "route",
        "policy",
        "backup",
        "proof",
        "monitor",
      ],
      title: () => "Mail the owner that it runs",
      input: ({ answers, serviceId }) => ({
        template: "service-provisioned",
        toUserId: answers.identity.ownerId,
        serviceId,
      }),
    },
  ],
});

/** Input of `ingress.route`: every public name, to the published port. */
export function routeInput(context: ProvisionContext) {
  const { answers, names, serviceId, ingress } = context;
  const hostnames = hostnamesOf(context);
  return {
    kind: ingress.kind,
    routeId: `${serviceId}-${names.environment}`,
    hostnames,
    upstreamHost: ingress.upstreamHost,
    upstreamPort: webPort(context),
    certificateNames: answers.exposure.certificate ? hostnames : null,
  };
}
