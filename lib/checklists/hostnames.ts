import { ENVIRONMENT } from "#lib/services/naming.ts";
import type { ProvisionContext } from "./types.ts";

/** Every public name of a service, its own first. Another environment has one of its own and none of production's. */
export function hostnamesOf({ answers, names }: Pick<ProvisionContext, "answers" | "names">): string[] {
  const { audience, defaultHostname, directHostname, extraHostnames } = answers.exposure;
  if (audience !== "public") return [];
  if (names.environment !== ENVIRONMENT) return [names.hostname];
  const direct = directHostname && names.directHostname ? [names.directHostname] : [];
  const own = [...(defaultHostname ? [names.hostname] : []), ...direct];
  return [...new Set([...own, ...extraHostnames])];
}
