ALTER TABLE `Service`
  ADD COLUMN `ticksTotal` INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN `ticksTrue` INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN `ticksOpen` INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN `ticksCheckedAt` DATETIME(3) NULL,
  ADD COLUMN `ticksDueAt` DATETIME(3) NULL,
  ADD INDEX `Service_ticksDueAt_idx` (`ticksDueAt`),
  ADD INDEX `Service_state_ticksOpen_name_ticksTotal_idx` (`state`, `ticksOpen` DESC, `name`, `ticksTotal`);

ALTER TABLE `ServiceDependency` ADD COLUMN `kind` VARCHAR(20) NOT NULL DEFAULT 'service';

ALTER TABLE `Secret`
  ADD COLUMN `store` VARCHAR(12) NOT NULL DEFAULT 'swarm',
  ADD COLUMN `externalId` VARCHAR(64) NULL;

ALTER TABLE `Run` ADD COLUMN `templateVersion` INTEGER NULL;

ALTER TABLE `Step`
  ADD COLUMN `instructions` TEXT NULL,
  ADD COLUMN `evidenceKind` VARCHAR(8) NULL,
  ADD COLUMN `estimateMin` INTEGER NULL,
  ADD COLUMN `dueDays` INTEGER NULL,
  ADD COLUMN `dueBy` DATETIME(3) NULL,
  ADD COLUMN `confirmById` CHAR(36) NULL,
  ADD COLUMN `claimedById` CHAR(36) NULL,
  ADD COLUMN `claimedAt` DATETIME(3) NULL,
  ADD COLUMN `itemRev` INTEGER NOT NULL DEFAULT 1,
  ADD COLUMN `draftNote` TEXT NULL,
  ADD COLUMN `draftById` CHAR(36) NULL,
  ADD COLUMN `draftAt` DATETIME(3) NULL,
  ADD COLUMN `waivedById` CHAR(36) NULL,
  ADD COLUMN `waiverReason` VARCHAR(500) NULL,
  ADD COLUMN `waiverUntil` DATETIME(3) NULL,
  ADD COLUMN `askedAt` DATETIME(3) NULL,
  ADD COLUMN `remindedAt` DATETIME(3) NULL,
  ADD COLUMN `escalatedAt` DATETIME(3) NULL,
  ADD INDEX `Step_state_dueBy_idx` (`state`, `dueBy`),
  ADD INDEX `Step_claimedById_state_idx` (`claimedById`, `state`);

CREATE TABLE `StepEvidence` (
  `id` CHAR(36) NOT NULL,
  `stepId` INTEGER NOT NULL,
  `kind` VARCHAR(8) NOT NULL,
  `text` TEXT NOT NULL,
  `fileName` VARCHAR(255) NULL,
  `mediaType` VARCHAR(100) NULL,
  `size` INTEGER NULL,
  `sha256` BINARY(32) NULL,
  `body` MEDIUMBLOB NULL,
  `addedById` CHAR(36) NOT NULL,
  `addedAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `removedAt` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  INDEX `StepEvidence_stepId_addedAt_idx` (`stepId`, `addedAt`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `ChecklistRevision` (
  `key` VARCHAR(40) NOT NULL,
  `version` INTEGER NOT NULL,
  `state` VARCHAR(10) NOT NULL,
  `title` VARCHAR(200) NOT NULL,
  `builtInVersion` INTEGER NULL,
  `content` JSON NOT NULL,
  `note` VARCHAR(500) NOT NULL DEFAULT '',
  `rev` INTEGER NOT NULL DEFAULT 1,
  `createdById` CHAR(36) NOT NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `updatedAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `publishedById` CHAR(36) NULL,
  `publishedAt` DATETIME(3) NULL,
  PRIMARY KEY (`key`, `version`),
  INDEX `ChecklistRevision_state_key_idx` (`state`, `key`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `Tick` (
  `serviceId` CHAR(36) NOT NULL,
  `environment` VARCHAR(20) NOT NULL,
  `key` VARCHAR(80) NOT NULL,
  `stepId` INTEGER NOT NULL,
  `position` INTEGER NOT NULL DEFAULT 0,
  `title` VARCHAR(200) NOT NULL,
  `state` VARCHAR(8) NOT NULL,
  `since` DATETIME(3) NOT NULL,
  `checkedAt` DATETIME(3) NULL,
  `reason` VARCHAR(1000) NOT NULL DEFAULT '',
  `misses` INTEGER NOT NULL DEFAULT 0,
  `notifiedAt` DATETIME(3) NULL,
  PRIMARY KEY (`serviceId`, `environment`, `key`),
  INDEX `Tick_state_since_idx` (`state`, `since`),
  INDEX `Tick_serviceId_state_since_idx` (`serviceId`, `state`, `since`),
  INDEX `Tick_notifiedAt_serviceId_idx` (`notifiedAt`, `serviceId`),
  INDEX `Tick_stepId_idx` (`stepId`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `Monitor` (
  `id` CHAR(36) NOT NULL,
  `serviceId` CHAR(36) NOT NULL,
  `environment` VARCHAR(20) NOT NULL,
  `system` VARCHAR(20) NOT NULL,
  `externalId` VARCHAR(100) NOT NULL,
  `name` VARCHAR(150) NOT NULL,
  `config` JSON NOT NULL,
  `state` VARCHAR(10) NOT NULL,
  `checkedAt` DATETIME(3) NULL,
  `removedAt` DATETIME(3) NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`id`),
  INDEX `Monitor_serviceId_removedAt_idx` (`serviceId`, `removedAt`),
  UNIQUE INDEX `Monitor_system_externalId_key` (`system`, `externalId`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `MaintenanceWindow` (
  `id` CHAR(36) NOT NULL,
  `serviceId` CHAR(36) NOT NULL,
  `runId` INTEGER NULL,
  `reason` VARCHAR(300) NOT NULL,
  `openedById` CHAR(36) NULL,
  `paused` JSON NOT NULL,
  `startedAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `endsAt` DATETIME(3) NOT NULL,
  `endedAt` DATETIME(3) NULL,
  `error` VARCHAR(500) NULL,
  PRIMARY KEY (`id`),
  INDEX `MaintenanceWindow_endedAt_endsAt_idx` (`endedAt`, `endsAt`),
  INDEX `MaintenanceWindow_serviceId_endedAt_idx` (`serviceId`, `endedAt`),
  INDEX `MaintenanceWindow_runId_idx` (`runId`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `ServiceDocument` (
  `id` CHAR(36) NOT NULL,
  `serviceId` CHAR(36) NOT NULL,
  `kind` VARCHAR(12) NOT NULL,
  `name` VARCHAR(255) NOT NULL,
  `detail` JSON NOT NULL,
  `source` VARCHAR(8) NOT NULL,
  `addedById` CHAR(36) NULL,
  `addedAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `removedAt` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  INDEX `ServiceDocument_serviceId_kind_removedAt_idx` (`serviceId`, `kind`, `removedAt`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `Move` (
  `id` CHAR(36) NOT NULL,
  `serviceId` CHAR(36) NOT NULL,
  `environment` VARCHAR(20) NOT NULL,
  `runId` INTEGER NULL,
  `fromHost` VARCHAR(100) NOT NULL,
  `toHost` VARCHAR(100) NOT NULL,
  `plan` JSON NOT NULL,
  `budgetS` INTEGER NOT NULL,
  `downSince` DATETIME(3) NULL,
  `upAgainAt` DATETIME(3) NULL,
  `requestedById` CHAR(36) NOT NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`id`),
  UNIQUE INDEX `Move_runId_key` (`runId`),
  INDEX `Move_serviceId_createdAt_idx` (`serviceId`, `createdAt`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `Step` ADD CONSTRAINT `Step_claimedById_fkey` FOREIGN KEY (`claimedById`) REFERENCES `User` (`id`) ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE `StepEvidence` ADD CONSTRAINT `StepEvidence_stepId_fkey` FOREIGN KEY (`stepId`) REFERENCES `Step` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `Tick` ADD CONSTRAINT `Tick_serviceId_fkey` FOREIGN KEY (`serviceId`) REFERENCES `Service` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `Monitor` ADD CONSTRAINT `Monitor_serviceId_fkey` FOREIGN KEY (`serviceId`) REFERENCES `Service` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `MaintenanceWindow` ADD CONSTRAINT `MaintenanceWindow_serviceId_fkey` FOREIGN KEY (`serviceId`) REFERENCES `Service` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `ServiceDocument` ADD CONSTRAINT `ServiceDocument_serviceId_fkey` FOREIGN KEY (`serviceId`) REFERENCES `Service` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `Move` ADD CONSTRAINT `Move_serviceId_fkey` FOREIGN KEY (`serviceId`) REFERENCES `Service` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
