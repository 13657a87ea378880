import { placeMounts } from "#lib/checklists/stack-input.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { conflict } from "#lib/platform/errors.ts";
import { secretFullName } from "#lib/services/naming.ts";
import {
  migrationSchema,
  type ReleaseContent,
  releaseContentSchema,
  releaseImagesSchema,
  releaseTemplateSchema,
} from "../schema/content.ts";
import type { EnvironmentConfigContent } from "../schema/release.ts";
import { namesIn } from "./find-environment.ts";

/** A release's row, its JSON read. */
export const readRelease = (row: { images: unknown; template: unknown; migrations: unknown }) => ({
  images: releaseImagesSchema.parse(row.images),
  template: releaseTemplateSchema.parse(row.template),
  migrations: migrationSchema.array().parse(row.migrations),
});

/** Newest version of each of an environment's secrets, by the file the app finds it in. Those that are not there are left out. */
export async function readSecretVersions(
  tx: Tx,
  { serviceName, environment }: { serviceName: string; environment: string },
  files: readonly string[],
): Promise<Record<string, number>> {
  const names = new Map(files.map((file) => [secretFullName(serviceName, file, environment), file]));
  const rows = await tx.secret.findMany({
    where: { name: { in: [...names.keys()] }, deletedAt: null },
    select: { name: true, version: true },
    orderBy: { version: "asc" },
  });
  const newest = new Map(rows.map((row) => [row.name, row.version]));
  return Object.fromEntries(
    [...names].flatMap(([name, file]) => {
      const version = newest.get(name);
      return version === undefined ? [] : [[file, version] as const];
    }),
  );
}

/**
 * What a release would be in an environment: its images and template with the environment's settings, secrets and places.
 * Refused while a secret that the app needs is not there.
 */
export async function buildContent(
  tx: Tx,
  release: { images: unknown; template: unknown; migrations: unknown },
  environment: { name: string; serviceName: string },
  settings: EnvironmentConfigContent,
): Promise<ReleaseContent> {
  const { images, template, migrations } = readRelease(release);
  const place = { serviceName: environment.serviceName, environment: environment.name };
  const secrets = await readSecretVersions(tx, place, template.secrets);
  const missing = template.secrets.filter((file) => !(file in secrets));
  if (missing.length > 0)
    throw conflict(
      "releases.secret_missing",
      `The environment ${environment.name} has no secret ${missing.join(", ")}.`,
      "Enter it, then try again.",
    );
  return releaseContentSchema.parse({
    images,
    env: settings.env,
    secrets,
    replicas: settings.replicas,
    ports: settings.ports,
    mounts: placeMounts(template.mounts, namesIn(environment.serviceName, environment.name)),
    healthCheck: template.healthCheck ?? null,
    cpus: settings.cpus,
    memoryMb: settings.memoryMb,
    placement: settings.placement,
    migrations,
  });
}
