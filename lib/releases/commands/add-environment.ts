import { randomUUID } from "node:crypto";
import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { ADD_ENVIRONMENT, type AddEnvironmentContext } from "#lib/checklists/add-environment.ts";
import { compileChecklist, hashSteps } from "#lib/checklists/compile.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, invalid } from "#lib/platform/errors.ts";
import { type CreatedRun, createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";
import type { CompiledStep } from "#lib/runs/types.ts";
import { storeSecret } from "#lib/secrets/commands.ts";
import { claimForService } from "#lib/services/commands/save-service.ts";
import { writeConfig } from "#lib/services/commands/write-config.ts";
import { secretFullName } from "#lib/services/naming.ts";
import { claimsOfEnvironment, listSecretsToGive, readEnvironmentContext } from "../queries/environment-context.ts";
import { type FoundService, findService, subjectOf } from "../queries/find-environment.ts";
import type { NewEnvironment } from "../schema/environment.ts";
import type { EnvironmentPlan } from "../types.ts";

const toHex = (steps: readonly CompiledStep[]) => Buffer.from(hashSteps(steps)).toString("hex");

/** What adding the environment would do, touching nothing. */
export async function planEnvironment(
  actor: UserActor,
  serviceName: string,
  wanted: NewEnvironment,
): Promise<EnvironmentPlan> {
  const service = await findService(serviceName);
  authorize(actor, "environments.add", subjectOf(service));
  const context = await readEnvironmentContext(db(), service, wanted);
  const steps = compileChecklist(ADD_ENVIRONMENT, context);
  return {
    planHash: toHex(steps),
    steps: steps.map(({ key, title, skipReason }) => ({ key, title, skipReason: skipReason ?? null })),
    secretsToGive: await listSecretsToGive(db(), context),
  };
}

/** The environment's row, of which there is one whatever became of earlier tries; refused while something of it is there. */
async function claimRow(tx: Tx, service: FoundService, { names }: AddEnvironmentContext) {
  const name = names.environment;
  const present = await tx.environment.findUnique({ where: { serviceId_name: { serviceId: service.id, name } } });
  if (!present) {
    const id = randomUUID();
    await tx.environment.create({ data: { id, serviceId: service.id, name, stackName: names.stackName, soakS: 15 } });
    return { id, last: null };
  }
  if (present.currentId) throw conflict("environments.present", `${service.name} has an environment ${name} already.`);
  const last = await tx.run.findFirst({
    where: { startKey: { startsWith: `environment:${present.id}:` } },
    orderBy: { id: "desc" },
    select: { id: true, state: true },
  });
  const undone = last && (await tx.run.findFirst({ where: { undoesRunId: last.id, state: "succeeded" } }));
  if (last?.state === "failed" && !undone)
    throw conflict(
      "environments.half_made",
      `Run ${last.id} has made a part of it and failed.`,
      "Let that run go on, or undo it first.",
    );
  return { id: present.id, last };
}

async function keepSecrets(tx: Tx, service: FoundService, context: AddEnvironmentContext, wanted: NewEnvironment) {
  const known = new Set(context.answers.secrets.others.map(({ name }) => name));
  const wrong = Object.keys(wanted.secrets).filter((name) => !known.has(name));
  const missing = (await listSecretsToGive(tx, context)).filter((name) => !(name in wanted.secrets));
  if (wrong.length + missing.length > 0)
    throw invalid({
      ...Object.fromEntries(wrong.map((name) => [`secrets.${name}`, "The service has no such secret."])),
      ...Object.fromEntries(missing.map((name) => [`secrets.${name}`, "Give its value for this environment."])),
    });
  for (const [name, value] of Object.entries(wanted.secrets)) {
    const fullName = secretFullName(service.name, name, wanted.name);
    await storeSecret(tx, { name: fullName, value, serviceId: service.id });
  }
}

/** Adds an environment as it was planned: its row, settings, claims and run come to be in one transaction. */
export async function addEnvironment(
  actor: UserActor,
  serviceName: string,
  { planHash, ...wanted }: NewEnvironment & { planHash: string },
): Promise<CreatedRun> {
  const run = await transaction(async (tx) => {
    const service = await findService(serviceName, tx);
    authorize(actor, "environments.add", subjectOf(service));
    // Whoever comes second waits here, then finds the first one's run.
    await tx.$queryRaw`SELECT id FROM Service WHERE id = ${service.id} FOR UPDATE`;
    const context = await readEnvironmentContext(tx, service, wanted);
    const { id, last } = await claimRow(tx, service, context);
    if (last && (last.state === "pending" || last.state === "running" || last.state === "waiting"))
      return { runId: last.id, created: false };
    const steps = compileChecklist(ADD_ENVIRONMENT, context);
    if (toHex(steps) !== planHash)
      throw conflict(
        "plan.stale",
        "Something the plan rests on has changed since it was made: a port, a release or a setting.",
        "Look at the new plan, then add the environment.",
      );
    await keepSecrets(tx, service, context, wanted);
    await claimForService(tx, service.id, claimsOfEnvironment(context));
    await writeConfig(tx, id, context.settings, actor.id);
    const made = await createRun(tx, actor, {
      mode: "apply",
      checklist: { key: ADD_ENVIRONMENT.key, version: ADD_ENVIRONMENT.version },
      title: `Add ${wanted.name} to ${service.name}`,
      serviceId: service.id,
      environment: wanted.name,
      startKey: `environment:${id}:${last?.id ?? 0}`,
      exclusiveKey: `deploy:${id}`,
      planHash: hashSteps(steps),
      steps,
    });
    await recordAudit(tx, actor, {
      action: "environments.add",
      subjectType: "service",
      subjectId: service.id,
      detail: { name: service.name, environment: wanted.name, runId: made.runId, secrets: Object.keys(wanted.secrets) },
    });
    return made;
  });
  await ringRun(run.runId);
  return run;
}
