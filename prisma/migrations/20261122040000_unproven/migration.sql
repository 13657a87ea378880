-- Since when proofs of a policy's backups end without having proven anything, and why.
ALTER TABLE `BackupPolicy`
  ADD COLUMN `unprovenSince` DATETIME(3) NULL,
  ADD COLUMN `unprovenWhy` TEXT NULL;
