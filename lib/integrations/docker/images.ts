import { AppError } from "#lib/platform/errors.ts";
import { callDocker } from "./client.ts";
import type { RegistryAuth } from "./registry.ts";
import { distributionSchema } from "./schema.ts";

const REGISTRY_TIMEOUT_MS = 60_000;

export interface ImageReference {
  /** As people write it, without the digest. */
  name: string;
  digest: string | null;
}

/** Splits "registry:5000/team/app:1.2@sha256:…" into what is before the digest and the digest. */
export function parseImage(image: string): ImageReference {
  const at = image.indexOf("@");
  return at === -1 ? { name: image, digest: null } : { name: image.slice(0, at), digest: image.slice(at + 1) };
}

/**
 * The image with the digest its tag has in the registry right now: "app:1.2@sha256:…". What carries one already stays as
 * it is. Throws `image.not_found` when the registry does not have it.
 */
export async function pinImage(image: string, signal: AbortSignal, auth: RegistryAuth | null = null): Promise<string> {
  const { name, digest } = parseImage(image);
  return digest ? image : `${name}@${await lookUp(name, signal, auth)}`;
}

/** Whether its registry still has exactly this image, by its digest. */
export async function isInRegistry(image: string, signal: AbortSignal, auth: RegistryAuth | null): Promise<boolean> {
  try {
    await lookUp(image, signal, auth);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === "image.not_found") return false;
    throw error;
  }
}

async function lookUp(name: string, signal: AbortSignal, auth: RegistryAuth | null): Promise<string> {
  try {
    const found = await callDocker(
      `look up image ${name} in its registry`,
      signal,
      (client) => client.getImage(name).distribution(auth ? { authconfig: auth } : {}),
      REGISTRY_TIMEOUT_MS,
    );
    return distributionSchema.parse(found).Descriptor.digest;
  } catch (error) {
    signal.throwIfAborted();
    throw explainMissing(name, error);
  }
}

/** Registries say "not there" in many ways, some of them with HTTP 500 through Docker. */
const MISSING =
  /manifest unknown|not found|unauthorized|denied|no such image|repository name|no basic auth|authentication required/i;
const MALFORMED = /invalid reference format|invalid repository name|repository name must/i;

function explainMissing(name: string, error: unknown): unknown {
  if (!(error instanceof AppError)) return error;
  const detail = error.detail ?? error.message;
  if (MALFORMED.test(detail))
    return new AppError({
      code: "image.not_found",
      message: `"${name}" is not the name of an image.`,
      detail,
      cause: error,
    });
  if (!MISSING.test(detail) && error.code !== "docker.not_found") return error;
  return new AppError({
    code: "image.not_found",
    message: `There is no image ${name} in its registry, or the panel may not read it.`,
    advice: "Check the name and the tag, that the image was pushed, and that the panel has an account at its registry.",
    detail,
    cause: error,
  });
}
