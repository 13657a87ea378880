import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { DockerService } from "#lib/integrations/docker/schema.ts";
import type { ServiceSpec } from "#lib/integrations/docker/services.ts";
import { canonicalJson } from "#lib/platform/crypto.ts";
import { isCertificateSecret, LABELS } from "./names.ts";

/**
 * Whether Docker's present spec is no longer what the panel wants. The fingerprint finds what was taken out of the wish,
 * the comparison what somebody changed by hand; Docker's own defaults, which it adds, do not count.
 */
export function needsUpdate(present: DockerService, desired: ServiceSpec): boolean {
  if (present.Spec.Labels[LABELS.spec] !== desired.Labels[LABELS.spec]) return true;
  return !holds(present.Spec, keepOthers(present, desired));
}

/**
 * What a service of the panel's is now: the fingerprint of what the panel wrote, and that of what Docker has, so that a change by
 * hand shows too. Renewed certificates and who made it do not count. Null: it is not the panel's.
 */
export function fingerprintPresent({ Spec }: DockerService): string | null {
  const { [LABELS.step]: _step, ...labels } = Spec.Labels;
  const label = labels[LABELS.spec];
  if (label === undefined) return null;
  const { ContainerSpec: container, ...template } = Spec.TaskTemplate;
  const secrets = (container?.Secrets ?? []) as { SecretName: string }[];
  const own = secrets.filter((one) => !isCertificateSecret(one.SecretName));
  const spec = {
    ...Spec,
    Labels: labels,
    TaskTemplate: { ...template, ContainerSpec: { ...container, Secrets: own } },
  };
  return `${label}.${createHash("sha256").update(canonicalJson(spec)).digest("hex").slice(0, 16)}`;
}

/** The wish, with what is not the stack's own left as it is: the label of who made the service, and its certificates. */
export function keepOthers(present: DockerService, desired: ServiceSpec): ServiceSpec {
  const maker = present.Spec.Labels[LABELS.step];
  const kept = keepCertificates(present, desired);
  return maker === undefined ? kept : { ...kept, Labels: { ...kept.Labels, [LABELS.step]: maker } };
}

function keepCertificates(present: DockerService, desired: ServiceSpec): ServiceSpec {
  const secrets = (present.Spec.TaskTemplate.ContainerSpec?.Secrets ?? []) as { SecretName: string }[];
  const certificates = secrets.filter((one) => isCertificateSecret(one.SecretName));
  const template = desired.TaskTemplate;
  if (certificates.length === 0 || !template || !("ContainerSpec" in template)) return desired;
  const { ContainerSpec } = template;
  const all = [...(ContainerSpec?.Secrets ?? []), ...certificates];
  return {
    ...desired,
    TaskTemplate: { ...template, ContainerSpec: { ...ContainerSpec, Secrets: all } },
  } as ServiceSpec;
}

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === 0 ||
  value === "" ||
  value === false ||
  (typeof value === "object" && Object.values(value).every(isEmpty));

/** Everything wished for is there. Go leaves out empty values: missing and empty are equal. */
function holds(present: unknown, wished: unknown): boolean {
  if (isEmpty(wished)) return isEmpty(present);
  if (Array.isArray(wished))
    return (
      Array.isArray(present) && present.length === wished.length && wished.every((part, i) => holds(present[i], part))
    );
  if (typeof wished !== "object" || wished === null) return isDeepStrictEqual(present, wished);
  if (typeof present !== "object" || present === null) return false;
  const values = new Map(Object.entries(present));
  return Object.entries(wished).every(([name, part]) => holds(values.get(name), part));
}
