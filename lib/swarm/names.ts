import { createHash } from "node:crypto";
import { z } from "zod";

export const slug = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,78}[a-z0-9])?$/, "must be lower-case letters, digits and -");

/** The label the Docker CLI puts on everything of a stack, so that its commands show ours too. */
export const STACK_LABEL = "com.docker.stack.namespace";
export const IMAGE_LABEL = "com.docker.stack.image";

/** Ours. What does not carry them was not made by the panel and is never touched. */
export const LABELS = {
  service: "seaworthy.service",
  environment: "seaworthy.environment",
  step: "seaworthy.step",
  /** Fingerprint of the spec as the panel wrote it. */
  spec: "seaworthy.spec",
  /** On secrets: the name without a version, the name in the panel's table, and the version there. */
  secret: "seaworthy.secret",
  secretSource: "seaworthy.secret.source",
  secretVersion: "seaworthy.secret.version",
  /** On secrets: the certificate they hold. */
  certificate: "seaworthy.certificate",
  /** On throw-away containers: the backup that is being proven. */
  scratch: "seaworthy.scratch",
} as const;

/** Certificates are mounted in services by a step of their own; the stack's step leaves them where they are. */
export const isCertificateSecret = (name: string) => /^certificates\.[0-9a-f-]{36}\./.test(name);

/** Kinds of the ledger. */
export const KINDS = {
  service: "swarm.service",
  network: "swarm.network",
  secret: "swarm.secret",
  volume: "swarm.volume",
} as const;

export const appServiceName = (stackName: string) => `${stackName}_app`;
export const databaseServiceName = (stackName: string) => `${stackName}_db`;

export interface Owner {
  stackName: string;
  serviceName: string;
  environment: string;
}

export const ownerLabels = (owner: Owner): Record<string, string> => ({
  [STACK_LABEL]: owner.stackName,
  [LABELS.service]: owner.serviceName,
  [LABELS.environment]: owner.environment,
});

/** Whether something in Docker is this service's own. */
export const isOwnedBy = (labels: Record<string, string>, owner: Owner) =>
  labels[LABELS.service] === owner.serviceName && labels[LABELS.environment] === owner.environment;

const LONGEST_SECRET_NAME = 64;

/**
 * What Swarm calls a version of a secret. Its secrets never change, so a later content is another secret, with its number
 * behind the name. A name that is too long keeps its beginning and ends in a hash; the label has it in full.
 */
export function nameInSwarm(secret: string, version: number): string {
  const suffix = version === 1 ? "" : `.v${version}`;
  if (secret.length + suffix.length <= LONGEST_SECRET_NAME) return secret + suffix;
  const hash = createHash("sha256").update(secret).digest("hex").slice(0, 12);
  return `${secret.slice(0, LONGEST_SECRET_NAME - suffix.length - hash.length - 1)}-${hash}${suffix}`;
}
