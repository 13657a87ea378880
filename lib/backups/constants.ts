export const BACKUP_STATES = ["running", "stored", "verified", "failed"] as const;
export type BackupState = (typeof BACKUP_STATES)[number];

/** What was proven about a backup, each saying more than the one before. */
export const VERIFICATION_LEVELS = ["hash", "decode", "restore", "counts"] as const;
export type VerificationLevel = (typeof VERIFICATION_LEVELS)[number];

/** Kinds in the ledger. */
export const KINDS = { file: "backup.file", scratch: "docker.container" } as const;
