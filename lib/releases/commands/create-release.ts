import { authorize } from "#lib/access/policy.ts";
import type { Actor, UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { NEW_RELEASE } from "#lib/checklists/new-release.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, invalid } from "#lib/platform/errors.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { DATABASE_SECRETS } from "#lib/services/constants.ts";
import { parseImageReference } from "#lib/services/schema/image-reference.ts";
import { type ReleaseOrigin, STAGING } from "../constants.ts";
import { type FoundService, findService, subjectOf } from "../queries/find-environment.ts";
import { getRelease } from "../queries/get-release.ts";
import { readTemplate } from "../queries/read-template.ts";
import { planMigration } from "../rollout/plan-migration.ts";
import type { ReleaseTemplate } from "../schema/content.ts";
import type { NewRelease, StackChange } from "../schema/release.ts";
import type { ReleaseView } from "../types.ts";
import { insertRelease } from "./insert-release.ts";

export interface MadeRelease {
  releaseId: string;
  number: number;
  runId: number;
}

function assertMigrations({ migrations }: NewRelease): void {
  const ids = migrations.map(({ id }) => id);
  const repeated = ids.findIndex((id, index) => ids.indexOf(id) !== index);
  if (repeated >= 0) throw invalid({ [`migrations.${repeated}.id`]: "Another migration has this name." });
}

/** The panel and the database have to read one and the same in it; what would not be run is said before anybody approves it. */
function assertReadable({ migrations }: NewRelease, { database }: ReleaseTemplate): void {
  const problems = migrations.flatMap(({ sql }, index) => {
    const { refusal } = planMigration(database?.engine ?? "mariadb", sql);
    return refusal ? [[`migrations.${index}.sql`, `It would not be run: ${refusal}.`] as const] : [];
  });
  if (problems.length > 0) throw invalid(Object.fromEntries(problems));
}

/** What the app is given, with what this release says anew. Its folder and its database's password stay its own. */
function changeTemplate(template: ReleaseTemplate, { secrets, volumes, healthCheck }: StackChange): ReleaseTemplate {
  const [password] = DATABASE_SECRETS;
  const own = template.database ? [password] : [];
  const folders = template.mounts.filter(({ kind }) => kind === "folder");
  const placed = volumes?.map(({ name, ...volume }) => ({ kind: "volume" as const, source: name, ...volume }));
  const changed = {
    ...template,
    secrets: secrets ? [...new Set([...own, ...secrets])] : template.secrets,
    mounts: placed ? [...folders, ...placed] : template.mounts,
    healthCheck: healthCheck === undefined ? template.healthCheck : healthCheck,
  };
  const targets = changed.mounts.map(({ target }) => target);
  if (new Set(targets).size < targets.length) throw invalid({ "stack.volumes": "Two are mounted at one place." });
  const reserved = secrets?.some((name) => (DATABASE_SECRETS as readonly string[]).includes(name));
  const taken = placed?.some(({ source }) => source === "db");
  if (reserved || taken) throw invalid({ stack: "The database's secrets and volume are its own." });
  return changed;
}

/** A release with the run that resolves it, in the caller's transaction; afterwards `ringRun(runId)`. */
export async function insertNewRelease(
  tx: Tx,
  actor: Actor,
  service: FoundService,
  wanted: NewRelease,
  origin: ReleaseOrigin,
): Promise<MadeRelease> {
  assertMigrations(wanted);
  const parsed = parseImageReference(wanted.image);
  if (!parsed.ok) throw invalid({ image: parsed.problem });
  if (service.state !== "live")
    throw conflict(
      "releases.not_live",
      `${service.name} is not live, so there is nowhere to release it to.`,
      "Finish its provisioning first.",
    );
  await tx.$queryRaw`SELECT id FROM Service WHERE id = ${service.id} FOR UPDATE`;
  const { template: before, databaseImage } = await readTemplate(tx, service);
  const template = changeTemplate(before, wanted.stack);
  assertReadable(wanted, template);
  const byId = actor.kind === "user" ? actor.id : null;
  const { id, number } = await insertRelease(tx, {
    serviceId: service.id,
    state: "resolving",
    contentHash: null,
    images: { app: wanted.image, ...(databaseImage ? { db: databaseImage } : {}) },
    template,
    migrations: wanted.migrations,
    labels: {},
    commitId: wanted.commitId,
    sourceUrl: wanted.sourceUrl,
    branch: wanted.branch,
    notes: wanted.notes,
    origin,
    byId,
    runId: null,
  });
  const staging = await tx.environment.findUnique({
    where: { serviceId_name: { serviceId: service.id, name: STAGING } },
    select: { currentId: true },
  });
  const { runId } = await createRun(tx, actor, {
    mode: "apply",
    checklist: { key: NEW_RELEASE.key, version: NEW_RELEASE.version },
    title: `Release ${number} of ${service.name}`,
    serviceId: service.id,
    environment: null,
    startKey: `release:${id}`,
    steps: compileChecklist(NEW_RELEASE, {
      releaseId: id,
      label: `${number} of ${service.name}`,
      image: wanted.image,
      staging: staging?.currentId ? STAGING : null,
    }),
  });
  await tx.release.update({ where: { id }, data: { runId } });
  await recordAudit(tx, actor, {
    action: "releases.create",
    subjectType: "release",
    subjectId: id,
    detail: {
      ...{ service: service.name, number, image: wanted.image, origin, runId },
      ...{ commitId: wanted.commitId, branch: wanted.branch, migrations: wanted.migrations.map((one) => one.id) },
      stack: Object.keys(wanted.stack),
    },
  });
  return { releaseId: id, number, runId };
}

/** Makes a release by hand or by a token from CI: its tag becomes a digest at once. */
export async function createRelease(actor: UserActor, serviceName: string, wanted: NewRelease): Promise<ReleaseView> {
  const origin = actor.via === "token" ? "token" : "person";
  const made = await transaction(async (tx) => {
    const service = await findService(serviceName, tx);
    authorize(actor, "releases.create", subjectOf(service));
    return insertNewRelease(tx, actor, service, wanted, origin);
  });
  await ringRun(made.runId);
  return getRelease(actor, made.releaseId);
}
