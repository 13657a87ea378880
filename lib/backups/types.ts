import type { z } from "zod";
import type { policyPreview, policyView } from "./schema/policy-views.ts";
import type { TargetConfig } from "./schema/target.ts";
import type {
  backupBoard,
  backupBoardRow,
  backupLinkView,
  backupListPage,
  backupPoint,
  backupSummary,
  backupView,
  restoreView,
  verificationView,
} from "./schema/views.ts";

// What pages are given. Times are ISO texts.

export type BackupView = z.output<typeof backupView>;
export type BackupListPage = z.output<typeof backupListPage>;
export type VerificationView = z.output<typeof verificationView>;
export type BackupPoint = z.output<typeof backupPoint>;
export type RestoreView = z.output<typeof restoreView>;
export type BackupLinkView = z.output<typeof backupLinkView>;
export type BackupBoardRow = z.output<typeof backupBoardRow>;
export type BackupSummary = z.output<typeof backupSummary>;
export type BackupBoard = z.output<typeof backupBoard>;

export type PolicyView = z.output<typeof policyView>;
export type PolicyPreview = z.output<typeof policyPreview>;
/** One point of the preview: what the retention would do with it now. */
export type RetentionPreviewPoint = PolicyPreview["points"][number];

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
