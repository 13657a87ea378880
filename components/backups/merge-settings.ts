import type { PolicySettings } from "#lib/backups/schema/policy.ts";
import { formatSpan } from "#lib/platform/format.ts";

const WORDS: Record<keyof PolicySettings, string> = {
  targetId: "Target",
  compression: "Compression",
  recipients: "Encrypt for",
  cron: "Schedule",
  timeZone: "Time zone",
  jitterMinutes: "Starts up to",
  graceMinutes: "Overdue after",
  retention: "How long it is kept",
  verification: "How it is proven",
  pingUrl: "Healthchecks address",
  maskingSql: "Masking",
  lockDays: "Object Lock",
  enabled: "Schedule runs",
};
const SETTINGS = Object.keys(WORDS) as (keyof PolicySettings)[];

/** A setting that two people left differently. */
export interface Difference {
  key: keyof PolicySettings;
  label: string;
  mine: string;
  theirs: string;
  /** I changed it; else only they did. */
  isMine: boolean;
}

function wordSetting(key: keyof PolicySettings, settings: PolicySettings, targetName: (id: string) => string): string {
  switch (key) {
    case "targetId":
      return targetName(settings.targetId);
    case "cron":
      return settings.cron ?? "never";
    case "jitterMinutes":
    case "graceMinutes":
      return formatSpan(settings[key] * 60_000);
    case "retention":
      return Object.entries(settings.retention)
        .filter(([, number]) => number > 0)
        .map(([kind, number]) => `${kind} ${number}`)
        .join(", ");
    case "recipients":
      return settings.recipients.join(", ") || "nobody";
    case "verification": {
      const { restoreEach, cron, randomOlder, smoke } = settings.verification;
      const parts = [restoreEach && "each one", cron && `the newest at ${cron}`, randomOlder && "a random older one"];
      return [...parts, smoke && `then ${smoke.kind}`].filter(Boolean).join(", ") || "read back only";
    }
    case "enabled":
      return settings.enabled ? "yes" : "paused";
    default:
      return String(settings[key] ?? "none");
  }
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** Where my version and theirs differ, and who changed it since `base`, from which I began. */
export function compareSettings(
  base: PolicySettings,
  mine: PolicySettings,
  theirs: PolicySettings,
  targetName: (id: string) => string,
): Difference[] {
  return SETTINGS.filter((key) => !same(mine[key], theirs[key])).map((key) => ({
    key,
    label: WORDS[key],
    mine: wordSetting(key, mine, targetName),
    theirs: wordSetting(key, theirs, targetName),
    isMine: !same(mine[key], base[key]),
  }));
}

/** Their version with these settings of mine. */
export function mergeSettings(
  mine: PolicySettings,
  theirs: PolicySettings,
  keep: ReadonlySet<keyof PolicySettings>,
): PolicySettings {
  const kept = Object.fromEntries([...keep].map((key) => [key, mine[key]]));
  return { ...theirs, ...kept };
}
