import { isSqlKind } from "#lib/backups/constants.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { findPlace } from "#lib/runs/queries/find-place.ts";
import type { Naming } from "#lib/services/naming.ts";
import type { CollectedEvidence } from "../compare/collect-evidence.ts";
import { listNewMigrations } from "../compare/compare-contents.ts";
import type { DeploymentKind, DeploymentState } from "../constants.ts";
import {
  type Migration,
  type ReleaseContent,
  type ReleaseTemplate,
  releaseContentSchema,
  releaseTemplateSchema,
} from "../schema/content.ts";
import { evidenceSchema, targetStateSchema } from "../schema/deployment-views.ts";
import type { EnvironmentConfigContent } from "../schema/release.ts";
import { type FoundDeployment, findDeployment } from "./find-deployment.ts";
import { namesIn, readConfig } from "./find-environment.ts";

/** What runs where, as a deployment froze it: enough to make the spec of it. */
export interface Runnable {
  content: ReleaseContent;
  template: ReleaseTemplate;
}

/** A deployment as the steps that carry it out need it. */
export interface DeployJob {
  row: FoundDeployment;
  kind: DeploymentKind;
  state: DeploymentState;
  /** "release 5 of pad-notes to production". */
  label: string;
  names: Naming;
  next: Runnable;
  /** What ran there when it was proposed, and what is put back when it fails; null: nothing the panel knows of. */
  previous: (Runnable & { deploymentId: string; releaseNumber: number }) | null;
  /** In order; those that ran where it goes are left out. */
  migrations: Migration[];
  evidence: CollectedEvidence;
  probe: EnvironmentConfigContent["probe"];
  /** Where its published ports are reached since it was moved to another host; null: as the settings say. */
  upstreamHost: string | null;
  soakS: number;
}

const WITH_RELEASE = { include: { release: { select: { number: true, template: true } } } } as const;

export async function readDeployJob(deploymentId: string, tx: Tx = db()): Promise<DeployJob> {
  const row = await findDeployment(deploymentId, tx);
  const { environment, release } = row;
  const content = releaseContentSchema.parse(row.content);
  const before = row.previousId
    ? await tx.deployment.findUnique({ where: { id: row.previousId }, ...WITH_RELEASE })
    : null;
  const previous = before && {
    deploymentId: before.id,
    releaseNumber: before.release.number,
    content: releaseContentSchema.parse(before.content),
    template: releaseTemplateSchema.parse(before.release.template),
  };
  const settings = await readConfig(tx, environment.id, row.configVersion);
  return {
    row,
    kind: row.kind as DeploymentKind,
    state: row.state as DeploymentState,
    label: `release ${release.number} of ${environment.service.name} to ${environment.name}`,
    names: namesIn(environment.service.name, environment.name),
    next: { content, template: releaseTemplateSchema.parse(release.template) },
    previous,
    // The database is as far as what ran there, or further: going back runs nothing.
    migrations: row.kind === "rollback" ? [] : listNewMigrations(previous?.content ?? null, content),
    evidence: evidenceSchema.parse(row.evidence),
    probe: settings?.content.probe ?? null,
    upstreamHost: (await findPlace(tx, environment.serviceId, environment.name))?.upstreamHost ?? null,
    // As it was approved; what is set since holds from the next on.
    soakS: targetStateSchema.parse(row.targetState).soakS,
  };
}

/** The policy that backs up an environment's own database, the one that provisioning made first. */
export async function findDatabasePolicy(
  tx: Tx,
  { serviceId, environment }: { serviceId: string; environment: string },
): Promise<string | null> {
  const rows = await tx.backupPolicy.findMany({
    where: { serviceId, environment, removedAt: null },
    select: { name: true, kind: true },
    orderBy: { createdAt: "asc" },
  });
  const fitting = rows.filter(({ kind }) => isSqlKind(kind));
  return (fitting.find(({ name }) => name === "database") ?? fitting[0])?.name ?? null;
}
