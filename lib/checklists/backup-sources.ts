import { isFileKind } from "#lib/backups/constants.ts";
import { DEFAULT_POLICY } from "#lib/backups/schema/policy.ts";
import type { Retention } from "#lib/backups/schema/retention.ts";
import type { BackupSource } from "#lib/backups/schema/source.ts";
import type { PolicyStepInput } from "#lib/backups/schema/steps.ts";
import type { ReleaseContent } from "#lib/releases/schema/content.ts";
import { volumeOf } from "#lib/services/naming.ts";
import type { Answers } from "#lib/services/schema/answers.ts";
import type { ProvisionContext } from "./types.ts";

export interface NamedSource {
  /** Name of the policy that provisioning makes for it. */
  name: string;
  /** What it is of the service: "its …". */
  about: string;
  source: BackupSource;
}

/** Of a service's answers what says what it keeps, and of what runs. */
interface KeptData {
  answers: {
    data: Pick<Answers["data"], "database" | "filesFolder">;
    placement: Pick<Answers["placement"], "method"> & { volumes: readonly { name: string }[] };
  };
  names: ProvisionContext["names"];
  /** Of what runs in the environment, when something does: a release may bring volumes that no answer names. */
  mounts?: readonly Pick<ReleaseContent["mounts"][number], "kind" | "source">[];
}

/** Names of its volumes within the stack, each once; those that were answered first. */
function listVolumes({ answers, names, mounts = [] }: KeptData): string[] {
  const prefix = volumeOf(names.stackName, "");
  const running = mounts.filter(({ kind, source }) => kind === "volume" && source.startsWith(prefix));
  const answered = answers.placement.volumes.map(({ name }) => name);
  return [...new Set([...answered, ...running.map(({ source }) => source.slice(prefix.length))])];
}

/** Short enough for a policy's name with a number behind it. */
const BASE_MOST = 36;

/** A policy's name for each volume: not all that a volume may be called can a policy be. */
function namePolicies(volumes: readonly string[]): { policy: string; volume: string }[] {
  const taken = new Set<string>();
  return volumes.map((volume) => {
    const base = `volume-${volume.replaceAll("_", "-")}`.slice(0, BASE_MOST).replace(/-+$/, "");
    let policy = base;
    for (let number = 2; taken.has(policy); number++) policy = `${base}-${number}`;
    taken.add(policy);
    return { policy, volume };
  });
}

/** What a service keeps, as its answers and what runs say: its database and its volumes in the swarm, and its folder. */
export function sourcesOf(kept: KeptData): NamedSource[] {
  const { answers, names } = kept;
  const { data, placement } = answers;
  const sources: NamedSource[] = [];
  // What a NixOS module runs is outside the swarm, where the panel cannot reach it.
  const isInSwarm = placement.method !== "nixos";
  if (data.database !== "none" && isInSwarm)
    sources.push({
      ...{ name: "database", about: "database" },
      source: {
        kind: data.database,
        stackName: names.stackName,
        swarmService: names.databaseService,
        databaseName: names.databaseName,
        userName: names.databaseUser,
        passwordSecret: names.databasePassword,
        rootPasswordSecret: data.database === "postgresql" ? null : names.databaseRootPassword,
      },
    });
  if (data.filesFolder)
    sources.push({ name: "files", about: "files", source: { kind: "files", path: names.folder, exclude: [] } });
  for (const { policy, volume } of isInSwarm ? namePolicies(listVolumes(kept)) : [])
    sources.push({
      ...{ name: policy, about: `volume ${volume}` },
      source: { kind: "volume", volumeName: volumeOf(names.stackName, volume), exclude: [] },
    });
  return sources;
}

/** Read by a helper that has nothing else of the host. */
export const needsHelper = ({ source }: NamedSource) => isFileKind(source.kind);

const NONE: Retention = { last: 3, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 };
const WEEKS_MOST = 520;

/**
 * What each answer to "How often?" means, and when a random older one is restored beside the newest. Hours are too short to restore
 * after every backup: then it is once a day.
 */
const RHYTHMS = {
  hourly: ({ hour, keepDays }) => ({
    ...{ cron: "0 * * * *", jitterMinutes: 15, graceMinutes: 90 },
    retention: { ...NONE, hourly: 48, daily: keepDays },
    proof: `30 ${hour} * * *`,
  }),
  daily: ({ hour, keepDays }) => ({
    ...{ cron: `0 ${hour} * * *`, jitterMinutes: 30, graceMinutes: 180 },
    retention: { ...NONE, daily: keepDays },
    proof: `30 ${hour} * * 0`,
  }),
  weekly: ({ hour, keepDays }) => ({
    ...{ cron: `0 ${hour} * * 0`, jitterMinutes: 30, graceMinutes: 360 },
    retention: { ...NONE, weekly: Math.min(WEEKS_MOST, Math.ceil(keepDays / 7)) },
    proof: `30 ${hour} 1 * *`,
  }),
  none: () => ({ cron: null, jitterMinutes: 0, graceMinutes: 180, retention: { ...NONE, last: 10 }, proof: null }),
} as const satisfies Record<
  Answers["backups"]["schedule"],
  (
    answers: Answers["backups"],
  ) => Pick<PolicyStepInput, "cron" | "jitterMinutes" | "graceMinutes" | "retention"> & { proof: string | null }
>;

/** The policy that a service's answers mean for one of its sources. */
export function policyOf({ backups }: Answers, { name, source }: NamedSource): PolicyStepInput {
  const { proof, ...rhythm } = RHYTHMS[backups.schedule](backups);
  return {
    ...DEFAULT_POLICY,
    recipients: [],
    ...rhythm,
    ...{ name, source, targetId: backups.targetId, timeZone: backups.timeZone },
    verification: {
      restoreEach: backups.schedule !== "hourly",
      cron: proof,
      randomOlder: proof !== null,
      smoke: null,
    },
  };
}
