import type { Compression } from "#lib/backups/constants.ts";
import type { PolicySettings } from "#lib/backups/schema/policy.ts";
import { DEFAULT_POLICY } from "#lib/backups/schema/policy.ts";
import { DEFAULT_RETENTION, type Retention } from "#lib/backups/schema/retention.ts";
import type { PolicyView } from "#lib/backups/types.ts";
import { readLines, readWhole } from "./find-problems.ts";
import { blankSource, type SourceDraft, sourceOf } from "./source-draft.ts";
import { cronOf, type WhenDraft, whenOf } from "./when-draft.ts";

/** What is asked of a restored copy, as it is typed. */
export interface SmokeDraft {
  kind: "none" | "query" | "http";
  sql: string;
  expect: string;
  path: string;
  port: string;
  status: string;
}

/** The settings of a policy as the form holds them: texts as they were typed. */
export interface SettingsDraft {
  targetId: string;
  compression: Compression;
  /** One a line. */
  recipients: string;
  when: WhenDraft;
  timeZone: string;
  jitterMinutes: string;
  graceMinutes: string;
  keep: Record<keyof Retention, string>;
  restoreEach: boolean;
  verifyWhen: WhenDraft;
  randomOlder: boolean;
  smoke: SmokeDraft;
  pingUrl: string;
  maskingSql: string;
  lockDays: string;
  enabled: boolean;
}

/** What only a new policy says, besides its settings. */
export interface IdentityDraft {
  /** Empty: the panel itself. */
  serviceName: string;
  environment: string;
  name: string;
  source: SourceDraft;
}

const NO_SMOKE: SmokeDraft = { kind: "none", sql: "", expect: "", path: "/", port: "8080", status: "200" };
const textsOf = (keep: Retention) =>
  Object.fromEntries(Object.entries(keep).map(([kind, number]) => [kind, String(number)])) as SettingsDraft["keep"];

export const blankIdentity = (serviceName: string): IdentityDraft => ({
  serviceName,
  environment: "production",
  name: "database",
  source: blankSource("mariadb"),
});

/** A policy with the defaults that are right for most. */
export const blankSettings = (targetId: string, timeZone: string): SettingsDraft =>
  settingsDraftOf({
    ...DEFAULT_POLICY,
    recipients: [],
    retention: DEFAULT_RETENTION,
    verification: { ...DEFAULT_POLICY.verification },
    targetId,
    timeZone,
  });

export function settingsDraftOf(policy: PolicySettings): SettingsDraft {
  const { smoke } = policy.verification;
  return {
    targetId: policy.targetId,
    compression: policy.compression,
    recipients: policy.recipients.join("\n"),
    when: whenOf(policy.cron),
    timeZone: policy.timeZone,
    jitterMinutes: String(policy.jitterMinutes),
    graceMinutes: String(policy.graceMinutes),
    keep: textsOf(policy.retention),
    restoreEach: policy.verification.restoreEach,
    verifyWhen: whenOf(policy.verification.cron),
    randomOlder: policy.verification.randomOlder,
    smoke: !smoke
      ? NO_SMOKE
      : smoke.kind === "query"
        ? { ...NO_SMOKE, ...smoke }
        : { ...NO_SMOKE, ...smoke, port: String(smoke.port), status: String(smoke.status) },
    pingUrl: policy.pingUrl ?? "",
    maskingSql: policy.maskingSql ?? "",
    lockDays: String(policy.lockDays),
    enabled: policy.enabled,
  };
}

function smokeOf(draft: SmokeDraft): PolicySettings["verification"]["smoke"] {
  if (draft.kind === "none") return null;
  if (draft.kind === "query") return { kind: "query", sql: draft.sql.trim(), expect: draft.expect.trim() };
  return { kind: "http", path: draft.path.trim(), port: readWhole(draft.port), status: readWhole(draft.status) };
}

/** The same as the server takes it; what is wrong in it is for the schema to say. */
export function settingsOf(draft: SettingsDraft): PolicySettings {
  const verifyCron = cronOf(draft.verifyWhen);
  return {
    targetId: draft.targetId,
    compression: draft.compression,
    recipients: readLines(draft.recipients),
    cron: cronOf(draft.when),
    timeZone: draft.timeZone,
    jitterMinutes: readWhole(draft.jitterMinutes),
    graceMinutes: readWhole(draft.graceMinutes),
    retention: Object.fromEntries(
      Object.entries(draft.keep).map(([kind, text]) => [kind, readWhole(text)]),
    ) as Retention,
    verification: {
      restoreEach: draft.restoreEach,
      cron: verifyCron,
      // What goes with a schedule is not asked where there is none.
      randomOlder: verifyCron !== null && draft.randomOlder,
      smoke: smokeOf(draft.smoke),
    },
    pingUrl: draft.pingUrl.trim() || null,
    maskingSql: draft.maskingSql.trim() ? draft.maskingSql : null,
    lockDays: readWhole(draft.lockDays),
    enabled: draft.enabled,
  };
}

export const identityOf = (draft: IdentityDraft) => ({
  serviceName: draft.serviceName || null,
  environment: draft.environment.trim(),
  name: draft.name.trim(),
  source: sourceOf(draft.source),
});

/** Only the settings of a policy, as they are saved. */
export const savedSettings = (policy: PolicyView): PolicySettings => settingsOf(settingsDraftOf(policy));
