import { isFileKind } from "#lib/backups/constants.ts";
import { POINT } from "#lib/decommission/constants.ts";
import type { Choices, Group, Maker } from "#lib/decommission/types.ts";
import type { Dependant } from "#lib/impact/queries/list-dependants.ts";
import { defineChecklist, type RepeatedItem, type Rule, repeat, unless } from "./define-checklist.ts";
import { pauseMonitors, resumeMonitors } from "./maintenance.ts";

/** What the end of a service is compiled from. */
export interface DecommissionContext {
  service: { id: string; name: string; ownerId: string };
  choices: Choices;
  dependants: readonly Dependant[];
  /** Stacks of its environments, those with something on the swarm. */
  stacks: readonly { environment: string; stackName: string }[];
  policies: readonly { environment: string; name: string; kind: string }[];
  points: number;
  makers: readonly Maker[];
  /** Folders the panel made and that are still there. */
  folders: readonly string[];
  /** Records that people made for it besides. */
  ownRecords: readonly { id: string; name: string; type: string }[];
  hostnames: readonly string[];
  /** Traefik's own acme.json; null: there is none. */
  acmeFile: string | null;
  borgmatic: { configFile: string; sourceDirectories: string[]; databases: string[] } | null;
  /** Items of its provisioning that people did by hand, which people take back. */
  byHand: readonly { key: string; title: string; role: "staff" | "dba" | "admin" }[];
  /** Why the configuration repository is left out; undefined: it is not. */
  noRepository: string | undefined;
}

type EndRule = Rule<DecommissionContext>;

const listNames = (names: readonly string[]) =>
  names.length > 3 ? `${names.slice(0, 2).join(", ")} and ${names.length - 2} more` : names.join(", ");
const of =
  (group: Group) =>
  ({ makers }: DecommissionContext): Maker[] =>
    makers.filter((maker) => maker.group === group);
const noneOf =
  (group: Group, reason: string): EndRule =>
  (context) =>
    of(group)(context).length === 0 ? reason : undefined;

const noPolicies: EndRule = ({ policies }) => (policies.length === 0 ? "Nothing of it was backed up." : undefined);
const noLastBackup: EndRule = ({ choices }) =>
  choices.lastBackup === "skip" ? `No last backup, as was chosen: ${choices.reason.slice(0, 200)}` : undefined;
const listPlaces = ({ policies }: DecommissionContext) => policies.filter(({ kind }) => isFileKind(kind));
const noPlaces: EndRule = (context) =>
  listPlaces(context).length === 0 ? "No folder or volume of it is backed up." : undefined;
const policyKey = ({ environment, name }: DecommissionContext["policies"][number]) => `${environment}.${name}`;

type Waits = Pick<RepeatedItem<DecommissionContext, Maker>, "dependsOn">;

/** What one group of steps made, taken away by the steps themselves. */
const takeAway = (group: Group, about: string, skip: EndRule, { dependsOn = [] }: Waits = {}) =>
  repeat({
    ...{ key: `take-${group}`, step: "resources.take-away", about, dependsOn, skip, essential: true as const },
    each: of(group),
    entryKey: (maker) => String(maker.stepId),
    entryTitle: ({ kinds, names }) =>
      `Take away ${kinds.length === 1 ? `${kinds[0]?.replaceAll(".", " ")} ` : ""}${listNames(names)}`,
    entryInput: ({ stepId, kinds }) => ({ stepId, kinds }),
  });

/**
 * The end of a service: everything that was made for it is taken away by the step that made it, in an order in which nothing is
 * pulled from under something else, after it was backed up once more. It is over only when all of it is proven gone.
 */
export const DECOMMISSION = defineChecklist<DecommissionContext>({
  key: "decommission",
  version: 1,
  title: "Service decommissioning checklist",
  items: [
    repeat({
      key: "word",
      step: "manual",
      about: "Hear the owners of what depends on it",
      skip: ({ dependants }) => (dependants.length === 0 ? "No other service depends on it." : undefined),
      each: ({ dependants }) => dependants,
      entryKey: ({ service }: Dependant) => service,
      entryTitle: ({ service, owner }: Dependant, context) =>
        `${owner.name}: ${service} does without ${context.service.name}`,
      entryConfirmById: ({ owner }: Dependant) => owner.id,
      entryInput: ({ service, needs }: Dependant) => ({ service, needs }),
      dueDays: 7,
    }),
    repeat({
      key: "backup-check",
      step: "backups.check",
      about: "See that its folders and volumes can be backed up, before it is stopped for that",
      dependsOn: ["word"],
      essential: true,
      skip: unless(noPolicies, noLastBackup, noPlaces),
      each: listPlaces,
      entryKey: policyKey,
      entryTitle: ({ environment, name }: DecommissionContext["policies"][number]) =>
        `See that its ${name} (${environment}) can be backed up`,
      entryInput: ({ environment, name }: DecommissionContext["policies"][number]) => ({ policy: name, environment }),
    }),
    pauseMonitors({ dependsOn: ["word", "backup-check"], minutes: 120, reason: "The service is taken down" }),
    repeat({
      key: "stop",
      step: "services.stop",
      about: "Stop its tasks, so that nothing is written after the last backup",
      dependsOn: ["word", "backup-check", "pause-monitors"],
      skip: ({ stacks }) => (stacks.length === 0 ? "Nothing of it runs on the swarm." : undefined),
      each: ({ stacks }) => stacks,
      entryKey: ({ environment }: DecommissionContext["stacks"][number]) => environment,
      entryTitle: ({ stackName }: DecommissionContext["stacks"][number]) => `Stop the app of ${stackName}`,
      entryInput: ({ stackName }: DecommissionContext["stacks"][number]) => ({ stackName }),
    }),
    repeat({
      key: "last-backup",
      step: "backups.take",
      about: "Take the last backups",
      dependsOn: ["stop"],
      essential: true,
      skip: unless(noPolicies, noLastBackup),
      each: ({ policies }) => policies,
      entryKey: policyKey,
      entryTitle: ({ environment, name }: DecommissionContext["policies"][number]) =>
        `Take the last backup of its ${name} (${environment})`,
      entryInput: ({ environment, name }: DecommissionContext["policies"][number]) => ({
        ...{ policy: name, environment, trigger: "retire" },
      }),
    }),
    repeat({
      key: "proof",
      step: "backups.verify",
      about: "Restore them to prove them",
      dependsOn: ["last-backup"],
      needs: ["last-backup"],
      essential: true,
      skip: unless(noPolicies, noLastBackup),
      each: ({ policies }) => policies,
      entryKey: policyKey,
      entryTitle: ({ environment, name }: DecommissionContext["policies"][number]) =>
        `Restore its ${name} (${environment}) into a throw-away place and compare`,
      entryInput: ({ environment, name }: DecommissionContext["policies"][number], { choices }) => ({
        ...{ policy: name, environment, which: "taken", mustProve: choices.lastBackup === "take" },
      }),
    }),
    {
      key: "schedules",
      step: "backups.retire",
      about: "End its backup schedules",
      dependsOn: ["last-backup", "proof"],
      essential: true,
      skip: ({ policies, points }) => (policies.length + points === 0 ? "Nothing of it was backed up." : undefined),
      title: ({ choices }) =>
        choices.backups === "keep"
          ? "End its backup schedules and keep what is stored"
          : "End its backup schedules and delete what is stored but the last proven",
      input: ({ choices }) => ({ objects: choices.backups }),
    },
    {
      key: "borgmatic",
      step: "backups.borgmatic",
      about: "Take it out of borgmatic's file",
      dependsOn: ["schedules"],
      skip: ({ borgmatic }) => (borgmatic ? undefined : "The panel looks after no borgmatic file (BORGMATIC_CONFIG)."),
      title: ({ borgmatic }) => `Take it out of ${borgmatic?.configFile}`,
      input: ({ borgmatic }) => ({ ...borgmatic }),
    },
    takeAway("other", "Take away what was made for it besides", noneOf("other", "Nothing was made for it besides."), {
      dependsOn: ["stop", "proof", "schedules"],
    }),
    takeAway(
      "route",
      "Take its route out of the reverse proxy",
      noneOf("route", "The reverse proxy has no route of it."),
      {
        dependsOn: ["proof", "schedules", "take-other"],
      },
    ),
    {
      key: "acme",
      step: "ingress.forget",
      about: "Take its entry out of Traefik's acme.json, so that it is not renewed",
      dependsOn: ["take-route"],
      skip: ({ acmeFile, hostnames }) => {
        if (acmeFile === null) return "The panel looks after no acme.json of Traefik's (TRAEFIK_ACME_JSON).";
        return hostnames.length === 0 ? "It has no public host name." : undefined;
      },
      title: ({ acmeFile }) => `Take its entry out of ${acmeFile}`,
      input: ({ hostnames }) => ({ hostnames: [...hostnames] }),
    },
    takeAway("stack", "Tear down its stack", noneOf("stack", "It has no stack."), {
      dependsOn: ["proof", "borgmatic", "take-other", "take-route", "acme"],
    }),
    takeAway("monitor", "Take it out of the monitors", noneOf("monitor", "No monitor watches it."), {
      dependsOn: ["take-stack"],
    }),
    takeAway(
      "volume",
      "Delete its database and volumes",
      unless(
        ({ choices }) => (choices.database === "keep" ? "They are kept, as was chosen." : undefined),
        noneOf("volume", "It has no volumes."),
      ),
      { dependsOn: ["take-stack"] },
    ),
    repeat({
      key: "archive",
      step: "services.archive-folder",
      about: "Archive its files",
      dependsOn: ["take-stack", "proof"],
      essential: true,
      skip: ({ folders, choices }) => {
        if (folders.length === 0) return "The panel made no folder for it.";
        return choices.files === "keep" ? "Its files are kept, as was chosen." : undefined;
      },
      each: ({ folders }) => folders,
      entryKey: (path: string) => path.slice(path.lastIndexOf("/") + 1),
      entryTitle: (path: string, { choices }) =>
        choices.files === "archive" ? `Archive ${path}, then empty it` : `Delete what is in ${path}`,
      entryInput: (path: string, { choices }) => ({ path, archive: choices.files === "archive" }),
    }),
    takeAway(
      "folder",
      "Remove its folder",
      unless(
        ({ choices }) => (choices.files === "keep" ? "It is kept, as was chosen." : undefined),
        noneOf("folder", "The panel made no folder for it."),
      ),
      { dependsOn: ["archive"] },
    ),
    takeAway("certificate", "Revoke its certificate", noneOf("certificate", "It has no certificate."), {
      dependsOn: ["take-route", "take-stack"],
    }),
    takeAway("record", "Remove its DNS records", noneOf("record", "It has no DNS records."), {
      dependsOn: ["take-certificate", "take-stack"],
    }),
    repeat({
      key: "own-record",
      step: "dns.release",
      about: "Remove the records that people made for it",
      dependsOn: ["take-certificate", "take-stack"],
      essential: true,
      skip: ({ ownRecords }) => (ownRecords.length === 0 ? "Nobody made records for it." : undefined),
      each: ({ ownRecords }) => ownRecords,
      entryKey: ({ id }: DecommissionContext["ownRecords"][number]) => id,
      entryTitle: ({ name, type }: DecommissionContext["ownRecords"][number]) => `Remove ${type} ${name}`,
      entryInput: ({ id }: DecommissionContext["ownRecords"][number]) => ({ recordId: id }),
    }),
    takeAway(
      "secret",
      "Delete its secrets",
      unless(
        ({ choices }) => (choices.secrets === "keep" ? "They are kept, as was chosen." : undefined),
        noneOf("secret", "It has no secrets."),
      ),
      { dependsOn: ["take-stack", "take-volume"] },
    ),
    {
      key: "repository",
      step: "repository.retire",
      about: "Move its files in the configuration repository to .retired-services",
      dependsOn: ["take-stack", "archive", "take-record", "take-secret"],
      skip: ({ noRepository }) => noRepository,
      title: () => "Move its files to .retired-services on staging, check the build, then main",
    },
    repeat({
      key: "by-hand",
      step: "manual",
      about: "Take back what people did by hand",
      dependsOn: ["take-stack"],
      skip: ({ byHand }) => (byHand.length === 0 ? "Nothing of it was done by hand." : undefined),
      each: ({ byHand }) => byHand,
      entryKey: ({ key }: DecommissionContext["byHand"][number]) => key,
      entryTitle: ({ title }: DecommissionContext["byHand"][number]) => title,
      entryRole: ({ role }: DecommissionContext["byHand"][number]) => role,
      role: "staff",
      dueDays: 3,
    }),
    {
      key: "proven-gone",
      step: "services.prove-gone",
      about: "Prove that nothing of it is left",
      essential: true,
      dependsOn: [
        ...["take-other", "take-route", "acme", "take-stack", "take-monitor", "take-volume", "archive", "take-folder"],
        ...["take-certificate", "take-record", "own-record", "take-secret", "repository", "borgmatic", "schedules"],
      ],
      title: ({ service }) => `Prove that nothing of ${service.name} is left`,
      input: ({ choices, service }) => ({
        keep: [
          POINT,
          ...(choices.database === "keep" ? ["volume"] : []),
          ...(choices.files === "keep" ? ["folder"] : []),
          ...(choices.secrets === "keep" ? ["secret"] : []),
        ],
        serviceName: service.name,
      }),
    },
    resumeMonitors({ dependsOn: ["proven-gone"] }),
    {
      key: "mail",
      step: "notifications.mail",
      about: "Mail its owner",
      dependsOn: ["proven-gone"],
      title: () => "Mail the owner what is left of it",
      input: ({ service }) => ({ template: "service-retired", toUserId: service.ownerId, serviceId: service.id }),
    },
  ],
});
