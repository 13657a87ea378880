import { setTimeout as delay } from "node:timers/promises";
import { readIdpMetadata } from "#lib/integrations/saml/idp-metadata.ts";
import { config } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { pendingMigrations } from "#lib/platform/db/pending-migrations.ts";
import { redis } from "#lib/platform/redis.ts";

/** One thing the panel needs. `failed` takes the panel out of service; `degraded` says that something waits or lags. */
interface HealthCheck {
  status: "ok" | "degraded" | "failed";
  /** One sentence for the operator. */
  note?: string;
}

export interface Readiness {
  status: "ready" | "degraded" | "not_ready";
  checks: Record<"database" | "migrations" | "redis" | "workers" | "signIn", HealthCheck>;
}

const PATIENCE_MS = 3_000;
const WORKER_SILENCE_MS = 60_000;

const ok: HealthCheck = { status: "ok" };
const degraded = (note: string): HealthCheck => ({ status: "degraded", note });
const failed = (note: string): HealthCheck => ({ status: "failed", note });

/** What `check` says, or `otherwise` when it throws or takes too long. */
async function within(check: () => Promise<HealthCheck>, otherwise: HealthCheck): Promise<HealthCheck> {
  const waiting = new AbortController();
  const late = delay(PATIENCE_MS, otherwise, { signal: waiting.signal }).catch(() => otherwise);
  const answer = await Promise.race([check().catch(() => otherwise), late]);
  waiting.abort();
  return answer;
}

async function checkDatabase(): Promise<HealthCheck> {
  await db().$queryRaw`SELECT 1`;
  return ok;
}

async function checkMigrations(): Promise<HealthCheck> {
  const pending = await pendingMigrations();
  return pending.length === 0 ? ok : failed(`The database lacks ${pending.join(", ")}; run the migrations.`);
}

async function checkRedis(): Promise<HealthCheck> {
  const connection = redis();
  if (connection.status !== "ready") await delay(200);
  await connection.ping();
  const policy = /maxmemory_policy:(\S+)/.exec(await connection.info("memory"))?.[1] ?? "";
  return policy === "noeviction" ? ok : degraded(`Redis may throw keys away (maxmemory-policy ${policy}).`);
}

async function checkWorkers(): Promise<HealthCheck> {
  const seenAt = { gt: new Date(Date.now() - WORKER_SILENCE_MS) };
  return (await db().worker.count({ where: { seenAt } })) > 0
    ? ok
    : degraded("No worker has been heard of for a minute; runs wait.");
}

async function checkSignIn(): Promise<HealthCheck> {
  await readIdpMetadata(config().SAML_IDP_METADATA_PATH);
  return ok;
}

/** Whether this process should get requests: MySQL answers and has every migration. All else only slows things down. */
export async function readReadiness(): Promise<Readiness> {
  const [database, migrations, redisCheck, workers, signIn] = await Promise.all([
    within(checkDatabase, failed("The database does not answer.")),
    within(checkMigrations, failed("The migrations cannot be read.")),
    within(checkRedis, degraded("Redis does not answer; work begins later than it could.")),
    within(checkWorkers, degraded("Workers cannot be counted.")),
    within(checkSignIn, degraded("The identity provider's metadata cannot be used; nobody can sign in.")),
  ]);
  const checks = { database, migrations, redis: redisCheck, workers, signIn };
  const statuses = Object.values(checks).map(({ status }) => status);
  const status = statuses.includes("failed") ? "not_ready" : statuses.includes("degraded") ? "degraded" : "ready";
  return { status, checks };
}
