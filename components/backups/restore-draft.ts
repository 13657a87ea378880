import { isDatabaseKind, isSqlKind, type RestoreMode } from "#lib/backups/constants.ts";
import { listDatabases } from "#lib/backups/format.ts";
import { type Destination, MASKED_INTO_ITSELF, type RestoreInput } from "#lib/backups/schema/restore.ts";
import type { BackupPoint } from "#lib/backups/types.ts";
import { readLines } from "./find-problems.ts";

/** A restore as it is asked for in the form. */
export interface RestoreDraft {
  /** Position in the list of destinations. */
  to: number;
  /** Of several in the point, which one; empty: not chosen yet. */
  database: string;
  mode: RestoreMode;
  /** Only a part of it. */
  isPart: boolean;
  tables: string[];
  /** One path a line, for folders. */
  paths: string;
  mask: boolean;
  identity: string;
  confirm: string;
}

export const blankRestore = (): RestoreDraft => ({
  ...{ to: 0, database: "", mode: "beside", isPart: false, tables: [], paths: "" },
  ...{ mask: false, identity: "", confirm: "" },
});

/** Databases of which one can be chosen: a point of MongoDB may hold all of a server. */
export const databasesOf = ({ engine, manifest }: BackupPoint): string[] =>
  engine === "mongodb" && manifest ? listDatabases(manifest.counts) : [];

/** The one that comes back; undefined: there is nothing to choose, or nothing was chosen yet. */
export function databaseOf(point: BackupPoint, draft: RestoreDraft): string | undefined {
  const all = databasesOf(point);
  return all.length === 1 ? all[0] : all.find((one) => one === draft.database);
}

/** What follows from the point and where it shall go. */
export interface RestoreRules {
  /** Whether masking is something to decide on: of what can never be, only where it would have to. */
  asksMask: boolean;
  /** Why no masked copy can go there so; null: one can. */
  whyNoMask: string | null;
  /** Why it cannot take the place of what lives; null when it can. */
  whyNoSwap: string | null;
  /** The name to type before it begins; null: none is asked for. */
  nameToType: string | null;
}

function explainNoSwap(to: Destination, draft: RestoreDraft): string | null {
  if (to.noSwap !== null) return to.noSwap;
  if (draft.isPart) return "Only the whole can take the place of the whole.";
  if (!to.maySwap)
    return "Replacing living data takes a database administrator, an administrator, or a manager who owns the service.";
  return null;
}

function explainNoMask(to: Destination, mode: RestoreMode): string | null {
  if (to.noMasking !== null) return to.noMasking;
  return mode === "swap" && to.production && !to.elsewhere ? MASKED_INTO_ITSELF : null;
}

export function judgeRestore(point: BackupPoint, to: Destination, draft: RestoreDraft): RestoreRules {
  const whyNoSwap = explainNoSwap(to, draft);
  const mode = whyNoSwap === null ? draft.mode : "beside";
  return {
    asksMask: to.mustMask || isSqlKind(point.engine),
    whyNoMask: explainNoMask(to, mode),
    whyNoSwap,
    nameToType: mode === "swap" || (to.elsewhere && to.production) ? to.confirm : null,
  };
}

/** The same as the server takes it. */
export function restoreOf(point: BackupPoint, to: Destination, draft: RestoreDraft): RestoreInput {
  const rules = judgeRestore(point, to, draft);
  const database = databaseOf(point, draft);
  const part = isDatabaseKind(point.engine) ? draft.tables : readLines(draft.paths);
  return {
    serviceName: to.service,
    environment: to.environment,
    policyId: to.policyId,
    ...(database === undefined ? {} : { database }),
    mode: rules.whyNoSwap === null ? draft.mode : "beside",
    only: draft.isPart ? part : [],
    mask: to.mustMask || (rules.whyNoMask === null && draft.mask),
    identity: draft.identity.trim() || null,
    confirm: rules.nameToType === null ? null : draft.confirm.trim(),
  };
}
