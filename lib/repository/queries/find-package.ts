import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { type RepologyPackage, readProject } from "#lib/integrations/repology/client.ts";
import { config } from "#lib/platform/config/config.ts";
import { UNSTABLE_CHANNEL } from "../constants.ts";
import type { PackageView } from "../types.ts";

const KEPT_MS = 15 * 60_000;
const KEPT_MOST = 200;
const CHANNELS_SHOWN = 6;
/** Nothing newer is known where it is packaged. */
const CURRENT = new Set(["newest", "devel", "unique", "rolling"]);

/** `nix_stable_25_11` → nixos-25.11; null: a repository of something else. */
function toChannel(repo: string): string | null {
  if (repo === "nix_unstable") return UNSTABLE_CHANNEL;
  const [, year, month] = /^nix_stable_(\d\d)_(\d\d)$/.exec(repo) ?? [];
  return year && month ? `nixos-${year}.${month}` : null;
}

const nameOf = (one: RepologyPackage, project: string) => one.srcname ?? one.visiblename ?? one.binname ?? project;

/** Where a project is packaged more than once, as with several interpreters, the one that has its name. */
function choosePackage(packages: readonly RepologyPackage[], project: string): RepologyPackage | undefined {
  return (
    packages.find((one) => nameOf(one, project) === project) ??
    packages.find((one) => CURRENT.has(one.status ?? "")) ??
    packages[0]
  );
}

/** Newest first: unstable before every release, a later release before an earlier. */
const compareChannels = (one: string, other: string) => {
  if (one === other) return 0;
  if (one === UNSTABLE_CHANNEL) return -1;
  return other === UNSTABLE_CHANNEL ? 1 : other.localeCompare(one);
};

function summarize(project: string, packages: readonly RepologyPackage[]): PackageView {
  const withStatus = (status: string) => packages.find((one) => one.status === status)?.version;
  const byChannel = Map.groupBy(packages, ({ repo }) => toChannel(repo));
  byChannel.delete(null);
  const channels = [...byChannel].flatMap(([channel, found]) => {
    const chosen = choosePackage(found, project);
    if (!channel || !chosen) return [];
    const { version, status = "" } = chosen;
    return [{ channel, version, status, name: nameOf(chosen, project), isCurrent: CURRENT.has(status) }];
  });
  return {
    project,
    known: packages.length > 0,
    summary:
      packages.find((one) => toChannel(one.repo) && one.summary)?.summary ??
      packages.find((one) => one.summary)?.summary ??
      null,
    upstream: withStatus("newest") ?? withStatus("unique") ?? withStatus("devel") ?? null,
    channels: channels.sort((one, other) => compareChannels(one.channel, other.channel)).slice(0, CHANNELS_SHOWN),
    page: new URL(`/project/${encodeURIComponent(project)}/versions`, config().REPOLOGY_URL).href,
  };
}

const kept = new Map<string, { until: number; found: Promise<PackageView> }>();

/** Repology asks to be asked seldom: an answer is kept a while, and two who ask at once are one question. */
export async function findPackage(actor: Actor, project: string): Promise<PackageView> {
  authorize(actor, "packages.read");
  const base = config().REPOLOGY_URL;
  const key = `${base} ${project}`;
  const known = kept.get(key);
  if (known && known.until > Date.now()) return known.found;
  // Not the request's own signal: somebody else may wait for the same answer.
  const { signal } = new AbortController();
  const found = readProject(base, project, signal).then((packages) => summarize(project, packages));
  kept.delete(key);
  kept.set(key, { until: Date.now() + KEPT_MS, found });
  for (const oldest of kept.keys()) if (kept.size > KEPT_MOST) kept.delete(oldest);
  // What failed is asked again the next time.
  found.catch(() => {
    if (kept.get(key)?.found === found) kept.delete(key);
  });
  return found;
}
