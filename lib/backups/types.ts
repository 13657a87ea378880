import type {
  Availability,
  BackupState,
  Compression,
  RestoreMode,
  RestoreState,
  SourceKind,
  TargetKind,
  Trigger,
  VerificationLevel,
} from "./constants.ts";
import type { Manifest } from "./schema/manifest.ts";
import type { PolicySettings } from "./schema/policy.ts";
import type { BackupSource } from "./schema/source.ts";
import type { TargetConfig } from "./schema/target.ts";

// What pages are given. Times are ISO texts.

/** One line of a list of executions. */
export interface BackupView {
  id: string;
  /** null: the panel itself. */
  service: string | null;
  environment: string;
  policyId: string | null;
  policy: string;
  engine: SourceKind;
  state: BackupState;
  availability: Availability;
  trigger: Trigger;
  target: { id: string; name: string; kind: TargetKind };
  sizeBytes: number | null;
  rawBytes: number | null;
  tables: number | null;
  rows: number | null;
  encrypted: boolean;
  pinned: boolean;
  /** In words, when its size or rows are far from the usual. */
  anomaly: string | null;
  error: string | null;
  startedAt: string;
  finishedAt: string | null;
  runId: number | null;
  /** Highest level proven; null when none was. */
  proven: VerificationLevel | null;
  provenAt: string | null;
  restoreMs: number | null;
}

export interface BackupListPage {
  rows: BackupView[];
  /** For the next page; null: that was the last. */
  next: string | null;
}

export interface VerificationView {
  id: string;
  level: VerificationLevel;
  ok: boolean;
  /** What was compared, in words. */
  summary: string;
  durationMs: number;
  at: string;
  runId: number | null;
}

/** One restore point's page. */
export interface BackupPoint extends BackupView {
  key: string;
  manifest: Manifest | null;
  verifications: VerificationView[];
  pin: { by: string; reason: string; at: string } | null;
  lockedUntil: string | null;
  removedAt: string | null;
  removedReason: string | null;
  restores: RestoreView[];
  links: BackupLinkView[];
  /** Commands that bring it back without the panel, with the real names in them. */
  byHand: string[];
  /** What the reader may do here. */
  may: { verify: boolean; restore: boolean; swap: boolean; pin: boolean; remove: boolean; link: boolean };
  /** Why it cannot be restored here; null when it can. */
  notRestorable: string | null;
}

export interface RestoreView {
  id: string;
  backupId: string;
  service: string;
  environment: string;
  mode: RestoreMode;
  state: RestoreState;
  /** The database or folder that was made. */
  destination: string;
  by: string;
  runId: number | null;
  createdAt: string;
  finishedAt: string | null;
  durationMs: number | null;
  mayRemove: boolean;
  maySwap: boolean;
}

export interface BackupLinkView {
  id: string;
  by: string;
  reason: string;
  createdAt: string;
  expiresAt: string;
  uses: number;
  revokedAt: string | null;
}

/** "Provably restorable as of": the newest backup whose restored rows were compared. */
export interface Restorable {
  asOf: string;
  backupId: string;
  restoreMs: number | null;
}

/** One line of the board: one policy, or a service with data and no policy. */
export interface BackupBoardRow {
  /** null: the panel itself. */
  service: string | null;
  environment: string;
  policyId: string | null;
  policy: string;
  engine: SourceKind;
  enabled: boolean;
  asOf: string | null;
  level: VerificationLevel | null;
  restoreMs: number | null;
  lastBackup: {
    id: string;
    state: BackupState;
    startedAt: string;
    finishedAt: string | null;
    sizeBytes: number | null;
    anomaly: string | null;
    error: string | null;
    runId: number | null;
  } | null;
  nextAt: string | null;
  /** Since when it is overdue; null: it is not. */
  overdueSince: string | null;
  /** Of the last thirty that were stored, oldest first. */
  sizes: { at: string; sizeBytes: number }[];
  count: number;
}

export interface PolicyView extends PolicySettings {
  id: string;
  service: string | null;
  environment: string;
  name: string;
  source: BackupSource;
  target: { id: string; name: string; kind: TargetKind };
  /** The schedule in words: "At 02:00, every day". */
  scheduleWords: string | null;
  nextAt: string | null;
  overdueSince: string | null;
  /** A ping address is kept; it is never shown again (`pingUrl` is null here). */
  hasPing: boolean;
  version: number;
  mayEdit: boolean;
}

/** One point of the preview: what the retention would do with it now. */
export interface RetentionPreviewPoint {
  /** null: a point that is still to come. */
  backupId: string | null;
  at: string;
  keep: boolean;
  /** "daily 3 of 14", "the last one verified", "pinned by Robin". */
  reasons: string[];
}

export interface PolicyPreview {
  words: string | null;
  /** The next five times. */
  next: string[];
  points: RetentionPreviewPoint[];
  /** How many there are once the policy has run long enough. */
  steadyCount: number;
  /** What that many need, by the median size; null: nothing was stored yet. */
  steadyBytes: number | null;
}

export interface TargetView {
  id: string;
  name: string;
  config: TargetConfig;
  hasSecret: boolean;
  state: "unchecked" | "ok" | "failing";
  error: string | null;
  checkedAt: string | null;
  isDefault: boolean;
  policies: number;
  points: number;
  storedBytes: number;
  orphans: OrphanView[];
  missing: number;
  version: number;
}

/** Something under a target's prefix that no backup of the panel names. */
export interface OrphanView {
  id: string;
  key: string;
  sizeBytes: number;
  modifiedAt: string;
  foundAt: string;
  /** A whole backup with its manifest: it can be taken up as a restore point. */
  adoptable: boolean;
}

export type { Compression };
