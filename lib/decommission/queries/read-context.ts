import type { DecommissionContext } from "#lib/checklists/decommission.ts";
import { noRepository } from "#lib/checklists/repository.ts";
import { listDependants } from "#lib/impact/queries/list-dependants.ts";
import { config } from "#lib/platform/config/config.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { namesIn } from "#lib/releases/queries/find-environment.ts";
import type { Choices } from "../types.ts";
import { readMakers } from "./read-makers.ts";

type ByHand = DecommissionContext["byHand"][number];

/** What a person takes back of what a person did, by the key of the provisioning's item. */
const TAKEN_BACK: Readonly<Record<string, { title(service: string): string; role: ByHand["role"] }>> = {
  "sign-in": { title: (name) => `Take ${name} out of the identity provider`, role: "admin" },
  sender: { title: (name) => `Take back what lets ${name} send notices`, role: "staff" },
  firewall: { title: (name) => `Take the ports of ${name} out of the firewall's rules`, role: "staff" },
  "nixos-deploy": { title: (name) => `See that ${name} does not run any more once main is deployed`, role: "staff" },
  "files-backup": { title: (name) => `Take the files of ${name} out of the other backups`, role: "staff" },
  "database-backup": { title: (name) => `Take the database of ${name} out of the other backups`, role: "dba" },
  "monitor.uptime-kuma": { title: (name) => `Take ${name} out of Uptime Kuma`, role: "staff" },
  "monitor.healthchecks": { title: (name) => `Take ${name} out of Healthchecks`, role: "staff" },
};

/** What people did by hand when it was provisioned, each once. */
async function readByHand(tx: Tx, service: { id: string; name: string }): Promise<ByHand[]> {
  const steps = await tx.step.findMany({
    where: {
      ...{ name: "manual", state: "succeeded", key: { in: Object.keys(TAKEN_BACK) } },
      run: { serviceId: service.id, mode: "apply", checklistKey: { in: ["provision", "add-environment"] } },
    },
    select: { key: true },
    orderBy: { id: "asc" },
  });
  return [...new Set(steps.map(({ key }) => key))].flatMap((key) => {
    const back = TAKEN_BACK[key];
    return back ? [{ key, title: back.title(service.name), role: back.role }] : [];
  });
}

/** Entries that borgmatic's file could have of the service: its folders and its databases, in every environment. */
function namesForBorgmatic(serviceName: string, environments: readonly string[]): DecommissionContext["borgmatic"] {
  const { BORGMATIC_CONFIG: configFile } = config();
  if (!configFile) return null;
  const names = environments.map((environment) => namesIn(serviceName, environment));
  return {
    configFile,
    sourceDirectories: [...new Set(names.map((one) => one.folder))],
    databases: [...new Set(names.map((one) => one.databaseName))],
  };
}

export interface DecommissionedService {
  id: string;
  name: string;
  ownerId: string;
}

/** Everything the end of this service is compiled from, as it is now. */
export async function readContext(
  tx: Tx,
  service: DecommissionedService,
  choices: Choices,
): Promise<DecommissionContext> {
  const { id: serviceId, name } = service;
  const environments = await tx.environment.findMany({ where: { serviceId }, orderBy: { name: "asc" } });
  const makers = await readMakers(tx, serviceId);
  const made = new Set(makers.flatMap((maker) => maker.names));
  const policies = await tx.backupPolicy.findMany({
    where: { serviceId, removedAt: null },
    select: { environment: true, name: true, kind: true },
    orderBy: [{ environment: "asc" }, { name: "asc" }],
  });
  const inLedger = new Set(
    (
      await tx.resource.findMany({
        where: { serviceId, kind: "dns.record", state: { not: "gone" } },
        select: { name: true },
      })
    ).map((one) => one.name),
  );
  const records = await tx.dnsRecord.findMany({
    where: { serviceId, state: { not: "removed" } },
    select: { id: true, name: true, type: true },
    orderBy: [{ name: "asc" }, { type: "asc" }],
  });
  const hostnames = await tx.serviceClaim.findMany({
    where: { serviceId, kind: "hostname" },
    select: { value: true },
    orderBy: { value: "asc" },
  });
  return {
    service: { id: serviceId, name, ownerId: service.ownerId },
    choices,
    dependants: await listDependants(tx, serviceId),
    stacks: environments
      .map(({ name: environment, stackName }) => ({ environment, stackName }))
      .filter(({ stackName }) => made.has(`${stackName}_app`)),
    policies,
    points: await tx.backup.count({
      where: { serviceId, removedAt: null, state: { in: ["stored", "verified", "failed"] } },
    }),
    makers,
    folders: makers.filter(({ group }) => group === "folder").flatMap((maker) => maker.names),
    ownRecords: records.filter(({ type, name: host }) => !inLedger.has(`${type} ${host}`)),
    hostnames: hostnames.map(({ value }) => value),
    acmeFile: config().TRAEFIK_ACME_JSON || null,
    borgmatic: namesForBorgmatic(
      name,
      environments.map((one) => one.name),
    ),
    byHand: await readByHand(tx, service),
    noRepository: noRepository(),
  };
}
