import type { SqlKind } from "../constants.ts";

/** Who tries a dump is no superuser, on purpose: what only one may make (event triggers, functions in C) ends it, and says nothing. */
const ONLY_SUPERUSER = /ERROR: +(.*(?:permission denied|must be (?:a )?(?:superuser|owner)|only superusers? ).*)/i;

/** Of what a server is given when it is started, or is set up with: libraries, engines, keys for what is encrypted at rest. */
const OTHERWISE_SET: Record<SqlKind, RegExp> = {
  postgresql:
    /(?:ERROR|FATAL): +(.*(?:shared_preload_libraries|must be preloaded|can only create extension in database).*)/i,
  mariadb: /(ERROR (?:1286|1524)\b.*|ERROR 1005\b.*errno: 140.*)/,
  mysql: /(ERROR (?:1286|1524|3185)\b.*)/,
};

/**
 * Why a throw-away server refused a dump that may be good all the same; null: nothing is known that speaks for it.
 * `otherImage`: the server is of this one, which need not be what the dump came from.
 */
export function explainRefusal(kind: SqlKind, messages: string, otherImage: string | null): string | null {
  const [, forbidden] = (kind === "postgresql" && ONLY_SUPERUSER.exec(messages)) || [];
  if (forbidden)
    return `It holds what only a superuser may make (${forbidden}), and is restored by an ordinary account`;
  const [, setting] = OTHERWISE_SET[kind].exec(messages) ?? [];
  if (setting) return `It asks for a server that is set up otherwise than a new one of its image (${setting})`;
  if (!otherImage) return null;
  const [said = ""] = /^.*\berror\b.*$/im.exec(messages) ?? [];
  return `${otherImage}, which need not be what it came from, refused it (${said.trim()})`;
}
