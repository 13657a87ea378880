import type { DockerService } from "#lib/integrations/docker/schema.ts";
import { findService, type ServiceSpec } from "#lib/integrations/docker/services.ts";
import { config } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { withoutCertificates, withPatience } from "#lib/releases/rollout/app-spec.ts";
import { waitUntilServes } from "#lib/releases/rollout/wait-until-serves.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { StepContext, VerifyResult } from "#lib/steps/types.ts";
import { readEndedTasks, waitUntilConverged } from "#lib/swarm/converge.ts";
import { ensureService, resolveSecrets } from "#lib/swarm/ensure.ts";
import { appServiceName, databaseServiceName } from "#lib/swarm/names.ts";
import { redactServiceSecrets } from "#lib/swarm/steps/redact-secrets.ts";
import { hasHealthCheck } from "#lib/swarm/steps/stack.ts";
import { type Begun, explainPutBack, isCurrent } from "../rotation/begun.ts";
import { changeSpec, listReferences, readUser } from "../rotation/change-spec.ts";
import { secondAccount } from "../rotation/second-account.ts";
import { type RollInput, rollInput } from "../schema/steps.ts";

/** The tasks of one service are replaced by ones that find another version of a secret in their file. */
export const secretsRoll = defineStep({
  name: "secrets.roll",
  queue: "releases",
  input: rollInput,
  timeoutMs: 60 * 60_000,
  plan: async (input) => ({
    changes: [
      {
        action: "change",
        kind: "service",
        name: serviceOf(input),
        detail: `version ${input.version} in /run/secrets/${input.fileName}`,
      },
    ],
  }),
  apply: applyRoll,
  verify: verifyRoll,
  undo: async () => {},
});

const serviceOf = ({ target, stackName }: RollInput) =>
  target === "app" ? appServiceName(stackName) : databaseServiceName(stackName);

async function readPresent(input: RollInput, ctx: StepContext): Promise<DockerService> {
  const name = serviceOf(input);
  const present = await findService(name, ctx.signal);
  if (present) return present;
  throw new AppError({
    code: "secrets.no_service",
    message: `The swarm has no service ${name}.`,
    advice: "Retry the step of its provisioning that makes the stack.",
  });
}

/** Whom the app shall sign in as; null: as it does. */
function pickUser({ signIn, database }: RollInput, present: DockerService): string | null {
  if (signIn === "kept" || !database) return null;
  const own = database.userName;
  const now = readUser(present);
  if (now !== own && now !== secondAccount(own))
    throw new AppError({
      code: "secrets.own_user",
      message: `The app signs in as ${now ?? "somebody its DATABASE_USER does not name"}, not as ${own}, so that it cannot be given a second account.`,
      advice: "Start the rotation again and let the password be changed in place.",
    });
  return signIn === "own" ? own : secondAccount(own);
}

const findTarget = async (input: RollInput, ctx: StepContext) => {
  const { secretName, version, serviceName, environment, stackName } = input;
  const owner = { serviceName, environment, stackName };
  const found = await resolveSecrets([{ name: secretName, version }], owner, ctx.signal);
  const secret = found.get(secretName);
  if (!secret) throw new Error(`No swarm secret was looked up for ${secretName}`);
  return { secret, owner };
};

async function applyRoll(input: RollInput, ctx: StepContext): Promise<{ rolled: boolean }> {
  await redactServiceSecrets(ctx);
  const { secret, owner } = await findTarget(input, ctx);
  const present = await readPresent(input, ctx);
  const changed = changeSpec(present, { fileName: input.fileName, secret, user: pickUser(input, present) });
  if (!changed) {
    ctx.log.info(`${serviceOf(input)} is not given ${input.fileName}`);
    return { rolled: false };
  }
  const spec = withPatience(changed);
  const found = ctx.checkpoint.get<Begun>();
  const begun = found && isCurrent(found, present) ? found : await begin(input, present, ctx);
  try {
    const sent = await ensureService(spec, owner, ctx);
    if (sent === "kept" && (await serves(input, ctx))) return { rolled: true };
    await untilConverged(input, spec, begun, ctx);
  } catch (error) {
    ctx.signal.throwIfAborted();
    if (!(error instanceof AppError) || !error.code.startsWith("stack.")) throw error;
    await putBack(input, begun, owner, error, ctx);
  }
  ctx.log.info(`${serviceOf(input)} has version ${input.version} of ${input.secretName}`);
  return { rolled: true };
}

async function begin(input: RollInput, present: DockerService, ctx: StepContext): Promise<Begun> {
  const begun: Begun = {
    before: [...(await readEndedTasks(input.stackName, ctx.signal))],
    spec: present.Spec as ServiceSpec,
  };
  await ctx.checkpoint.set(begun);
  return begun;
}

const patienceMs = () => config().SWARM_CONVERGE_TIMEOUT_S * 1000;
const serves = (input: RollInput, ctx: StepContext) => waitUntilServes(serviceOf(input), patienceMs(), ctx);

const untilConverged = (input: RollInput, spec: ServiceSpec, { before }: Begun, ctx: StepContext) =>
  waitUntilConverged(
    {
      stackName: input.stackName,
      services: new Map([[serviceOf(input), { hasHealthCheck: hasHealthCheck(spec) }]]),
      before: new Set(before),
      timeoutMs: patienceMs(),
      first: new Set<string>(),
    },
    ctx,
  );

type Owner = Awaited<ReturnType<typeof findTarget>>["owner"];

/** Until the database was told to forget it; what is no database's password opens until it is taken away. */
async function oldOpens({ signIn }: RollInput, ctx: StepContext): Promise<boolean> {
  if (signIn === "second") return true;
  const switched = await db().step.count({ where: { runId: ctx.run.id, key: "switch", state: "succeeded" } });
  return switched === 0;
}

/** What ran before is put back, and a person looks why. Never returns. */
async function putBack(
  input: RollInput,
  { spec }: Begun,
  owner: Owner,
  failure: AppError,
  ctx: StepContext,
): Promise<never> {
  ctx.log.error(failure.message);
  if (failure.detail) ctx.log.output("stderr", `${failure.detail}\n`);
  ctx.progress("putting back what ran before");
  await ensureService(withoutCertificates(spec), owner, ctx);
  const back = await serves(input, ctx);
  // Whoever tries again begins anew: the tasks that failed now must not be counted then.
  await ctx.checkpoint.set(null);
  const { words, advice } = explainPutBack(back, await oldOpens(input, ctx));
  throw new AppError({
    code: "secrets.not_rolled",
    message: `${failure.message} ${words}`,
    advice,
    ...(failure.detail ? { detail: failure.detail } : {}),
  });
}

async function verifyRoll(input: RollInput, ctx: StepContext): Promise<VerifyResult> {
  const { secret } = await findTarget(input, ctx);
  const present = await readPresent(input, ctx);
  const found = listReferences(present).find((one) => one.File?.Name === input.fileName);
  const ok = found === undefined || found.SecretID === secret.id;
  return {
    ok,
    reason: ok
      ? `${serviceOf(input)} has version ${input.version} of ${input.secretName}.`
      : `${serviceOf(input)} is given ${found?.SecretName}, not ${secret.name}.`,
  };
}
