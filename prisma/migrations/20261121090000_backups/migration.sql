CREATE TABLE `BackupTarget` (
  `id` CHAR(36) NOT NULL,
  `name` VARCHAR(60) NOT NULL,
  `kind` VARCHAR(10) NOT NULL,
  `config` JSON NOT NULL,
  `state` VARCHAR(10) NOT NULL DEFAULT 'unchecked',
  `error` TEXT NULL,
  `checkedAt` DATETIME(3) NULL,
  `nextCheckAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `isDefault` INTEGER NULL,
  `version` INTEGER NOT NULL DEFAULT 1,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `removedAt` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `BackupTarget_isDefault_key` (`isDefault`),
  INDEX `BackupTarget_nextCheckAt_idx` (`nextCheckAt`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The folder BACKUPS_ROOT, which every panel has.
INSERT INTO `BackupTarget` (`id`, `name`, `kind`, `config`, `isDefault`)
VALUES ('00000000-0000-4000-8000-000000000001', 'This server', 'disk', '{"kind":"disk","folder":null}', 1);

CREATE TABLE `BackupPolicy` (
  `id` CHAR(36) NOT NULL,
  `serviceId` CHAR(36) NULL,
  `environment` VARCHAR(20) NOT NULL,
  `name` VARCHAR(40) NOT NULL,
  `scope` VARCHAR(110) NULL,
  `kind` VARCHAR(12) NOT NULL,
  `source` JSON NOT NULL,
  `targetId` CHAR(36) NOT NULL,
  `compression` VARCHAR(10) NOT NULL,
  `recipients` JSON NOT NULL,
  `cron` VARCHAR(100) NULL,
  `timeZone` VARCHAR(64) NOT NULL,
  `jitterMinutes` INTEGER NOT NULL,
  `graceMinutes` INTEGER NOT NULL,
  `retention` JSON NOT NULL,
  `verification` JSON NOT NULL,
  `maskingSql` TEXT NULL,
  `lockDays` INTEGER NOT NULL DEFAULT 0,
  `enabled` BOOLEAN NOT NULL DEFAULT true,
  `nextAt` DATETIME(3) NULL,
  `nextVerifyAt` DATETIME(3) NULL,
  `overdueAt` DATETIME(3) NULL,
  `overdueToldAt` DATETIME(3) NULL,
  `version` INTEGER NOT NULL DEFAULT 1,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `removedAt` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `BackupPolicy_scope_key` (`scope`),
  INDEX `BackupPolicy_serviceId_idx` (`serviceId`),
  INDEX `BackupPolicy_targetId_idx` (`targetId`),
  INDEX `BackupPolicy_nextAt_idx` (`nextAt`),
  INDEX `BackupPolicy_nextVerifyAt_idx` (`nextVerifyAt`),
  INDEX `BackupPolicy_overdueAt_idx` (`overdueAt`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Backups of before were single files below BACKUPS_ROOT: <service>/<environment>/<file>.
ALTER TABLE `Backup`
  DROP FOREIGN KEY `Backup_serviceId_fkey`,
  DROP INDEX `Backup_path_key`;
ALTER TABLE `Backup`
  MODIFY `serviceId` CHAR(36) NULL,
  ADD COLUMN `policyId` CHAR(36) NULL AFTER `environment`,
  ADD COLUMN `policy` VARCHAR(40) NOT NULL DEFAULT 'database' AFTER `policyId`,
  ADD COLUMN `trigger` VARCHAR(10) NOT NULL DEFAULT 'person' AFTER `state`,
  ADD COLUMN `targetId` CHAR(36) NOT NULL DEFAULT '00000000-0000-4000-8000-000000000001' AFTER `trigger`,
  CHANGE `path` `key` VARCHAR(400) NOT NULL,
  ADD COLUMN `encrypted` BOOLEAN NOT NULL DEFAULT false AFTER `key`,
  DROP COLUMN `target`,
  DROP COLUMN `sha256`,
  ADD COLUMN `totalRows` BIGINT NULL AFTER `rawBytes`,
  ADD COLUMN `anomaly` VARCHAR(300) NULL AFTER `error`,
  ADD COLUMN `proven` VARCHAR(10) NULL AFTER `anomaly`,
  ADD COLUMN `provenAt` DATETIME(3) NULL AFTER `proven`,
  ADD COLUMN `restoreMs` INTEGER NULL AFTER `provenAt`,
  ADD COLUMN `dueAt` DATETIME(3) NULL AFTER `stepId`,
  ADD COLUMN `pinnedAt` DATETIME(3) NULL,
  ADD COLUMN `pinnedById` CHAR(36) NULL,
  ADD COLUMN `pinReason` VARCHAR(300) NULL,
  ADD COLUMN `lockedUntil` DATETIME(3) NULL,
  ADD COLUMN `missingAt` DATETIME(3) NULL,
  ADD COLUMN `removedAt` DATETIME(3) NULL,
  ADD COLUMN `removedReason` VARCHAR(300) NULL;
ALTER TABLE `Backup` ALTER COLUMN `targetId` DROP DEFAULT;
UPDATE `Backup` SET `key` = SUBSTRING_INDEX(`key`, '/', -3);
UPDATE `Backup` b SET
  b.`proven` = IF(b.`state` = 'verified', 'counts', NULL),
  b.`provenAt` = IF(b.`state` = 'verified', b.`finishedAt`, NULL),
  b.`restoreMs` = (SELECT v.`durationMs` FROM `Verification` v WHERE v.`backupId` = b.`id` AND v.`level` = 'restore' AND v.`ok` ORDER BY v.`createdAt` DESC LIMIT 1);
ALTER TABLE `Backup`
  ADD INDEX `Backup_policyId_startedAt_idx` (`policyId`, `startedAt`),
  ADD INDEX `Backup_policyId_removedAt_state_startedAt_idx` (`policyId`, `removedAt`, `state`, `startedAt`),
  ADD INDEX `Backup_state_startedAt_id_idx` (`state`, `startedAt`, `id`),
  ADD INDEX `Backup_missingAt_idx` (`missingAt`),
  ADD INDEX `Backup_startedAt_id_idx` (`startedAt`, `id`),
  ADD INDEX `Backup_pinnedById_idx` (`pinnedById`),
  ADD INDEX `Backup_stepId_idx` (`stepId`),
  ADD UNIQUE INDEX `Backup_targetId_key_key` (`targetId`, `key`);
ALTER TABLE `Verification`
  ADD COLUMN `stepId` INTEGER NULL AFTER `durationMs`,
  ADD INDEX `Verification_backupId_createdAt_idx` (`backupId`, `createdAt`);
ALTER TABLE `Verification` DROP INDEX `Verification_backupId_idx`;

CREATE TABLE `BackupOrphan` (
  `id` CHAR(36) NOT NULL,
  `targetId` CHAR(36) NOT NULL,
  `key` VARCHAR(400) NOT NULL,
  `sizeBytes` BIGINT NOT NULL,
  `modifiedAt` DATETIME(3) NOT NULL,
  `foundAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `adoptable` BOOLEAN NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `BackupOrphan_targetId_key_key` (`targetId`, `key`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `Restore` (
  `id` CHAR(36) NOT NULL,
  `backupId` CHAR(36) NOT NULL,
  `serviceId` CHAR(36) NULL,
  `environment` VARCHAR(20) NOT NULL,
  `mode` VARCHAR(10) NOT NULL,
  `state` VARCHAR(10) NOT NULL,
  `destination` VARCHAR(300) NOT NULL,
  `previous` VARCHAR(300) NULL,
  `only` JSON NOT NULL,
  `mask` BOOLEAN NOT NULL,
  `runId` INTEGER NULL,
  `byId` CHAR(36) NOT NULL,
  `error` TEXT NULL,
  `report` JSON NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `finishedAt` DATETIME(3) NULL,
  `durationMs` INTEGER NULL,
  PRIMARY KEY (`id`),
  INDEX `Restore_backupId_createdAt_idx` (`backupId`, `createdAt`),
  INDEX `Restore_serviceId_createdAt_idx` (`serviceId`, `createdAt`),
  INDEX `Restore_byId_idx` (`byId`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `BackupLink` (
  `id` CHAR(36) NOT NULL,
  `backupId` CHAR(36) NOT NULL,
  `tokenHash` BINARY(32) NOT NULL,
  `byId` CHAR(36) NOT NULL,
  `reason` VARCHAR(300) NOT NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `expiresAt` DATETIME(3) NOT NULL,
  `uses` INTEGER NOT NULL DEFAULT 0,
  `revokedAt` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `BackupLink_tokenHash_key` (`tokenHash`),
  INDEX `BackupLink_backupId_idx` (`backupId`),
  INDEX `BackupLink_byId_idx` (`byId`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `BackupPolicy` ADD CONSTRAINT `BackupPolicy_serviceId_fkey` FOREIGN KEY (`serviceId`) REFERENCES `Service` (`id`) ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE `BackupPolicy` ADD CONSTRAINT `BackupPolicy_targetId_fkey` FOREIGN KEY (`targetId`) REFERENCES `BackupTarget` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `Backup` ADD CONSTRAINT `Backup_serviceId_fkey` FOREIGN KEY (`serviceId`) REFERENCES `Service` (`id`) ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE `Backup` ADD CONSTRAINT `Backup_policyId_fkey` FOREIGN KEY (`policyId`) REFERENCES `BackupPolicy` (`id`) ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE `Backup` ADD CONSTRAINT `Backup_targetId_fkey` FOREIGN KEY (`targetId`) REFERENCES `BackupTarget` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `Backup` ADD CONSTRAINT `Backup_pinnedById_fkey` FOREIGN KEY (`pinnedById`) REFERENCES `User` (`id`) ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE `BackupOrphan` ADD CONSTRAINT `BackupOrphan_targetId_fkey` FOREIGN KEY (`targetId`) REFERENCES `BackupTarget` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `Restore` ADD CONSTRAINT `Restore_backupId_fkey` FOREIGN KEY (`backupId`) REFERENCES `Backup` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `Restore` ADD CONSTRAINT `Restore_serviceId_fkey` FOREIGN KEY (`serviceId`) REFERENCES `Service` (`id`) ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE `Restore` ADD CONSTRAINT `Restore_byId_fkey` FOREIGN KEY (`byId`) REFERENCES `User` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `BackupLink` ADD CONSTRAINT `BackupLink_backupId_fkey` FOREIGN KEY (`backupId`) REFERENCES `Backup` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `BackupLink` ADD CONSTRAINT `BackupLink_byId_fkey` FOREIGN KEY (`byId`) REFERENCES `User` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
