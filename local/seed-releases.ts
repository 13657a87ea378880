import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { UserActor } from "#lib/access/types.ts";
import { RUN_HOOKS } from "#lib/hooks/run-hooks.ts";
import { closeDb, db } from "#lib/platform/db/client.ts";
import { closeSql } from "#lib/platform/db/sql.ts";
import { closeRedis } from "#lib/platform/redis.ts";
import { addEnvironment, planEnvironment } from "#lib/releases/commands/add-environment.ts";
import { createRelease } from "#lib/releases/commands/create-release.ts";
import { proposeDeployment } from "#lib/releases/commands/propose.ts";
import { STAGING } from "#lib/releases/constants.ts";
import { compareRelease } from "#lib/releases/queries/compare-release.ts";
import { newEnvironmentSchema } from "#lib/releases/schema/environment.ts";
import { newReleaseSchema } from "#lib/releases/schema/release.ts";
import { closeBells } from "#lib/runs/bells.ts";
import { confirmStep } from "#lib/runs/commands/confirm-step.ts";
import { createDraft } from "#lib/services/commands/create-draft.ts";
import { planService } from "#lib/services/commands/plan-service.ts";
import { startProvisioning } from "#lib/services/commands/start-provisioning.ts";
import { updateDraft } from "#lib/services/commands/update-draft.ts";
import { findPerson } from "./demo-people.ts";
import { readRunningWorld, type SampleImages } from "./world-file.ts";

const SERVICE = "minutes";
const ENVIRONMENT = "production";
const RUN_LIMIT_MS = 5 * 60_000;

async function until(isDone: () => Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + RUN_LIMIT_MS;
  while (!(await isDone())) {
    if (Date.now() > end) throw new Error(`${what} took longer than ${RUN_LIMIT_MS / 1000} s.`);
    await delay(500);
  }
}

/** Waits until a worker has ended a run, and does for a person what it asks of one. */
function finishRun(actor: UserActor, runId: number): Promise<void> {
  return until(async () => {
    const run = await db().run.findUniqueOrThrow({
      where: { id: runId },
      select: { state: true, title: true, steps: { where: { name: "manual", state: "needs_person" } } },
    });
    if (run.state === "succeeded") return true;
    if (run.state === "failed" || run.state === "cancelled") throw new Error(`${run.title}: ${run.state}.`);
    for (const { id } of run.steps) await confirmStep(actor, Number(id), { note: "Done by the demo" }, RUN_HOOKS);
    return false;
  }, `Run ${runId}`);
}

async function provision(actor: UserActor, images: SampleImages): Promise<void> {
  const draft = await createDraft(actor);
  await updateDraft(actor, draft.id, {
    rev: draft.rev,
    answers: {
      identity: { name: SERVICE, purpose: "Minutes of every committee, searchable" },
      placement: { image: images.web["1.0"] },
      data: { database: "mariadb" },
      exposure: { audience: "internal" },
    },
  });
  const plan = await planService(actor, draft.id);
  await finishRun(actor, plan.runId);
  const { runId } = await startProvisioning(actor, draft.id, { planRunId: plan.runId });
  await finishRun(actor, runId);
}

async function addStaging(actor: UserActor): Promise<void> {
  const wanted = newEnvironmentSchema.parse({ name: STAGING });
  const { planHash } = await planEnvironment(actor, SERVICE, wanted);
  const { runId } = await addEnvironment(actor, SERVICE, { ...wanted, planHash });
  await finishRun(actor, runId);
}

/** A new version, as CI would send it; the panel takes it to staging by itself. */
async function release(actor: UserActor, images: SampleImages): Promise<string> {
  const made = await createRelease(
    actor,
    SERVICE,
    newReleaseSchema.parse({
      image: images.web["1.1"],
      branch: "main",
      notes: "Search finds words in attachments.",
      migrations: [
        {
          id: "0002_search",
          sql: "CREATE TABLE search_word (id BIGINT PRIMARY KEY AUTO_INCREMENT, word VARCHAR(80) NOT NULL);",
        },
      ],
    }),
  );
  if (made.runId) await finishRun(actor, made.runId);
  return made.id;
}

/** Asks for it to come to production, once staging has it: one of the managers has to approve it. */
async function propose(actor: UserActor, releaseId: string): Promise<void> {
  const inStaging = { releaseId, environment: { name: STAGING }, state: { notIn: ["approved", "running", "soaking"] } };
  await until(async () => (await db().deployment.count({ where: inStaging })) > 0, "The deployment to staging");
  const { prefilled: answers, seal } = await compareRelease(actor, { releaseId, environment: ENVIRONMENT });
  await proposeDeployment(actor, { releaseId, environment: ENVIRONMENT, answers, startAt: null, seal });
}

/** A service with staging and production and a release, each part only when it is not there yet. */
export async function seedReleases(actor: UserActor, images: SampleImages): Promise<void> {
  const find = () =>
    db().service.findUnique({
      where: { name: SERVICE },
      include: { environments: true, _count: { select: { releases: true } } },
    });
  if (!(await find())) await provision(actor, images);
  const service = await find();
  if (service?.state !== "live") return;
  if (!service.environments.some(({ name }) => name === STAGING)) await addStaging(actor);
  if (service._count.releases < 2) await propose(actor, await release(actor, images));
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { dir: { type: "string", default: ".local" } } });
  const world = readRunningWorld(values.dir);
  if (!world?.images) throw new Error(`No world with sample images runs on ${values.dir}.`);
  await seedReleases(await findPerson(world, "sam"), world.images);
  console.log(`${SERVICE} has staging, production and a release that was proposed.`);
  await closeBells();
  await closeRedis();
  await closeSql();
  await closeDb();
}
