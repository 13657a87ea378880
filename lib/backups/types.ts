import type { BackupState, VerificationLevel } from "./constants.ts";
import type { Engine } from "./schema.ts";

/** What pages are given about backups. Times are ISO texts. */
export interface BackupView {
  id: string;
  environment: string;
  engine: Engine;
  state: BackupState;
  path: string;
  sizeBytes: number | null;
  rawBytes: number | null;
  sha256: string | null;
  tables: number | null;
  rows: number | null;
  error: string | null;
  startedAt: string;
  finishedAt: string | null;
  /** The run that took it. */
  runId: number | null;
  /** Highest level proven; null when none was. */
  proven: VerificationLevel | null;
  restoreMs: number | null;
}

/** "Provably restorable as of": the newest backup whose restored rows were compared. */
export interface Restorable {
  asOf: string;
  backupId: string;
  restoreMs: number | null;
}

/** One line of the board: a service that has a database. */
export interface BackupBoardRow {
  service: string;
  environment: string;
  engine: Engine;
  asOf: string | null;
  level: VerificationLevel | null;
  restoreMs: number | null;
  lastBackup: {
    id: string;
    state: BackupState;
    startedAt: string;
    finishedAt: string | null;
    sizeBytes: number | null;
    error: string | null;
  };
  /** Of the last twelve that were stored, oldest first. */
  sizes: number[];
  count: number;
}
