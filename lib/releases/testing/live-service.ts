import { randomUUID } from "node:crypto";
import type { UserActor } from "#lib/access/types.ts";
import { PROVISION } from "#lib/checklists/provision.ts";
import { configOf, stackInput } from "#lib/checklists/stack-input.ts";
import { canonicalJson, sha256 } from "#lib/platform/crypto.ts";
import { db, type Prisma } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { storeSecret } from "#lib/secrets/commands.ts";
import { claimForService } from "#lib/services/commands/save-service.ts";
import { writeConfig } from "#lib/services/commands/write-config.ts";
import { secretFullName, volumeOf } from "#lib/services/naming.ts";
import { buildContext, claimsOf, readFreePorts } from "#lib/services/queries/provision-context.ts";
import { answersSchema, type DraftAnswers, fillAnswers } from "#lib/services/schema/answers.ts";
import { followStackRun } from "../commands/follow-stack.ts";
import { findEnvironment, readRunning } from "../queries/find-environment.ts";

export const pinned = (image: string, letter = "a") => `${image}@sha256:${letter.repeat(64)}`;
export const uniqueName = () => `svc-${randomUUID().slice(0, 8)}`;

export interface LiveService {
  id: string;
  name: string;
  /** The provisioning that made it. */
  runId: number;
}

interface LiveOptions {
  name?: string;
  answers?: DraftAnswers;
  /** As a service of before: its environment has no settings yet. */
  withoutConfig?: boolean;
  /** Nothing has looked at its finished run yet. */
  withoutRelease?: boolean;
  /** The app's image with its digest. */
  image?: string;
}

/** A service as its provisioning leaves it, without any engine or Docker: release 1 runs in production. */
export async function createLiveService(owner: UserActor, options: LiveOptions = {}): Promise<LiveService> {
  const id = randomUUID();
  const name = options.name ?? uniqueName();
  const image = options.image ?? pinned("demo/web:1");
  const identity = { name, purpose: "Shared notes", ownerId: owner.id };
  const draft = options.answers ?? {};
  const answers = answersSchema.parse(
    fillAnswers({ ...draft, identity, placement: { image: image.split("@")[0], ...draft.placement } }),
  );
  const runId = await transaction(async (tx) => {
    const context = buildContext(answers, id, await readFreePorts(tx, answers, id));
    const { names } = context;
    await tx.service.create({
      data: { id, name, purpose: identity.purpose, ownerId: owner.id, state: "live", liveAt: new Date() },
    });
    await tx.environment.create({ data: { id, serviceId: id, name: "production", stackName: names.stackName } });
    await tx.answers.create({
      data: {
        ...{ serviceId: id, version: 1, byId: owner.id, hash: sha256(canonicalJson(answers)) },
        answers: answers as unknown as Prisma.InputJsonObject,
      },
    });
    await claimForService(tx, id, claimsOf(context));
    if (!options.withoutConfig) await writeConfig(tx, id, configOf(context), owner.id);
    const secrets = [...(answers.data.database === "none" ? [] : ["db_pass", "db_root_pass"])];
    for (const secret of [...secrets, ...answers.secrets.others.map((one) => one.name)])
      await storeSecret(tx, { name: secretFullName(name, secret), value: `value-of-${secret}`, serviceId: id });
    const input = {
      ...stackInput(context),
      appImagePinned: image,
      ...(answers.data.database === "none" ? {} : { databaseImagePinned: pinned("demo/db:11", "d") }),
    };
    const { runId } = await createRun(tx, owner, {
      mode: "apply",
      checklist: { key: PROVISION.key, version: PROVISION.version },
      title: `Provision ${name}`,
      serviceId: id,
      environment: "production",
      startKey: `provision:${id}`,
      steps: [{ key: "stack", name: "swarm.stack", title: "Deploy its stack", input, dependsOn: [] }],
    });
    return runId;
  });
  await endRun(runId, "succeeded", options.withoutRelease);
  return { id, name, runId };
}

/** What runs in production has this volume too, as a release brings it: no answer names it. */
export async function releaseVolume(serviceName: string, volume: string): Promise<void> {
  const environment = await findEnvironment(serviceName, "production");
  const running = await readRunning(db(), environment);
  if (!running) throw new Error("Nothing runs there.");
  const source = volumeOf(environment.stackName, volume);
  const mounts = [...running.content.mounts, { kind: "volume", source, target: `/${volume}`, readOnly: false }];
  const content = { ...running.content, mounts } as Prisma.InputJsonObject;
  await db().deployment.update({ where: { id: running.id }, data: { content } });
}

/** What the engine does when a run ends, without an engine. */
export async function endRun(runId: number, state: "succeeded" | "failed", quietly = false): Promise<void> {
  await transaction(async (tx) => {
    await tx.step.updateMany({ where: { runId, state: { not: "skipped" } }, data: { state } });
    const run = await tx.run.update({
      where: { id: runId },
      data: { state, exclusiveKey: null, finishedAt: new Date() },
    });
    if (!quietly) await followStackRun(tx, { ...run, mode: run.mode as "apply", state });
  });
}

/** The same for what a run made, taken away again. */
export async function undoStack(owner: UserActor, runId: number): Promise<void> {
  await transaction(async (tx) => {
    const { serviceId, environment } = await tx.run.findUniqueOrThrow({ where: { id: runId } });
    const undo = await createRun(tx, owner, {
      mode: "undo",
      checklist: { key: PROVISION.key, version: PROVISION.version },
      title: "Undo",
      ...{ serviceId, environment, undoesRunId: runId, startKey: `undo:${runId}` },
      steps: [{ key: "stack", name: "swarm.stack", title: "Remove its stack", input: {}, dependsOn: [] }],
    });
    const run = await tx.run.update({ where: { id: undo.runId }, data: { state: "succeeded", exclusiveKey: null } });
    await followStackRun(tx, { ...run, mode: "undo", state: "succeeded" });
  });
}
