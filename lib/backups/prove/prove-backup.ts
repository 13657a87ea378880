import { config } from "#lib/platform/config/config.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { noteVerification } from "../commands/note-verification.ts";
import { isFileKind, isSqlKind } from "../constants.ts";
import { readServerVersion, wasRemoved } from "../queries/proof-facts.ts";
import { isEncrypted } from "../targets/read-part.ts";
import { Disproved, removed } from "./disproved.ts";
import { Findings, type ProofJob } from "./proof-job.ts";
import { proveFiles } from "./prove-files.ts";
import { proveMongodb } from "./prove-mongodb.ts";
import { proveRedis } from "./prove-redis.ts";
import { proveSql } from "./prove-sql.ts";
import { readBack } from "./read-back.ts";

/** Proves a restore point as far as that can be done here, and writes down what was seen at each level, good or bad. */
export async function proveBackup(job: ProofJob, ctx: StepContext): Promise<Findings> {
  const findings = new Findings();
  const began = performance.now();
  try {
    await restoreAndCompare(job, findings, ctx);
  } catch (thrown) {
    ctx.signal.throwIfAborted();
    const error = await readAllTheSame(job, findings, thrown, ctx);
    if (error instanceof Disproved && error.level === "hash" && (await wasRemoved(job.backupId))) throw removed();
    if (error instanceof Disproved)
      findings.bad(error.level, error.message, performance.now() - began, {
        ...error.details,
        ...(error.detail ? { detail: error.detail } : {}),
      });
    if (findings.looks.length > 0) await noteVerification(job.backupId, findings.looks, ctx);
    throw error;
  }
  await noteVerification(job.backupId, findings.looks, ctx);
  return findings;
}

/** Nothing could be restored here, or there is nothing that opens it: what is stored is read all the same. */
async function readAllTheSame(job: ProofJob, findings: Findings, error: unknown, ctx: StepContext): Promise<unknown> {
  if (findings.looks.length > 0 || !isAboutTheScratch(error)) return error;
  return readOnly(job, findings, ctx).then(
    () => error,
    (found: unknown) => (found instanceof Disproved ? found : error),
  );
}

async function restoreAndCompare(job: ProofJob, findings: Findings, ctx: StepContext): Promise<void> {
  const { manifest } = job;
  const why = await findObstacle(job);
  if (why !== null) {
    findings.stopped = why;
    ctx.log.warn(why);
    return readOnly(job, findings, ctx);
  }
  const { engine, source, image } = manifest;
  if (engine === "panel") return proveSql(job, { ...(await choosePanelServer()), database: source }, findings, ctx);
  if (isFileKind(engine)) return proveFiles(job, config().BACKUP_HELPER_IMAGE, findings, ctx);
  if (image === null) return; // Said by findObstacle.
  if (isSqlKind(engine)) return proveSql(job, { kind: engine, image, database: source }, findings, ctx);
  return engine === "redis" ? proveRedis(job, image, findings, ctx) : proveMongodb(job, image, findings, ctx);
}

/** Why it cannot be restored here, in words; null: it can. */
async function findObstacle({ manifest, identity }: ProofJob): Promise<string | null> {
  if (identity === null && manifest.parts.some((part) => isEncrypted(part.key)))
    return "It is encrypted and the panel has no identity that opens it (BACKUP_AGE_IDENTITY): only whether it is what was stored can be shown.";
  const isFiles = isFileKind(manifest.engine);
  if (isFiles && !config().BACKUP_HELPER_IMAGE)
    return "BACKUP_HELPER_IMAGE is not set: nothing can be unpacked to compare the files.";
  if (!isFiles && manifest.engine !== "panel" && manifest.image === null)
    return "Its manifest names no image: there is no server of the same kind to restore it into.";
  return null;
}

/** Hash and decode alone, by programs of the worker. */
async function readOnly(job: ProofJob, findings: Findings, ctx: StepContext): Promise<void> {
  const { looks, rawBytes } = await readBack(job, ctx);
  findings.looks.push(...looks);
  findings.rawBytes = rawBytes;
}

const SCRATCH_CODES = new Set([
  "docker.not_found",
  "docker.refused",
  "docker.failed",
  "image.not_found",
  "backups.scratch_failed",
  "backups.no_decoder",
  "backups.no_program",
  "age.wrong_identity",
  "age.bad_identity",
]);
const isAboutTheScratch = (error: unknown) => error instanceof AppError && SCRATCH_CODES.has(error.code);

/** The panel's own database need not run in a container: its proof uses the image that services' databases have. */
async function choosePanelServer(): Promise<{ kind: "mariadb" | "mysql"; image: string }> {
  return (await readServerVersion()).includes("MariaDB")
    ? { kind: "mariadb", image: config().DATABASE_IMAGE_MARIADB }
    : { kind: "mysql", image: config().DATABASE_IMAGE_MYSQL };
}
