import { createHash } from "node:crypto";
import type { DockerService } from "#lib/integrations/docker/schema.ts";
import type { ServiceSpec } from "#lib/integrations/docker/services.ts";
import { canonicalJson } from "#lib/platform/crypto.ts";
import { withoutCertificates } from "#lib/releases/rollout/app-spec.ts";
import { LABELS } from "#lib/swarm/names.ts";

interface SecretReference {
  SecretID: string;
  SecretName: string;
  File?: { Name: string };
}

const ENV = "DATABASE_USER";

export interface Change {
  fileName: string;
  /** The swarm's secret that takes the place of the one in that file. */
  secret: { id: string; name: string };
  /** Whom the app signs in as; null: as it does now. */
  user: string | null;
}

const templateOf = (spec: ServiceSpec) =>
  (spec.TaskTemplate ?? {}) as { ContainerSpec?: { Secrets?: SecretReference[]; Env?: string[] } };

/** Secrets a service's tasks are given, as Docker has them. */
export const listReferences = ({ Spec }: DockerService): SecretReference[] =>
  templateOf(Spec as ServiceSpec).ContainerSpec?.Secrets ?? [];

export const readUser = ({ Spec }: DockerService): string | null =>
  templateOf(Spec as ServiceSpec)
    .ContainerSpec?.Env?.find((one) => one.startsWith(`${ENV}=`))
    ?.slice(ENV.length + 1) ?? null;

/**
 * What Docker has, with another secret in one file and nothing else changed; null: it is not given that file. The certificates are
 * left out, for whoever writes the spec adds them again.
 */
export function changeSpec(present: DockerService, { fileName, secret, user }: Change): ServiceSpec | null {
  const spec = withoutCertificates(present.Spec as ServiceSpec);
  const template = templateOf(spec);
  const container = template.ContainerSpec;
  const references = container?.Secrets ?? [];
  if (!references.some((one) => one.File?.Name === fileName)) return null;
  const Secrets = references.map((one) =>
    one.File?.Name === fileName ? { ...one, SecretID: secret.id, SecretName: secret.name } : one,
  );
  const env = container?.Env ?? [];
  const Env = user === null ? env : [...env.filter((one) => !one.startsWith(`${ENV}=`)), `${ENV}=${user}`].sort();
  const changed = { ...spec, TaskTemplate: { ...template, ContainerSpec: { ...container, Secrets, Env } } };
  return { ...changed, Labels: { ...spec.Labels, [LABELS.spec]: fingerprint(changed as ServiceSpec) } } as ServiceSpec;
}

/** As the stack's own step writes one: of what decides how it runs. */
function fingerprint(spec: ServiceSpec): string {
  const { [LABELS.step]: _step, [LABELS.spec]: _spec, ...labels } = spec.Labels;
  return createHash("sha256")
    .update(canonicalJson({ ...spec, Labels: labels }))
    .digest("hex")
    .slice(0, 32);
}
