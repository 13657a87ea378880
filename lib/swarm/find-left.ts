import { findService } from "#lib/integrations/docker/services.ts";
import { findNetwork, findSecret, findVolume } from "#lib/integrations/docker/swarm.ts";
import type { LedgerResource, StepContext } from "#lib/steps/types.ts";
import { KINDS } from "./names.ts";

const FIND = {
  [KINDS.service]: { what: "service", find: findService },
  [KINDS.network]: { what: "network", find: findNetwork },
  [KINDS.secret]: { what: "secret", find: findSecret },
  [KINDS.volume]: { what: "volume", find: findVolume },
} as const;

const isKnown = (kind: string): kind is keyof typeof FIND => Object.hasOwn(FIND, kind);

/** Whether Docker still has it, by its name: also one that somebody made anew. */
export async function findLeftInSwarm(
  { kind, name }: LedgerResource,
  _input: unknown,
  { signal }: Pick<StepContext, "signal">,
): Promise<string | null> {
  if (!isKnown(kind)) return null;
  const { what, find } = FIND[kind];
  return (await find(name, signal)) ? `The swarm still has the ${what} ${name}.` : null;
}
