import type { BackupSource } from "#lib/backups/schema/source.ts";
import type { IdentityDraft } from "./policy-draft.ts";
import { blankSource, sourceDraftOf } from "./source-draft.ts";

/** What of an environment of a service its answers say is there. */
export interface SuggestedSources {
  environment: string;
  sources: { name: string; source: BackupSource }[];
}

export const sourcesIn = (suggested: readonly SuggestedSources[], environment: string) =>
  suggested.find((place) => place.environment === environment)?.sources ?? [];

/** What a new policy begins with: what the address wishes for where it is there, else the first. */
export function findWished(
  suggested: readonly SuggestedSources[],
  wish: { environment: string | null; source: string | null },
) {
  const place = suggested.find((one) => one.environment === wish.environment) ?? suggested[0];
  const sources = place?.sources ?? [];
  return { environment: place?.environment, source: sources.find((one) => one.name === wish.source) ?? sources[0] };
}

/** The suggestion that the draft is; undefined: it is described by hand. */
export const findChosen = (suggested: readonly SuggestedSources[], { environment, source }: IdentityDraft) =>
  sourcesIn(suggested, environment).find((one) => JSON.stringify(sourceDraftOf(one.source)) === JSON.stringify(source));

/** The same data there: its own of that environment. What was described by hand stays as it was typed. */
export function moveTo(
  environment: string,
  identity: IdentityDraft,
  suggested: readonly SuggestedSources[],
): Partial<IdentityDraft> {
  const chosen = findChosen(suggested, identity);
  if (!chosen) return { environment };
  const there = sourcesIn(suggested, environment);
  const found = there.find((one) => one.name === chosen.name) ?? there[0];
  if (!found) return { environment, source: blankSource(identity.source.kind) };
  return { environment, name: found.name, source: sourceDraftOf(found.source) };
}
