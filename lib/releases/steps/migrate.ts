import { AppError } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { PlanResult, StepContext } from "#lib/steps/types.ts";
import { assertMoving, endInStep } from "../commands/end-deployment.ts";
import { type DeployJob, readDeployJob } from "../queries/read-deploy-job.ts";
import { holdStill } from "../rollout/hold-still.ts";
import { openDatabase } from "../rollout/open-database.ts";
import { type MigrationReport, runMigrations } from "../rollout/run-migrations.ts";
import { type DeployStepInput, deployStepInputSchema } from "../schema/steps.ts";

interface MigrateOutput {
  migrations: MigrationReport[];
}

/** Key of the step that proves the backup. */
const PROOF = "proof";

/** Brings the service's database to what the release expects, before any of its tasks starts. */
export const releasesMigrate = defineStep({
  name: "releases.migrate",
  queue: "releases",
  input: deployStepInputSchema,
  timeoutMs: 6 * 60 * 60_000,
  plan: planMigrate,
  apply: applyMigrate,
  verify: async () => ({ ok: true, reason: "What ran is recorded in the database itself." }),
  undo: async () => {},
});

async function planMigrate({ deploymentId }: DeployStepInput): Promise<PlanResult> {
  const { migrations } = await readDeployJob(deploymentId);
  return { changes: migrations.map(({ id }) => ({ action: "change", kind: "migration", name: id })) };
}

async function applyMigrate({ deploymentId }: DeployStepInput, ctx: StepContext): Promise<MigrateOutput> {
  const job = await readDeployJob(deploymentId);
  assertMoving(job, ctx);
  const { database } = job.next.template;
  await holdStill(
    job,
    ctx.attempt.number > 1 ? "Its migrations may have run in part; no task was replaced." : null,
    ctx,
  );
  try {
    if (!database)
      throw new AppError({
        code: "releases.no_database",
        message: "It brings migrations, and the service has no database of its own that the panel could run them in.",
      });
    assertProven(job, ctx);
    const open = await openDatabase(database.engine, job.names, ctx);
    try {
      return { migrations: await runMigrations(open, job.migrations, ctx) };
    } finally {
      await open.close();
    }
  } catch (error) {
    ctx.signal.throwIfAborted();
    if (error instanceof AppError && error.retry === "permanent") await endFailed(job, error, ctx);
    throw error;
  }
}

const endFailed = (job: DeployJob, error: AppError, ctx: StepContext) =>
  endInStep(
    job,
    { state: "failed", outcome: `${error.message} No task was replaced: what ran before still serves.` },
    ctx,
  );

/** A backup that was taken is not one that can be brought back: that has been seen, or it is not relied on. */
function assertProven({ kind }: DeployJob, ctx: StepContext): void {
  const output = ctx.output(PROOF);
  const found = (output ?? null) as { proven: string | null; stopped: string | null } | null;
  if (found && found.proven !== null && found.stopped === null) return;
  // A policy that came after the run was made has backed nothing up in it.
  const words = found
    ? `The backup could not be proven${found.stopped ? `: ${found.stopped}` : "."}`
    : "No backup was taken and proven in this run.";
  if (kind !== "release") {
    ctx.log.warn(`${words} It goes on all the same: ${kind}.`);
    return;
  }
  throw new AppError({
    code: "releases.backup_not_proven",
    message: words,
    advice: found
      ? "Make the backup one that can be restored here, or break the glass."
      : "Propose it again now that the database has a backup policy, or break the glass.",
  });
}
