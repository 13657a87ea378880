ALTER TABLE `Environment`
  ADD COLUMN `currentId` CHAR(36) NULL,
  ADD COLUMN `soakS` INTEGER NOT NULL DEFAULT 60;

CREATE TABLE `EnvironmentConfig` (
  `environmentId` CHAR(36) NOT NULL,
  `version` INTEGER NOT NULL,
  `content` JSON NOT NULL,
  `byId` CHAR(36) NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`environmentId`, `version`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `Release` (
  `id` CHAR(36) NOT NULL,
  `serviceId` CHAR(36) NOT NULL,
  `number` INTEGER NOT NULL,
  `state` VARCHAR(12) NOT NULL,
  `contentHash` CHAR(64) NULL,
  `images` JSON NOT NULL,
  `template` JSON NOT NULL,
  `migrations` JSON NOT NULL,
  `labels` JSON NOT NULL,
  `commitId` VARCHAR(64) NULL,
  `sourceUrl` VARCHAR(400) NULL,
  `branch` VARCHAR(200) NULL,
  `notes` TEXT NOT NULL,
  `origin` VARCHAR(10) NOT NULL,
  `byId` CHAR(36) NULL,
  `error` TEXT NULL,
  `runId` INTEGER NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`id`),
  INDEX `Release_byId_idx` (`byId`),
  UNIQUE INDEX `Release_serviceId_number_key` (`serviceId`, `number`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `Deployment` (
  `id` CHAR(36) NOT NULL,
  `releaseId` CHAR(36) NOT NULL,
  `environmentId` CHAR(36) NOT NULL,
  `kind` VARCHAR(12) NOT NULL,
  `state` VARCHAR(12) NOT NULL,
  `content` JSON NOT NULL,
  `configVersion` INTEGER NOT NULL,
  `answers` JSON NOT NULL,
  `evidence` JSON NOT NULL,
  `targetState` JSON NOT NULL,
  `seal` CHAR(64) NOT NULL,
  `needed` INTEGER NOT NULL,
  `requestedById` CHAR(36) NULL,
  `editorIds` JSON NOT NULL,
  `reason` TEXT NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `expiresAt` DATETIME(3) NOT NULL,
  `approvedAt` DATETIME(3) NULL,
  `startAt` DATETIME(3) NULL,
  `startedAt` DATETIME(3) NULL,
  `finishedAt` DATETIME(3) NULL,
  `runId` INTEGER NULL,
  `previousId` CHAR(36) NULL,
  `supersededById` CHAR(36) NULL,
  `outcome` TEXT NULL,
  `reviewDueAt` DATETIME(3) NULL,
  `reviewedById` CHAR(36) NULL,
  `reviewedAt` DATETIME(3) NULL,
  `evidenceHash` CHAR(64) NULL,
  `version` INTEGER NOT NULL DEFAULT 1,
  `revision` INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (`id`),
  INDEX `Deployment_environmentId_createdAt_idx` (`environmentId`, `createdAt`),
  INDEX `Deployment_createdAt_idx` (`createdAt`),
  INDEX `Deployment_releaseId_idx` (`releaseId`),
  INDEX `Deployment_state_startAt_idx` (`state`, `startAt`),
  INDEX `Deployment_state_expiresAt_idx` (`state`, `expiresAt`),
  INDEX `Deployment_requestedById_idx` (`requestedById`),
  INDEX `Deployment_reviewedById_idx` (`reviewedById`),
  INDEX `Deployment_reviewDueAt_idx` (`reviewDueAt`),
  INDEX `Deployment_runId_idx` (`runId`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `DeploymentEvidence` (
  `deploymentId` CHAR(36) NOT NULL,
  `hash` CHAR(64) NOT NULL,
  `body` LONGBLOB NOT NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`deploymentId`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `ImageCheck` (
  `image` VARCHAR(400) NOT NULL,
  `present` TINYINT(1) NULL,
  `checkedAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`image`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `Approval` (
  `id` CHAR(36) NOT NULL,
  `deploymentId` CHAR(36) NOT NULL,
  `voterId` CHAR(36) NOT NULL,
  `byId` CHAR(36) NOT NULL,
  `decision` VARCHAR(10) NOT NULL,
  `seal` CHAR(64) NOT NULL,
  `comment` TEXT NOT NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`id`),
  INDEX `Approval_voterId_idx` (`voterId`),
  INDEX `Approval_byId_idx` (`byId`),
  UNIQUE INDEX `Approval_deploymentId_voterId_seal_key` (`deploymentId`, `voterId`, `seal`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `DeploymentComment` (
  `id` CHAR(36) NOT NULL,
  `deploymentId` CHAR(36) NOT NULL,
  `byId` CHAR(36) NOT NULL,
  `text` TEXT NOT NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`id`),
  INDEX `DeploymentComment_deploymentId_createdAt_idx` (`deploymentId`, `createdAt`),
  INDEX `DeploymentComment_byId_idx` (`byId`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `ApprovalDelegation` (
  `id` CHAR(36) NOT NULL,
  `fromId` CHAR(36) NOT NULL,
  `toId` CHAR(36) NOT NULL,
  `startsAt` DATETIME(3) NOT NULL,
  `endsAt` DATETIME(3) NOT NULL,
  `endedAt` DATETIME(3) NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`id`),
  INDEX `ApprovalDelegation_fromId_idx` (`fromId`),
  INDEX `ApprovalDelegation_toId_endsAt_idx` (`toId`, `endsAt`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `ApprovalRule` (
  `id` CHAR(36) NOT NULL,
  `environment` VARCHAR(20) NULL,
  `risk` VARCHAR(20) NULL,
  `approvals` INTEGER NOT NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `CalendarRule` (
  `id` CHAR(36) NOT NULL,
  `effect` VARCHAR(10) NOT NULL,
  `serviceId` CHAR(36) NULL,
  `environment` VARCHAR(20) NULL,
  `startsAt` DATETIME(3) NULL,
  `endsAt` DATETIME(3) NULL,
  `cron` VARCHAR(100) NULL,
  `timeZone` VARCHAR(64) NULL,
  `minutes` INTEGER NULL,
  `reason` VARCHAR(300) NOT NULL,
  `byId` CHAR(36) NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `removedAt` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  INDEX `CalendarRule_serviceId_idx` (`serviceId`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `ReleaseWebhook` (
  `id` CHAR(36) NOT NULL,
  `serviceId` CHAR(36) NOT NULL,
  `kind` VARCHAR(10) NOT NULL,
  `branch` VARCHAR(200) NOT NULL,
  `image` VARCHAR(400) NOT NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `removedAt` DATETIME(3) NULL,
  `lastAt` DATETIME(3) NULL,
  `lastWords` VARCHAR(300) NULL,
  PRIMARY KEY (`id`),
  INDEX `ReleaseWebhook_serviceId_idx` (`serviceId`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `WebhookDelivery` (
  `webhookId` CHAR(36) NOT NULL,
  `deliveryId` VARCHAR(100) NOT NULL,
  `receivedAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `releaseId` CHAR(36) NULL,
  `expiresAt` DATETIME(3) NULL,
  PRIMARY KEY (`webhookId`, `deliveryId`),
  INDEX `WebhookDelivery_expiresAt_idx` (`expiresAt`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `RegistryCredential` (
  `id` CHAR(36) NOT NULL,
  `host` VARCHAR(253) NOT NULL,
  `username` VARCHAR(200) NOT NULL,
  `version` INTEGER NOT NULL DEFAULT 1,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `checkedAt` DATETIME(3) NULL,
  `error` TEXT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `RegistryCredential_host_key` (`host`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `DataChange` (
  `id` CHAR(36) NOT NULL,
  `serviceId` CHAR(36) NOT NULL,
  `environment` VARCHAR(20) NOT NULL,
  `state` VARCHAR(12) NOT NULL,
  `title` VARCHAR(200) NOT NULL,
  `cause` TEXT NOT NULL,
  `problem` TEXT NOT NULL,
  `procedure` TEXT NOT NULL,
  `success` TEXT NOT NULL,
  `statements` MEDIUMTEXT NOT NULL,
  `sourceKey` VARCHAR(80) NOT NULL,
  `seal` CHAR(64) NOT NULL,
  `requestedById` CHAR(36) NOT NULL,
  `editorIds` JSON NOT NULL,
  `approvedById` CHAR(36) NULL,
  `approvedAt` DATETIME(3) NULL,
  `approvalComment` TEXT NULL,
  `expiresAt` DATETIME(3) NOT NULL,
  `preview` JSON NULL,
  `previewedAt` DATETIME(3) NULL,
  `previewRunId` INTEGER NULL,
  `carriedOutById` CHAR(36) NULL,
  `reportedById` CHAR(36) NULL,
  `result` JSON NULL,
  `expected` TEXT NULL,
  `happened` TEXT NULL,
  `runId` INTEGER NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `finishedAt` DATETIME(3) NULL,
  `version` INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (`id`),
  INDEX `DataChange_serviceId_createdAt_idx` (`serviceId`, `createdAt`),
  INDEX `DataChange_state_idx` (`state`),
  INDEX `DataChange_requestedById_idx` (`requestedById`),
  INDEX `DataChange_approvedById_idx` (`approvedById`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `ReadOnlyAccount` (
  `id` CHAR(36) NOT NULL,
  `serviceId` CHAR(36) NOT NULL,
  `environment` VARCHAR(20) NOT NULL,
  `scope` VARCHAR(60) NULL,
  `userName` VARCHAR(63) NOT NULL,
  `purpose` VARCHAR(200) NOT NULL,
  `state` VARCHAR(12) NOT NULL,
  `requestedById` CHAR(36) NOT NULL,
  `runId` INTEGER NULL,
  `error` TEXT NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `rotatedAt` DATETIME(3) NULL,
  `revokedAt` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `ReadOnlyAccount_scope_key` (`scope`),
  INDEX `ReadOnlyAccount_serviceId_createdAt_idx` (`serviceId`, `createdAt`),
  INDEX `ReadOnlyAccount_requestedById_idx` (`requestedById`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `SwarmService` ADD COLUMN `specLabel` VARCHAR(64) NULL AFTER `updateState`;

-- One manager for production, two where data may be lost; staging needs nobody.
INSERT INTO `ApprovalRule` (`id`, `environment`, `risk`, `approvals`) VALUES
  ('00000000-0000-4000-8000-000000000011', 'production', NULL, 1),
  ('00000000-0000-4000-8000-000000000012', 'production', 'data-loss', 2);

ALTER TABLE `EnvironmentConfig` ADD CONSTRAINT `EnvironmentConfig_environmentId_fkey` FOREIGN KEY (`environmentId`) REFERENCES `Environment` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `Release` ADD CONSTRAINT `Release_serviceId_fkey` FOREIGN KEY (`serviceId`) REFERENCES `Service` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `Release` ADD CONSTRAINT `Release_byId_fkey` FOREIGN KEY (`byId`) REFERENCES `User` (`id`) ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE `Deployment` ADD CONSTRAINT `Deployment_releaseId_fkey` FOREIGN KEY (`releaseId`) REFERENCES `Release` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `Deployment` ADD CONSTRAINT `Deployment_environmentId_fkey` FOREIGN KEY (`environmentId`) REFERENCES `Environment` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `Deployment` ADD CONSTRAINT `Deployment_requestedById_fkey` FOREIGN KEY (`requestedById`) REFERENCES `User` (`id`) ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE `Deployment` ADD CONSTRAINT `Deployment_reviewedById_fkey` FOREIGN KEY (`reviewedById`) REFERENCES `User` (`id`) ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE `Approval` ADD CONSTRAINT `Approval_deploymentId_fkey` FOREIGN KEY (`deploymentId`) REFERENCES `Deployment` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `Approval` ADD CONSTRAINT `Approval_voterId_fkey` FOREIGN KEY (`voterId`) REFERENCES `User` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `Approval` ADD CONSTRAINT `Approval_byId_fkey` FOREIGN KEY (`byId`) REFERENCES `User` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `DeploymentEvidence` ADD CONSTRAINT `DeploymentEvidence_deploymentId_fkey` FOREIGN KEY (`deploymentId`) REFERENCES `Deployment` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `DeploymentComment` ADD CONSTRAINT `DeploymentComment_deploymentId_fkey` FOREIGN KEY (`deploymentId`) REFERENCES `Deployment` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `DeploymentComment` ADD CONSTRAINT `DeploymentComment_byId_fkey` FOREIGN KEY (`byId`) REFERENCES `User` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `ApprovalDelegation` ADD CONSTRAINT `ApprovalDelegation_fromId_fkey` FOREIGN KEY (`fromId`) REFERENCES `User` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `ApprovalDelegation` ADD CONSTRAINT `ApprovalDelegation_toId_fkey` FOREIGN KEY (`toId`) REFERENCES `User` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `CalendarRule` ADD CONSTRAINT `CalendarRule_serviceId_fkey` FOREIGN KEY (`serviceId`) REFERENCES `Service` (`id`) ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE `ReleaseWebhook` ADD CONSTRAINT `ReleaseWebhook_serviceId_fkey` FOREIGN KEY (`serviceId`) REFERENCES `Service` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `WebhookDelivery` ADD CONSTRAINT `WebhookDelivery_webhookId_fkey` FOREIGN KEY (`webhookId`) REFERENCES `ReleaseWebhook` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `DataChange` ADD CONSTRAINT `DataChange_serviceId_fkey` FOREIGN KEY (`serviceId`) REFERENCES `Service` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `DataChange` ADD CONSTRAINT `DataChange_requestedById_fkey` FOREIGN KEY (`requestedById`) REFERENCES `User` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `DataChange` ADD CONSTRAINT `DataChange_approvedById_fkey` FOREIGN KEY (`approvedById`) REFERENCES `User` (`id`) ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE `ReadOnlyAccount` ADD CONSTRAINT `ReadOnlyAccount_serviceId_fkey` FOREIGN KEY (`serviceId`) REFERENCES `Service` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `ReadOnlyAccount` ADD CONSTRAINT `ReadOnlyAccount_requestedById_fkey` FOREIGN KEY (`requestedById`) REFERENCES `User` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
