import { canonicalJson } from "#lib/platform/crypto.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { writeConfig } from "#lib/services/commands/write-config.ts";
import { answersSchema } from "#lib/services/schema/answers.ts";
import { appServiceName, databaseServiceName } from "#lib/swarm/names.ts";
import { type StackInput, stackInputSchema } from "#lib/swarm/schema.ts";
import { prefillAnswers } from "../approval/check-answers.ts";
import { contentHashOf } from "../approval/seal.ts";
import { collectEvidence } from "../compare/collect-evidence.ts";
import { buildContent } from "../queries/build-content.ts";
import { readConfig } from "../queries/find-environment.ts";
import { readTargetState } from "../queries/read-target-state.ts";
import type { ReleaseImages, ReleaseTemplate } from "../schema/content.ts";
import type { EnvironmentConfigContent } from "../schema/release.ts";
import { insertDeployment } from "./insert-deployment.ts";
import { insertRelease } from "./insert-release.ts";

const isPinned = (image: string | undefined): image is string => /@sha256:[0-9a-f]{64}$/.test(image ?? "");

/** Digests as they were reviewed, or as the step found them itself. */
function imagesOf(input: StackInput, output: unknown): ReleaseImages | null {
  const seen = new Map<string, string>();
  if (typeof output === "object" && output !== null && "services" in output && Array.isArray(output.services))
    for (const { name, image } of output.services as { name: string; image: string }[]) seen.set(name, image);
  const app = input.appImagePinned ?? seen.get(appServiceName(input.stackName));
  const db = input.databaseImagePinned ?? seen.get(databaseServiceName(input.stackName));
  if (!isPinned(app) || (input.database && !isPinned(db))) return null;
  return { app, ...(input.database && db ? { db } : {}) };
}

function templateOfStack({ stackName, app, database }: StackInput): ReleaseTemplate {
  return {
    secrets: app.secrets.map((one) => one.fileName),
    mounts: app.mounts.map((mount) => ({
      ...mount,
      source: mount.kind === "folder" ? "" : mount.source.slice(`${stackName}_`.length),
    })),
    healthCheck: app.healthCheck,
    database: database && { engine: database.engine, memoryMb: database.memoryMb },
  };
}

/** Settings of an environment that was there before settings were kept. */
async function settingsOfStack(tx: Tx, serviceId: string, { app }: StackInput): Promise<EnvironmentConfigContent> {
  const last = await tx.answers.findFirst({ where: { serviceId }, orderBy: { version: "desc" } });
  const answers = answersSchema.safeParse(last?.answers).data;
  const hostnames = await tx.serviceClaim.findMany({ where: { serviceId, kind: "hostname" }, select: { value: true } });
  const published = new Set(app.ports.map((port) => `${port.target}/${port.protocol}`));
  const inside = (answers?.placement.ports ?? [])
    .filter((one) => !published.has(`${one.container}/${one.protocol}`))
    .map((one) => ({ target: one.container, published: null, protocol: one.protocol }));
  const { placement } = app;
  return {
    replicas: app.replicas,
    env: app.env,
    ports: [...app.ports, ...inside],
    cpus: app.cpus,
    memoryMb: app.memoryMb,
    placement: {
      ...(placement.nodeLabel === undefined ? {} : { nodeLabel: placement.nodeLabel }),
      ...(placement.hostname === undefined ? {} : { hostname: placement.hostname }),
    },
    hostnames: hostnames.map(({ value }) => value),
    probe: answers?.watching.monitored
      ? { path: answers.watching.checkPath, status: answers.watching.expectedStatus }
      : null,
  };
}

/** The release that is exactly this, when the service has it already. */
async function findSame(tx: Tx, serviceId: string, contentHash: string) {
  return tx.release.findFirst({
    where: { serviceId, contentHash, state: "ready" },
    orderBy: { number: "desc" },
    select: { id: true, images: true, template: true, migrations: true },
  });
}

/** As it is now, whatever this transaction has seen before. */
async function lockEnvironment(tx: Tx, stackName: string) {
  const [locked] = await tx.$queryRaw<{ currentId: string | null }[]>`
    SELECT currentId FROM Environment WHERE stackName = ${stackName} FOR UPDATE`;
  const environment = await tx.environment.findUnique({
    where: { stackName },
    include: { service: { select: { name: true } } },
  });
  return locked && environment ? { ...environment, currentId: locked.currentId } : null;
}

/**
 * Makes what a run's stack step put on the swarm the release that runs there, so that there is always one to compare with. Called
 * when a run has made or changed a stack besides releases; nothing happens when that is what runs there already.
 */
export async function adoptStack(tx: Tx, runId: number): Promise<void> {
  const step = await tx.step.findFirst({
    where: { runId, name: "swarm.stack", state: "succeeded" },
    select: { input: true, output: true, run: { select: { serviceId: true, requestedById: true, startedAt: true } } },
  });
  const input = stackInputSchema.safeParse(step?.input).data;
  if (!step || !input || !step.run.serviceId) return;
  const { serviceId, requestedById } = step.run;
  await tx.$queryRaw`SELECT id FROM Service WHERE id = ${serviceId} FOR UPDATE`;
  const environment = await lockEnvironment(tx, input.stackName);
  const images = imagesOf(input, step.output);
  if (!environment || !images || environment.serviceId !== serviceId) return;
  if (!(await readConfig(tx, environment.id)))
    await writeConfig(tx, environment.id, await settingsOfStack(tx, serviceId, input), requestedById);
  const settings = await readConfig(tx, environment.id);
  if (!settings) return;

  const made = { images, template: templateOfStack(input), migrations: [] };
  const contentHash = contentHashOf(made);
  const same = await findSame(tx, serviceId, contentHash);
  const release =
    same ??
    (await insertRelease(tx, {
      serviceId,
      state: "ready",
      contentHash,
      ...made,
      ...{ labels: {}, commitId: null, sourceUrl: null, branch: null, notes: "As it was provisioned." },
      ...{ origin: "person", byId: requestedById, runId },
    }));
  const place = { name: environment.name, serviceName: environment.service.name };
  const content = await buildContent(tx, same ?? made, place, settings.content);
  const current = environment.currentId
    ? await tx.deployment.findUnique({ where: { id: environment.currentId }, select: { content: true } })
    : null;
  if (current && canonicalJson(current.content) === canonicalJson(content)) return;

  const evidence = collectEvidence(null, content, input.database?.engine ?? null);
  const answers = prefillAnswers(evidence.evidence);
  const targetState = await readTargetState(tx, environment, content);
  const now = new Date();
  const deployment = await insertDeployment(tx, {
    ...{ releaseId: release.id, environment, kind: "release", state: "done", content },
    ...{ configVersion: settings.version, answers, evidence, targetState },
    ...{ needed: 0, requestedById, editorIds: [], expiresAt: now },
    more: {
      ...{ startedAt: step.run.startedAt, finishedAt: now, runId },
      outcome: "Came with the run that made the stack.",
    },
  });
  await tx.environment.update({ where: { id: environment.id }, data: { currentId: deployment.id } });
}
