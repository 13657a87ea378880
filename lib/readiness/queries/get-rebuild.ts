import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { describeCron } from "#lib/backups/format.ts";
import { config } from "#lib/platform/config/config.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import { plural } from "#lib/platform/format.ts";
import { namesIn, readConfig, readRunning } from "#lib/releases/queries/find-environment.ts";
import { readAnswers } from "#lib/secret-stores/queries/read-place.ts";
import { DATABASE_IMAGE_SETTINGS, secretFullName } from "#lib/services/naming.ts";
import type { Answers } from "#lib/services/schema/answers.ts";
import { type Rebuild, type RebuildEnvironment, renderRebuild } from "../format.ts";
import type { RebuildPage } from "../types.ts";
import { getReadiness } from "./get-readiness.ts";

async function readEnvironments(tx: Tx, serviceId: string, serviceName: string, answers: Answers | null) {
  const rows = await tx.environment.findMany({ where: { serviceId }, orderBy: { createdAt: "asc" } });
  const purposes = new Map(
    (answers?.placement.ports ?? []).map((one) => [`${one.container}/${one.protocol}`, one.purpose]),
  );
  const environments: RebuildEnvironment[] = [];
  for (const { id, name, stackName, currentId } of rows) {
    const content = (await readRunning(tx, { currentId }))?.content;
    const settings = (await readConfig(tx, id))?.content;
    const limits = [
      ...(content?.cpus ? [plural(content.cpus, "processor")] : []),
      ...(content?.memoryMb ? [`${content.memoryMb} MB of memory`] : []),
    ];
    environments.push({
      ...{ name, stackName, images: content?.images ?? {}, replicas: content?.replicas ?? settings?.replicas ?? null },
      env: content?.env ?? settings?.env ?? {},
      ports: (content?.ports ?? settings?.ports ?? []).map((one) => ({
        ...one,
        purpose: purposes.get(`${one.target}/${one.protocol}`) ?? "",
      })),
      mounts: content?.mounts ?? [],
      secrets: Object.keys(content?.secrets ?? {}).map((fileName) => ({
        fileName,
        name: secretFullName(serviceName, fileName, name),
      })),
      limits: limits.length > 0 ? `At most ${limits.join(" and ")}` : null,
      placement: Object.entries(content?.placement ?? {})
        .map(([rule, value]) => `${rule === "hostname" ? "Runs on" : "Runs where"} ${value}`)
        .join("; "),
    });
  }
  return environments;
}

const describeMode = ({ data }: Answers) => `${data.filesUid}:${data.filesGid}`;

function describeData(answers: Answers | null, serviceName: string): Pick<Rebuild, "database" | "folder"> {
  const names = namesIn(serviceName);
  const engine = answers?.data.database ?? "none";
  return {
    database:
      engine === "none"
        ? null
        : {
            ...{ engine, image: config()[DATABASE_IMAGE_SETTINGS[engine]] },
            ...{ name: names.databaseName, user: names.databaseUser },
          },
    folder: answers?.data.filesFolder
      ? { path: names.folder, owner: describeMode(answers), mode: String(answers.data.filesMode) }
      : null,
  };
}

async function readOutside(
  tx: Tx,
  serviceId: string,
): Promise<Pick<Rebuild, "records" | "certificates" | "backups" | "dependsOn">> {
  const records = await tx.dnsRecord.findMany({
    where: { serviceId },
    orderBy: { name: "asc" },
    select: { name: true, type: true, values: true, ttl: true, state: true },
  });
  const certificates = await tx.certificate.findMany({
    where: { serviceId, state: "issued" },
    select: { names: true },
  });
  const policies = await tx.backupPolicy.findMany({
    where: { serviceId, removedAt: null },
    include: { target: { select: { name: true } } },
    orderBy: { name: "asc" },
  });
  const dependencies = await tx.serviceDependency.findMany({
    where: { serviceId },
    include: { dependsOn: { select: { name: true } } },
  });
  return {
    records: records.map(({ name, type, values, ttl }) => ({ name, type, values: values as string[], ttl })),
    certificates: certificates.map(({ names }) => names.split(",")),
    backups: policies.map(({ name, kind, environment, cron, target }) => ({
      ...{ name, what: `${kind} (${environment})` },
      when: `${describeCron(cron) ?? "only when somebody asks"}, kept in ${target.name}`,
    })),
    dependsOn: dependencies.map(({ dependsOn, kind, reason }) => ({
      name: `${dependsOn.name}${kind === "service" ? "" : ` (${kind})`}`,
      reason,
    })),
  };
}

/** Everything the panel knows of a service on one page, in Markdown: no value of a secret is in it. */
export async function getRebuild(actor: Actor, serviceName: string, now: Date = new Date()): Promise<RebuildPage> {
  authorize(actor, "readiness.read");
  const tx = db();
  const service = await tx.service.findUnique({
    where: { name: serviceName },
    select: { id: true, name: true, purpose: true, owner: { select: { displayName: true, email: true } } },
  });
  if (!service) throw notFound("service");
  const answers = await readAnswers(tx, service.id);
  const markdown = renderRebuild({
    ...{ name: service.name, purpose: service.purpose, at: `${now.toISOString().slice(0, 16).replace("T", " ")} UTC` },
    owner: `${service.owner.displayName} (${service.owner.email})`,
    method: answers?.placement.method === "nixos" ? "a NixOS module" : "a swarm stack",
    ...describeData(answers, serviceName),
    environments: await readEnvironments(tx, service.id, serviceName, answers),
    ...(await readOutside(tx, service.id)),
    readiness: await getReadiness(actor, serviceName),
  });
  return { fileName: `rebuild-${service.name}.md`, markdown };
}
