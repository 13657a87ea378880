import { describeCron } from "#lib/backups/format.ts";

import { DATABASE_SECRETS, RECORD_TTL_S } from "#lib/services/constants.ts";
import { secretFullName } from "#lib/services/naming.ts";
import { type NamedSource, policyOf, sourcesOf } from "./backup-sources.ts";
import { defineChecklist, repeat } from "./define-checklist.ts";
import { stackInput } from "./stack-input.ts";
import type { ProvisionContext } from "./types.ts";

type Rule = (context: ProvisionContext) => string | undefined;

const byHand: Rule = ({ answers }) =>
  answers.placement.method === "nixos" ? "It is a NixOS module, which is deployed by hand." : undefined;
const noDatabase: Rule = ({ answers }) =>
  answers.data.database === "none" ? "The service has no database." : undefined;
const notPublic: Rule = ({ answers }) =>
  answers.exposure.audience === "public" ? undefined : "The service is not exposed to the public internet.";
const notNixos: Rule = ({ answers }) =>
  answers.placement.method === "nixos" ? undefined : "It is deployed as a swarm stack.";
/** The first reason that holds. */
const unless =
  (...rules: Rule[]): Rule =>
  (context) => {
    for (const rule of rules) {
      const reason = rule(context);
      if (reason !== undefined) return reason;
    }
    return undefined;
  };

/** Every public name of a service, its own first. */
export function hostnamesOf({ answers, names }: Pick<ProvisionContext, "answers" | "names">): string[] {
  const { audience, defaultHostname, directHostname, extraHostnames } = answers.exposure;
  if (audience !== "public") return [];
  const own = [...(defaultHostname ? [names.hostname] : []), ...(directHostname ? [names.directHostname] : [])];
  return [...new Set([...own, ...extraHostnames])];
}

const listNames = (names: readonly string[]) =>
  names.length > 2 ? `${names[0]} and ${names.length - 1} more names` : names.join(" and ");

/** The published port that web pages come from: the first that nothing else is known to listen on. */
const webPort = ({ ports }: ProvisionContext) =>
  ports.find((one) => one.protocol === "tcp" && one.published !== null && one.guarded === null)?.published ?? null;
const noIngress: Rule = ({ ingress }) =>
  ingress.kind === "none" ? "The panel looks after no reverse proxy (INGRESS_KIND)." : undefined;
const noWebPort: Rule = (context) => (webPort(context) === null ? "It publishes no port for web pages." : undefined);

const guarded = ({ answers, ports }: ProvisionContext) =>
  ports.filter((one) => one.published !== null && (one.guarded !== null || answers.exposure.audience === "internal"));

const nothingKept: Rule = (context) =>
  sourcesOf(context).length === 0 ? "The panel finds nothing of it to back up." : undefined;
/** Folders only where there is something to pack them with. */
const takenSources = (context: ProvisionContext): NamedSource[] =>
  sourcesOf(context).filter(({ source }) => source.kind !== "files" || context.packsFolders);
const nothingTaken: Rule = (context) =>
  takenSources(context).length === 0 ? "There is nothing the panel can back up now." : undefined;
const noFirst: Rule = ({ answers }) => (answers.backups.takeFirst ? undefined : "No first backup was asked for.");

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
  version: 3,
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
      key: "nixos-module",
      step: "manual",
      about: "Write the NixOS module's configuration",
      dependsOn: ["impact", "folder"],
      skip: notNixos,
      title: () =>
        "Check on repology.org that the NixOS module is up to date with upstream, and write its configuration",
    },
    {
      key: "nixos-build",
      step: "manual",
      about: "Build it from the staging branch",
      dependsOn: ["nixos-module"],
      skip: notNixos,
      title: () => "Push to the staging branch and see that the configuration builds",
    },
    {
      key: "nixos-deploy",
      step: "manual",
      about: "Deploy it from main",
      dependsOn: ["nixos-build"],
      skip: notNixos,
      title: () => "Push to main and see that the service runs",
    },
    {
      key: "stack",
      step: "swarm.stack",
      about: "Deploy its stack",
      dependsOn: ["impact", "database-secret", "secret", "folder"],
      skip: byHand,
      title: ({ names }) => `Deploy stack ${names.stackName}`,
      input: stackInput,
    },
    {
      key: "firewall",
      step: "manual",
      about: "Keep its ports behind the firewall",
      dependsOn: ["stack"],
      skip: (context) =>
        guarded(context).length === 0 ? "None of its published ports has to be kept out by the firewall." : undefined,
      title: (context) =>
        `Keep ${guarded(context)
          .map((one) => `${one.protocol} ${one.published}`)
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
      skip: unless(notPublic, ({ answers }) =>
        answers.exposure.certificate ? undefined : "No certificate was asked for.",
      ),
      title: (context) => `Get a certificate for ${listNames(hostnamesOf(context))}`,
      input: (context) => ({ names: hostnamesOf(context) }),
    },
    {
      key: "route",
      step: "ingress.route",
      about: "Route its names at the reverse proxy",
      dependsOn: ["record", "certificate"],
      skip: unless(notPublic, noIngress, byHand, noWebPort),
      title: (context) =>
        `Let ${context.ingress.kind === "caddy" ? "Caddy" : "Traefik"} answer ${listNames(hostnamesOf(context))}`,
      input: routeInput,
    },
    repeat({
      key: "policy",
      step: "backups.policy",
      about: "Schedule its backups",
      dependsOn: ["stack", "folder"],
      skip: nothingKept,
      each: sourcesOf,
      entryKey: ({ name }: NamedSource) => name,
      entryTitle: (entry: NamedSource, { answers }) => {
        const { cron } = policyOf(answers, entry);
        return `Back up its ${entry.name}: ${describeCron(cron)?.toLowerCase() ?? "only when somebody asks"}`;
      },
      entryInput: (entry: NamedSource, { answers }) => policyOf(answers, entry),
    }),
    repeat({
      key: "backup",
      step: "backups.take",
      about: "Take the first backup",
      dependsOn: ["policy"],
      skip: unless(nothingTaken, noFirst),
      each: takenSources,
      entryKey: ({ name }: NamedSource) => name,
      entryTitle: ({ name }: NamedSource) => `Take the first backup of its ${name}`,
      entryInput: ({ name }: NamedSource) => ({ policy: name, trigger: "provision" }),
    }),
    repeat({
      key: "proof",
      step: "backups.verify",
      about: "Restore it to prove it",
      dependsOn: ["backup"],
      skip: unless(nothingTaken, noFirst),
      each: takenSources,
      entryKey: ({ name }: NamedSource) => name,
      entryTitle: ({ name }: NamedSource) => `Restore its ${name} into a throw-away place and compare`,
      entryInput: ({ name }: NamedSource) => ({ policy: name, which: "taken" }),
    }),
    {
      key: "files-backup",
      step: "manual",
      about: "Add its files to the backups",
      dependsOn: ["stack", "nixos-deploy", "folder"],
      skip: ({ answers, packsFolders }) => {
        if (!answers.data.filesFolder) return "The service keeps no files.";
        return packsFolders ? "The panel backs its folder up." : undefined;
      },
      title: ({ names }) =>
        `Back up ${names.folder} by other means: BACKUP_HELPER_IMAGE names no image to pack it with`,
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
    repeat({
      key: "monitor",
      step: "manual",
      about: "Add it to the monitors",
      dependsOn: ["stack", "nixos-deploy", "certificate", "route"],
      skip: ({ answers: { watching } }) => {
        if (!watching.monitored) return "It is not monitored.";
        return watching.monitors.length === 0 ? "No monitor was chosen." : undefined;
      },
      each: ({ answers }) => [...new Set(answers.watching.monitors)],
      entryKey: (monitor) => monitor,
      entryTitle: (monitor, { answers, names }) =>
        `Add ${names.serviceName} to ${monitor === "uptime-kuma" ? "Uptime Kuma" : "Healthchecks"}: ${answers.watching.checkPath} answers ${answers.watching.expectedStatus}`,
    }),
    {
      key: "mail",
      step: "notifications.mail",
      about: "Mail its owner",
      dependsOn: [
        "database-secret",
        "secret",
        "folder",
        "stack",
        "nixos-deploy",
        "record",
        "certificate",
        "route",
        "policy",
        "backup",
        "proof",
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
function routeInput(context: ProvisionContext) {
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
