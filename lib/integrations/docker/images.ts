import { AppError } from "#lib/platform/errors.ts";
import { callDocker } from "./client.ts";
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
export async function pinImage(image: string, signal: AbortSignal): Promise<string> {
  const { name, digest } = parseImage(image);
  if (digest) return image;
  try {
    const found = await callDocker(
      `look up image ${name} in its registry`,
      signal,
      (client) => client.getImage(name).distribution(),
      REGISTRY_TIMEOUT_MS,
    );
    return `${name}@${distributionSchema.parse(found).Descriptor.digest}`;
  } catch (error) {
    signal.throwIfAborted();
    throw explainMissing(name, error);
  }
}

/** Registries say "not there" in many ways, some of them with HTTP 500 through Docker. */
const MISSING = /manifest unknown|not found|unauthorized|denied|no such image|repository name/i;
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
    advice: "Check the name and the tag, and that the image was pushed.",
    detail,
    cause: error,
  });
}
