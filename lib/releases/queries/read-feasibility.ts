import type { SqlKind } from "#lib/backups/constants.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { engineOf } from "../compare/collect-evidence.ts";
import { type Migration, type ReleaseContent, releaseContentSchema } from "../schema/content.ts";
import { lintMigration } from "../sql-lint/lint-migration.ts";
import type { FeasibilityView } from "../types.ts";
import { type FoundDeployment, findDeployment } from "./find-deployment.ts";
import { listMissingSecrets, withLivingSecrets } from "./list-missing-secrets.ts";
import { findDatabasePolicy } from "./read-deploy-job.ts";

type Check = FeasibilityView["checks"][number];

/** As a worker last heard from the registry; the run asks it again, right before it acts. */
async function checkDigest(tx: Tx, { images }: ReleaseContent): Promise<Check> {
  const image = images.app ?? "";
  const row = await tx.imageCheck.findUnique({ where: { image } });
  const at = row?.checkedAt.toISOString() ?? null;
  if (row?.present == null)
    return { check: "digest", ok: null, words: `Whether its registry still has ${image} has not been asked yet.`, at };
  return row.present
    ? { check: "digest", ok: true, words: `Its registry has ${image}.`, at }
    : { check: "digest", ok: false, words: `Its registry no longer has ${image}.`, at };
}

/** What has run in the environment's database since: of deployments that came to their migrations, whatever became of them. */
async function listMigrationsSince(tx: Tx, { row, content }: Target): Promise<Migration[]> {
  const since = await tx.deployment.findMany({
    where: {
      environmentId: row.environmentId,
      startedAt: { gt: row.startedAt ?? row.createdAt },
      runId: { not: null },
    },
    orderBy: { startedAt: "asc" },
    select: { content: true, runId: true },
  });
  const attempted = await tx.step.findMany({
    where: { runId: { in: since.flatMap(({ runId }) => runId ?? []) }, name: "releases.migrate", attempts: { gt: 0 } },
    select: { runId: true },
  });
  const runs = new Set(attempted.map(({ runId }) => runId));
  const before = new Set(content.migrations.map(({ id }) => id));
  const found = new Map<string, Migration>();
  for (const one of since)
    if (one.runId !== null && runs.has(one.runId))
      for (const migration of releaseContentSchema.parse(one.content).migrations)
        if (!before.has(migration.id)) found.set(migration.id, migration);
  return [...found.values()];
}

async function checkMigrations(tx: Tx, target: Target): Promise<Check> {
  const migrations = await listMigrationsSince(tx, target);
  const answer = (ok: boolean, words: string): Check => ({ check: "migrations", ok, words, at: null });
  if (migrations.length === 0) return answer(true, "No migration has run there since.");
  const bad = migrations.flatMap(({ id, sql }) => {
    const { irreversible, findings } = lintMigration(sql, target.kind ?? "mariadb");
    const why = findings.find(({ effect }) => effect !== "changes");
    return irreversible ? [`${id}${why ? ` (line ${why.line}: ${why.why})` : ""}`] : [];
  });
  if (bad.length === 0)
    return answer(true, `What has run since (${migrations.map(({ id }) => id).join(", ")}) it can live with.`);
  return answer(
    false,
    `Migrations have run since that it cannot live with: ${bad.join("; ")}. The database would have to be restored first.`,
  );
}

/** What is lost if going back is not enough: everything since the newest backup that is proven. */
async function checkBackup(tx: Tx, { row, kind }: Target, now: Date): Promise<Check> {
  const place = { serviceId: row.environment.serviceId, environment: row.environment.name };
  const answer = (ok: boolean | null, words: string, at: Date | null = null): Check => ({
    ...{ check: "backup", ok, words },
    at: at?.toISOString() ?? null,
  });
  const policy = await findDatabasePolicy(tx, place);
  if (policy === null) return answer(null, kind ? "No backup policy backs its database up." : "It has no database.");
  const newest = await tx.backup.findFirst({
    where: { ...place, policy, proven: { in: ["counts", "smoke"] }, removedAt: null, missingAt: null },
    orderBy: { startedAt: "desc" },
    select: { startedAt: true },
  });
  if (!newest) return answer(null, `No backup of “${policy}” has been proven by restoring it.`);
  const hours = Math.floor((now.getTime() - newest.startedAt.getTime()) / 3_600_000);
  const age = hours < 1 ? "less than an hour" : hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
  return answer(true, `The newest backup that was restored and compared is ${age} old.`, newest.startedAt);
}

async function checkSecrets(tx: Tx, { row, content }: Target): Promise<Check> {
  const answer = (ok: boolean, words: string): Check => ({ check: "secrets", ok, words, at: null });
  if (Object.keys(content.secrets).length === 0) return answer(true, "It is given no secrets.");
  const gone = await listMissingSecrets(tx, row.environment, content);
  const missing = await listMissingSecrets(tx, row.environment, await withLivingSecrets(tx, row.environment, content));
  if (missing.length > 0) return answer(false, `Gone: ${missing.join(", ")}.`);
  return gone.length === 0
    ? answer(true, "Its secrets are there in the versions of then.")
    : answer(true, `Rotated since, so that the newest is used: ${gone.join(", ")}.`);
}

interface Target {
  row: FoundDeployment;
  content: ReleaseContent;
  kind: SqlKind | null;
}

/** Whether one could go back to what an earlier deployment ran, line by line. What is not known stands in nobody's way. */
export async function readFeasibility(tx: Tx, deploymentId: string, now: Date = new Date()): Promise<FeasibilityView> {
  const row = await findDeployment(deploymentId, tx);
  const content = releaseContentSchema.parse(row.content);
  const target = { row, content, kind: engineOf(row.release.template) };
  const checks = [
    await checkDigest(tx, content),
    await checkMigrations(tx, target),
    await checkBackup(tx, target, now),
    await checkSecrets(tx, target),
  ];
  return { ok: checks.every(({ ok }) => ok !== false), checks };
}
