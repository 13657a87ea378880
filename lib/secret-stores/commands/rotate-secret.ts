import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { ROTATE_SECRET, type RotateRun, titleOf } from "#lib/checklists/rotate-secret.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, invalid, notFound } from "#lib/platform/errors.ts";
import { subjectOf } from "#lib/releases/queries/find-environment.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { FINISH_MOVE, findHalfMoved } from "#lib/runs/queries/find-half-moved.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { storeSecret } from "#lib/secrets/commands.ts";
import { accountOf, readPlace } from "../queries/read-place.ts";
import type { RotateInput } from "../schema/views.ts";
import { usesBitwarden } from "../stores/uses-bitwarden.ts";
import type { RotatedSecret } from "../types.ts";

/** The newest rotation of a secret, with the version it makes. */
async function findLast(tx: Tx, fullName: string) {
  const runs = await tx.run.findMany({
    where: {
      checklistKey: ROTATE_SECRET.key,
      mode: "apply",
      startKey: { startsWith: keyOf(fullName).slice(0, PREFIX_MAX) },
    },
    orderBy: { id: "desc" },
    take: 20,
    select: { id: true, state: true, steps: { where: { key: { in: ["renew", "roll"] } } } },
  });
  for (const { id, state, steps } of runs) {
    const inputOf = (wanted: string) =>
      (steps.find(({ key }) => key === wanted)?.input ?? {}) as Record<string, unknown>;
    const { secretName, version } = inputOf("renew");
    if (secretName === fullName) return { id, state, version, twoAccounts: inputOf("roll").signIn === "second" };
  }
  return null;
}
type LastRotation = Awaited<ReturnType<typeof findLast>>;

/** Two roll-outs of a password at once would each believe the other's is the old one. */
function refuseHalfDone(last: LastRotation, kept: number): void {
  if (last && kept > 1 && (last.state === "failed" || last.state === "waiting"))
    throw conflict(
      "secrets.half_rotated",
      `Run ${last.id} stopped half-way through changing it.`,
      "Retry that run: the database may open with the old value, the new one, or both.",
    );
}

/**
 * The cancelled rotation whose new password the database or the app may have already: it is brought to its end, for a third
 * password would take away the one that the app signs in with.
 */
const pickCancelled = (last: LastRotation, newest: number, kept: number): LastRotation =>
  last?.state === "cancelled" && last.version === newest && kept > 1 ? last : null;

/** What would take the old value away while something that is half-way still counts on it. */
async function refuseUnsettled(
  tx: Tx,
  { serviceId, name }: Awaited<ReturnType<typeof readPlace>>["environment"],
): Promise<void> {
  await tx.$queryRaw`SELECT id FROM Service WHERE id = ${serviceId} FOR UPDATE`;
  const service = await tx.service.findUniqueOrThrow({ where: { id: serviceId }, select: { name: true, state: true } });
  if (service.state !== "live") throw conflict("secrets.not_live", `${service.name} is not live.`);
  const halfMoved = await findHalfMoved(tx, { serviceId, environment: name });
  if (halfMoved) throw conflict("secrets.moving", halfMoved, FINISH_MOVE);
}

/** Names may be longer than a start key: what is left out of it then is the end of the name. */
const PREFIX_MAX = 105;
const keyOf = (fullName: string) => `rotate:${fullName}:`;

async function insertRotation(
  tx: Tx,
  actor: UserActor,
  serviceName: string,
  input: RotateInput,
): Promise<RotatedSecret> {
  const { environment, engine, place } = await readPlace(tx, serviceName, input.environment, input.secret);
  authorize(actor, "secrets.rotate", subjectOf(environment.service));
  await refuseUnsettled(tx, environment);
  const fullName = place.secretName;
  const newest = await tx.secret.findFirst({
    where: { name: fullName },
    orderBy: { version: "desc" },
    select: { version: true, deletedAt: true },
  });
  if (!newest || newest.deletedAt) throw notFound("secret");
  const account = accountOf(input.secret, engine);
  if (account && input.value !== undefined)
    throw invalid({ value: "The panel makes up the passwords of its databases itself." });
  const last = await findLast(tx, fullName);
  const kept = await tx.secret.count({ where: { name: fullName, deletedAt: null } });
  if (account) refuseHalfDone(last, kept);
  const cancelled = account && pickCancelled(last, newest.version, kept);
  const version =
    input.value === undefined
      ? newest.version + (cancelled ? 0 : 1)
      : (await storeSecret(tx, { name: fullName, value: input.value, serviceId: environment.serviceId })).version;
  // An app that signs in with the second account already is to be brought back from it.
  const inPlace = account !== null && input.inPlace && !cancelled?.twoAccounts;
  const run: RotateRun = {
    ...{ serviceName, environment: environment.name, fileName: input.secret, fullName, version, account },
    generated: input.value === undefined,
    place: { ...place, version },
    twoAccounts: engine === "postgresql" && account === "app" && !inPlace,
    inPlace,
    restartDatabase: account !== null && input.restartDatabase,
    bitwarden: usesBitwarden(),
  };
  const { runId } = await createRun(tx, actor, {
    mode: "apply",
    checklist: { key: ROTATE_SECRET.key, version: ROTATE_SECRET.version },
    title: titleOf(run).slice(0, 200),
    ...{ serviceId: environment.serviceId, environment: environment.name },
    startKey: `${keyOf(fullName).slice(0, PREFIX_MAX)}${version}:${last?.state === "cancelled" ? last.id : environment.id.slice(0, 4)}`,
    exclusiveKey: `deploy:${environment.id}`,
    steps: compileChecklist(ROTATE_SECRET, run),
  });
  await recordAudit(tx, actor, {
    action: "secrets.rotate",
    subjectType: "service",
    subjectId: environment.serviceId,
    detail: { service: serviceName, environment: environment.name, secret: fullName, version, runId },
  });
  return { runId, version };
}

/** Gives a secret a new value, as a run: whoever uses it has the new one before the old one is taken away. */
export async function rotateSecret(actor: UserActor, serviceName: string, input: RotateInput): Promise<RotatedSecret> {
  const rotated = await transaction((tx) => insertRotation(tx, actor, serviceName, input));
  await ringRun(rotated.runId);
  return rotated;
}
