/** An image's name in its parts: `registry/repository:tag@digest`, as the Docker CLI reads it. */
export interface ImageReference {
  /** `docker.io` when none is written. */
  registry: string;
  /** `library/nginx` when only `nginx` is written and the registry is Docker's own. */
  repository: string;
  tag: string | null;
  digest: string | null;
}

const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const REGISTRY =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*(?::[0-9]{1,5})?$/;
const NAME_MAX = 255;

type Parsed = { ok: true; image: ImageReference } | { ok: false; problem: string };
const problem = (text: string): Parsed => ({ ok: false, problem: text });

/** Reads an image reference, or says in one sentence why it is none. */
export function parseImageReference(text: string): Parsed {
  if (text === "") return problem("Give an image such as ghcr.io/acme/pad:1.4.");
  if (text.startsWith("-")) return problem("An image's name cannot begin with a hyphen.");
  if (/\s/.test(text)) return problem("An image's name has no spaces.");
  const odd = [...text].find((letter) => !/[A-Za-z0-9._/:@-]/.test(letter));
  if (odd) return problem(`“${odd}” cannot stand in an image's name.`);

  const [beforeDigest = "", digest, ...more] = text.split("@");
  if (more.length > 0) return problem("An image has one digest at most: there is a second “@”.");
  if (digest !== undefined && !DIGEST.test(digest)) return problem("A digest is sha256: and 64 hexadecimal digits.");

  const colon = beforeDigest.lastIndexOf(":");
  const hasTag = colon > beforeDigest.lastIndexOf("/");
  const name = hasTag ? beforeDigest.slice(0, colon) : beforeDigest;
  const tag = hasTag ? beforeDigest.slice(colon + 1) : null;
  if (tag === "") return problem("The tag after the colon is missing.");
  if (tag !== null && !TAG.test(tag))
    return problem(`“${tag}” is not a tag: letters, digits, dots, hyphens and underscores, 128 at most.`);

  const parts = name.split("/");
  const first = parts[0] ?? "";
  const hasRegistry =
    parts.length > 1 && (first === "localhost" || /[.:]/.test(first) || first !== first.toLowerCase());
  const registry = hasRegistry ? first : "docker.io";
  const path = hasRegistry ? parts.slice(1) : parts;
  if (hasRegistry && !REGISTRY.test(first)) return problem(`“${first}” is not a registry such as ghcr.io.`);
  for (const part of path) {
    if (part === "") return problem("The image's name has an empty part: check the slashes.");
    if (part !== part.toLowerCase())
      return problem(`An image's name is written in small letters: ${part.toLowerCase()}.`);
    if (!COMPONENT.test(part)) return problem(`“${part}” is not a valid part of an image's name.`);
  }
  const repository = registry === "docker.io" && path.length === 1 ? `library/${path[0]}` : path.join("/");
  if (`${registry}/${repository}`.length > NAME_MAX)
    return problem(`The image's name is longer than ${NAME_MAX} characters.`);
  return { ok: true, image: { registry, repository, tag, digest: digest ?? null } };
}

/** The full form, with nothing left to defaults but the tag. */
export function formatImageReference(image: ImageReference): string {
  const tag = image.tag === null ? "" : `:${image.tag}`;
  const digest = image.digest === null ? "" : `@${image.digest}`;
  return `${image.registry}/${image.repository}${tag}${digest}`;
}
