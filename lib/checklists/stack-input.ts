import type { ReleaseContent, ReleaseImages, ReleaseTemplate } from "#lib/releases/schema/content.ts";
import type { EnvironmentConfigContent } from "#lib/releases/schema/release.ts";
import { DATABASE_SECRETS } from "#lib/services/constants.ts";
import { type Naming, secretFullName, volumeOf } from "#lib/services/naming.ts";
import type { Answers } from "#lib/services/schema/answers.ts";
import { hostnamesOf } from "./hostnames.ts";
import type { ProvisionContext } from "./types.ts";

function healthCheck({ placement }: Answers) {
  const timing = {
    intervalS: placement.healthIntervalS,
    timeoutS: placement.healthTimeoutS,
    retries: placement.healthRetries,
    startPeriodS: placement.healthStartPeriodS,
  };
  if (placement.healthKind === "none") return null;
  if (placement.healthKind === "command")
    return { kind: "command", argv: placement.healthCommand.filter((word) => word !== ""), ...timing };
  const port = placement.healthPort ?? placement.ports.find((one) => one.protocol === "tcp")?.container;
  return { kind: "http", path: placement.healthPath, port, ...timing };
}

function nodeRule({ placement }: Answers): EnvironmentConfigContent["placement"] {
  if (placement.nodeRule === "label") return { nodeLabel: placement.nodeLabel };
  if (placement.nodeRule === "hostname") return { hostname: placement.nodeHostname };
  return {};
}

/** What the app is given wherever it runs, as the answers say it. */
export function templateOf(answers: Answers): ReleaseTemplate {
  const { placement, secrets, data } = answers;
  const [password] = DATABASE_SECRETS;
  const volumes = placement.volumes.map((one) => ({
    kind: "volume" as const,
    source: one.name,
    target: one.target,
    readOnly: one.readOnly,
  }));
  const folder = { kind: "folder" as const, source: "", target: data.filesTarget, readOnly: false };
  return {
    // The app signs in as its own user; the database's root password is for backups and restores only.
    secrets: [...(data.database === "none" ? [] : [password]), ...secrets.others.map((one) => one.name)],
    mounts: data.filesFolder ? [folder, ...volumes] : volumes,
    healthCheck: healthCheck(answers),
    database: data.database === "none" ? null : { engine: data.database, memoryMb: data.databaseMemoryMb },
  };
}

/** Version 1 of an environment's settings: what the answers say besides the release. */
export function configOf(context: Pick<ProvisionContext, "answers" | "names" | "ports">): EnvironmentConfigContent {
  const { answers, ports } = context;
  const { placement, watching } = answers;
  return {
    replicas: placement.replicas,
    env: Object.fromEntries(placement.env.map((one) => [one.name, one.value])),
    ports: ports.map((one) => ({ target: one.container, published: one.published, protocol: one.protocol })),
    cpus: placement.cpus,
    memoryMb: placement.memoryMb,
    placement: nodeRule(answers),
    hostnames: hostnamesOf(context),
    probe: watching.monitored ? { path: watching.checkPath, status: watching.expectedStatus } : null,
  };
}

type Mounts = ReleaseTemplate["mounts"];

/** The template's mounts in one environment: its own volumes and its own folder. */
export const placeMounts = (mounts: Mounts, names: Naming): Mounts =>
  mounts.map((mount) => ({
    ...mount,
    source: mount.kind === "folder" ? names.folder : volumeOf(names.stackName, mount.source),
  }));

interface StackParts extends Pick<ReleaseContent, "replicas" | "env" | "ports" | "mounts" | "cpus" | "memoryMb"> {
  healthCheck: unknown;
  placement: EnvironmentConfigContent["placement"];
  /** Files the app finds its secrets in. */
  secrets: readonly string[];
  images: ReleaseImages;
}

/** `frozen`: which version of each secret, where that was decided before. */
function assemble(
  parts: StackParts,
  names: Naming,
  database: ReleaseTemplate["database"],
  frozen: Readonly<Record<string, number>> = {},
): Record<string, unknown> {
  const { secrets, images, ports, ...app } = parts;
  return {
    stackName: names.stackName,
    serviceName: names.serviceName,
    environment: names.environment,
    networkName: names.networkName,
    app: {
      image: images.app,
      replicas: app.replicas,
      env: app.env,
      secrets: secrets.map((name) => ({
        swarmName: secretFullName(names.serviceName, name, names.environment),
        fileName: name,
        ...(frozen[name] === undefined ? {} : { version: frozen[name] }),
      })),
      ports: ports.filter((one) => one.published !== null),
      mounts: app.mounts,
      healthCheck: app.healthCheck,
      cpus: app.cpus,
      memoryMb: app.memoryMb,
      placement: app.placement,
    },
    database: database && {
      engine: database.engine,
      image: images.db,
      volumeName: names.databaseVolume,
      databaseName: names.databaseName,
      userName: names.databaseUser,
      passwordSecret: names.databasePassword,
      rootPasswordSecret: names.databaseRootPassword,
      memoryMb: database.memoryMb,
    },
  };
}

/** Input of `swarm.stack`: the service's app and, if it has one, its database. */
export function stackInput(context: ProvisionContext): Record<string, unknown> {
  const { answers, names, databaseImages } = context;
  const { mounts, ...template } = templateOf(answers);
  const { database } = template;
  const images: ReleaseImages = {
    app: answers.placement.image,
    ...(database ? { db: databaseImages[database.engine] } : {}),
  };
  const parts = { ...template, ...configOf(context), mounts: placeMounts(mounts, names), images };
  return assemble(parts, names, database);
}

/** The same for another environment: its own settings, beginning with the digests of a release that runs elsewhere. */
export function environmentStack(
  context: ProvisionContext & { settings: EnvironmentConfigContent; images: ReleaseImages },
): Record<string, unknown> {
  const { names, settings, images } = context;
  const { mounts, ...template } = templateOf(context.answers);
  const parts = { ...template, ...settings, mounts: placeMounts(mounts, names), images: withoutDigests(images) };
  return { ...assemble(parts, names, template.database), ...pin(images, template.database) };
}

const withoutDigests = (images: ReleaseImages): ReleaseImages =>
  Object.fromEntries(Object.entries(images).map(([name, image]) => [name, image.split("@")[0] ?? image]));
const pin = (images: ReleaseImages, database: unknown) => ({
  appImagePinned: images.app,
  ...(database ? { databaseImagePinned: images.db } : {}),
});

/**
 * Input of `swarm.stack` for what a deployment froze: the same spec, to the byte, as the provisioning of the same content
 * would make.
 */
export function contentToStack(
  content: ReleaseContent,
  names: Naming,
  database: ReleaseTemplate["database"],
): Record<string, unknown> {
  const parts = { ...content, secrets: Object.keys(content.secrets), images: withoutDigests(content.images) };
  return { ...assemble(parts, names, database, content.secrets), ...pin(content.images, database) };
}
