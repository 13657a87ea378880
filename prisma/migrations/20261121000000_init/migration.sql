CREATE TABLE `User` (
  `id` CHAR(36) NOT NULL,
  `issuer` VARCHAR(255) NOT NULL,
  `nameId` VARCHAR(255) NOT NULL,
  `email` VARCHAR(320) NOT NULL,
  `displayName` VARCHAR(200) NOT NULL,
  `username` VARCHAR(63) NOT NULL,
  `roles` VARCHAR(200) NOT NULL,
  `disabledAt` DATETIME(3) NULL,
  `lastLoginAt` DATETIME(3) NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`id`),
  UNIQUE INDEX `User_username_key` (`username`),
  UNIQUE INDEX `User_issuer_nameId_key` (`issuer`, `nameId`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `Session` (
  `id` CHAR(36) NOT NULL,
  `tokenHash` BINARY(32) NOT NULL,
  `userId` CHAR(36) NOT NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `expiresAt` DATETIME(3) NOT NULL,
  `lastSeenAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `revokedAt` DATETIME(3) NULL,
  `ip` VARCHAR(45) NOT NULL DEFAULT '',
  `userAgent` VARCHAR(255) NOT NULL DEFAULT '',
  `sessionIndex` VARCHAR(255) NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `Session_tokenHash_key` (`tokenHash`),
  INDEX `Session_userId_idx` (`userId`),
  INDEX `Session_expiresAt_idx` (`expiresAt`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `ApiToken` (
  `id` CHAR(36) NOT NULL,
  `tokenHash` BINARY(32) NOT NULL,
  `name` VARCHAR(100) NOT NULL,
  `userId` CHAR(36) NOT NULL,
  `roles` VARCHAR(200) NOT NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `expiresAt` DATETIME(3) NOT NULL,
  `lastUsedAt` DATETIME(3) NULL,
  `revokedAt` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `ApiToken_tokenHash_key` (`tokenHash`),
  INDEX `ApiToken_userId_idx` (`userId`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `SamlRequest` (
  `id` VARCHAR(128) NOT NULL,
  `browserHash` BINARY(32) NOT NULL,
  `returnTo` VARCHAR(2000) NOT NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `expiresAt` DATETIME(3) NOT NULL,
  `consumedAt` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  INDEX `SamlRequest_expiresAt_idx` (`expiresAt`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `SamlAssertion` (
  `id` VARCHAR(255) NOT NULL,
  `expiresAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  INDEX `SamlAssertion_expiresAt_idx` (`expiresAt`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `AuditEvent` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `actorKind` VARCHAR(10) NOT NULL,
  `actorId` CHAR(36) NULL,
  `actorName` VARCHAR(200) NOT NULL,
  `action` VARCHAR(100) NOT NULL,
  `subjectType` VARCHAR(40) NOT NULL,
  `subjectId` VARCHAR(64) NOT NULL,
  `detail` JSON NOT NULL,
  `requestId` VARCHAR(64) NULL,
  `seq` BIGINT NULL,
  `prevHash` BINARY(32) NULL,
  `hash` BINARY(32) NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `AuditEvent_seq_key` (`seq`),
  INDEX `AuditEvent_subjectType_subjectId_id_idx` (`subjectType`, `subjectId`, `id`),
  INDEX `AuditEvent_actorId_id_idx` (`actorId`, `id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `Outbox` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `topic` VARCHAR(40) NOT NULL,
  `payload` JSON NOT NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `sentAt` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  INDEX `Outbox_sentAt_id_idx` (`sentAt`, `id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `Service` (
  `id` CHAR(36) NOT NULL,
  `name` VARCHAR(40) NOT NULL,
  `purpose` VARCHAR(500) NOT NULL,
  `ownerId` CHAR(36) NOT NULL,
  `state` VARCHAR(20) NOT NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `liveAt` DATETIME(3) NULL,
  `retiredAt` DATETIME(3) NULL,
  `version` INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `Service_name_key` (`name`),
  INDEX `Service_state_name_idx` (`state`, `name`),
  INDEX `Service_ownerId_idx` (`ownerId`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `Environment` (
  `id` CHAR(36) NOT NULL,
  `serviceId` CHAR(36) NOT NULL,
  `name` VARCHAR(20) NOT NULL,
  `stackName` VARCHAR(80) NOT NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`id`),
  UNIQUE INDEX `Environment_stackName_key` (`stackName`),
  UNIQUE INDEX `Environment_serviceId_name_key` (`serviceId`, `name`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `ServiceDependency` (
  `serviceId` CHAR(36) NOT NULL,
  `dependsOnId` CHAR(36) NOT NULL,
  `reason` VARCHAR(300) NOT NULL DEFAULT '',
  PRIMARY KEY (`serviceId`, `dependsOnId`),
  INDEX `ServiceDependency_dependsOnId_idx` (`dependsOnId`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `ServiceClaim` (
  `kind` VARCHAR(20) NOT NULL,
  `value` VARCHAR(255) NOT NULL,
  `serviceId` CHAR(36) NULL,
  PRIMARY KEY (`kind`, `value`),
  INDEX `ServiceClaim_serviceId_idx` (`serviceId`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `ServiceDraft` (
  `id` CHAR(36) NOT NULL,
  `ownerId` CHAR(36) NOT NULL,
  `answers` JSON NOT NULL,
  `group` VARCHAR(40) NOT NULL DEFAULT 'identity',
  `rev` INTEGER NOT NULL DEFAULT 1,
  `serviceId` CHAR(36) NULL,
  `planRunId` INTEGER NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `updatedAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`id`),
  INDEX `ServiceDraft_ownerId_updatedAt_idx` (`ownerId`, `updatedAt`),
  INDEX `ServiceDraft_serviceId_idx` (`serviceId`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `Answers` (
  `serviceId` CHAR(36) NOT NULL,
  `version` INTEGER NOT NULL,
  `answers` JSON NOT NULL,
  `hash` BINARY(32) NOT NULL,
  `byId` CHAR(36) NOT NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`serviceId`, `version`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `ChecklistTemplate` (
  `key` VARCHAR(40) NOT NULL,
  `version` INTEGER NOT NULL,
  `title` VARCHAR(200) NOT NULL,
  `items` JSON NOT NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`key`, `version`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `Run` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `mode` VARCHAR(10) NOT NULL,
  `checklistKey` VARCHAR(40) NOT NULL,
  `checklistVersion` INTEGER NOT NULL,
  `title` VARCHAR(200) NOT NULL,
  `serviceId` CHAR(36) NULL,
  `environment` VARCHAR(20) NULL,
  `draftId` CHAR(36) NULL,
  `undoesRunId` INTEGER NULL,
  `state` VARCHAR(12) NOT NULL,
  `startKey` VARCHAR(120) NOT NULL,
  `exclusiveKey` VARCHAR(120) NULL,
  `exclusiveName` VARCHAR(120) NULL,
  `planHash` BINARY(32) NULL,
  `requestedById` CHAR(36) NULL,
  `cancelRequestedAt` DATETIME(3) NULL,
  `cancelledById` CHAR(36) NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `startedAt` DATETIME(3) NULL,
  `finishedAt` DATETIME(3) NULL,
  `stepsTotal` INTEGER NOT NULL DEFAULT 0,
  `stepsDone` INTEGER NOT NULL DEFAULT 0,
  `version` INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `Run_startKey_key` (`startKey`),
  UNIQUE INDEX `Run_exclusiveKey_key` (`exclusiveKey`),
  INDEX `Run_serviceId_id_idx` (`serviceId`, `id`),
  INDEX `Run_state_id_idx` (`state`, `id`),
  INDEX `Run_requestedById_id_idx` (`requestedById`, `id`),
  INDEX `Run_draftId_idx` (`draftId`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `Step` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `runId` INTEGER NOT NULL,
  `key` VARCHAR(80) NOT NULL,
  `position` INTEGER NOT NULL,
  `name` VARCHAR(60) NOT NULL,
  `title` VARCHAR(200) NOT NULL,
  `queue` VARCHAR(20) NOT NULL,
  `input` JSON NOT NULL,
  `state` VARCHAR(14) NOT NULL,
  `skipReason` VARCHAR(300) NULL,
  `pendingDeps` INTEGER NOT NULL DEFAULT 0,
  `dueAt` DATETIME(3) NULL,
  `rungAt` DATETIME(3) NULL,
  `attempts` INTEGER NOT NULL DEFAULT 0,
  `maxAttempts` INTEGER NOT NULL DEFAULT 8,
  `leaseToken` INTEGER NOT NULL DEFAULT 0,
  `leaseOwner` VARCHAR(80) NULL,
  `leaseUntil` DATETIME(3) NULL,
  `readyAt` DATETIME(3) NULL,
  `startedAt` DATETIME(3) NULL,
  `finishedAt` DATETIME(3) NULL,
  `progress` JSON NULL,
  `checkpoint` JSON NULL,
  `changes` JSON NULL,
  `output` JSON NULL,
  `error` JSON NULL,
  `role` VARCHAR(20) NULL,
  `confirmedById` CHAR(36) NULL,
  `note` TEXT NULL,
  `version` INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (`id`),
  INDEX `Step_state_queue_dueAt_idx` (`state`, `queue`, `dueAt`),
  INDEX `Step_name_idx` (`name`),
  UNIQUE INDEX `Step_runId_key_key` (`runId`, `key`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `StepEdge` (
  `fromId` INTEGER NOT NULL,
  `toId` INTEGER NOT NULL,
  PRIMARY KEY (`fromId`, `toId`),
  INDEX `StepEdge_toId_idx` (`toId`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `Attempt` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `stepId` INTEGER NOT NULL,
  `number` INTEGER NOT NULL,
  `token` INTEGER NOT NULL,
  `workerId` VARCHAR(80) NOT NULL,
  `state` VARCHAR(12) NOT NULL,
  `readyAt` DATETIME(3) NOT NULL,
  `startedAt` DATETIME(3) NOT NULL,
  `finishedAt` DATETIME(3) NULL,
  `error` JSON NULL,
  `lines` INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `Attempt_stepId_number_key` (`stepId`, `number`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `LogChunk` (
  `attemptId` INTEGER NOT NULL,
  `firstSeq` INTEGER NOT NULL,
  `count` INTEGER NOT NULL,
  `body` MEDIUMTEXT NOT NULL,
  PRIMARY KEY (`attemptId`, `firstSeq`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `Resource` (
  `id` CHAR(36) NOT NULL,
  `kind` VARCHAR(40) NOT NULL,
  `providerId` VARCHAR(400) NOT NULL,
  `name` VARCHAR(255) NOT NULL,
  `serviceId` CHAR(36) NULL,
  `stepId` INTEGER NOT NULL,
  `stepName` VARCHAR(60) NOT NULL,
  `state` VARCHAR(10) NOT NULL,
  `liveKey` BINARY(32) NULL,
  `attributes` JSON NOT NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `goneAt` DATETIME(3) NULL,
  `verifiedAt` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `Resource_liveKey_key` (`liveKey`),
  INDEX `Resource_serviceId_state_idx` (`serviceId`, `state`),
  INDEX `Resource_stepId_idx` (`stepId`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `Worker` (
  `id` VARCHAR(80) NOT NULL,
  `queues` VARCHAR(200) NOT NULL,
  `startedAt` DATETIME(3) NOT NULL,
  `seenAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `Secret` (
  `id` CHAR(36) NOT NULL,
  `name` VARCHAR(190) NOT NULL,
  `version` INTEGER NOT NULL,
  `serviceId` CHAR(36) NULL,
  `keyId` VARCHAR(20) NOT NULL,
  `nonce` BINARY(12) NOT NULL,
  `ciphertext` MEDIUMBLOB NOT NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `deletedAt` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  INDEX `Secret_serviceId_idx` (`serviceId`),
  UNIQUE INDEX `Secret_name_version_key` (`name`, `version`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `DnsZone` (
  `id` CHAR(36) NOT NULL,
  `name` VARCHAR(255) NOT NULL,
  `providerZoneId` VARCHAR(64) NOT NULL,
  `nameServers` JSON NOT NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `syncedAt` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `DnsZone_name_key` (`name`),
  UNIQUE INDEX `DnsZone_providerZoneId_key` (`providerZoneId`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `DnsRecord` (
  `id` CHAR(36) NOT NULL,
  `zoneId` CHAR(36) NOT NULL,
  `name` VARCHAR(255) NOT NULL,
  `type` VARCHAR(10) NOT NULL,
  `ttl` INTEGER NOT NULL,
  `values` JSON NOT NULL,
  `serviceId` CHAR(36) NULL,
  `state` VARCHAR(10) NOT NULL,
  `changeId` VARCHAR(64) NULL,
  `error` TEXT NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `syncedAt` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  INDEX `DnsRecord_serviceId_idx` (`serviceId`),
  UNIQUE INDEX `DnsRecord_zoneId_name_type_key` (`zoneId`, `name`, `type`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `AcmeAccount` (
  `directoryUrl` VARCHAR(300) NOT NULL,
  `accountUrl` VARCHAR(300) NOT NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`directoryUrl`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `Certificate` (
  `id` CHAR(36) NOT NULL,
  `serviceId` CHAR(36) NULL,
  `names` VARCHAR(1000) NOT NULL,
  `state` VARCHAR(10) NOT NULL,
  `chainPem` MEDIUMTEXT NULL,
  `keySecretId` CHAR(36) NULL,
  `serial` VARCHAR(64) NULL,
  `issuer` VARCHAR(255) NULL,
  `notBefore` DATETIME(3) NULL,
  `notAfter` DATETIME(3) NULL,
  `error` TEXT NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `issuedAt` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  INDEX `Certificate_serviceId_idx` (`serviceId`),
  INDEX `Certificate_state_notAfter_idx` (`state`, `notAfter`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `AcmeOrder` (
  `id` CHAR(36) NOT NULL,
  `certificateId` CHAR(36) NOT NULL,
  `url` VARCHAR(400) NULL,
  `state` VARCHAR(12) NOT NULL,
  `csrPem` TEXT NOT NULL,
  `keySecretId` CHAR(36) NULL,
  `problem` JSON NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `finishedAt` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `AcmeOrder_url_key` (`url`),
  INDEX `AcmeOrder_certificateId_createdAt_idx` (`certificateId`, `createdAt`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `Backup` (
  `id` CHAR(36) NOT NULL,
  `serviceId` CHAR(36) NOT NULL,
  `environment` VARCHAR(20) NOT NULL,
  `engine` VARCHAR(20) NOT NULL,
  `state` VARCHAR(10) NOT NULL,
  `target` VARCHAR(40) NOT NULL,
  `path` VARCHAR(400) NOT NULL,
  `sizeBytes` BIGINT NULL,
  `rawBytes` BIGINT NULL,
  `sha256` CHAR(64) NULL,
  `manifest` JSON NULL,
  `error` TEXT NULL,
  `stepId` INTEGER NULL,
  `startedAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `finishedAt` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `Backup_path_key` (`path`),
  INDEX `Backup_serviceId_startedAt_idx` (`serviceId`, `startedAt`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `Verification` (
  `id` CHAR(36) NOT NULL,
  `backupId` CHAR(36) NOT NULL,
  `level` VARCHAR(10) NOT NULL,
  `ok` BOOLEAN NOT NULL,
  `report` JSON NOT NULL,
  `durationMs` INTEGER NOT NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`id`),
  INDEX `Verification_backupId_idx` (`backupId`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `Notification` (
  `id` CHAR(36) NOT NULL,
  `messageId` VARCHAR(200) NOT NULL,
  `template` VARCHAR(60) NOT NULL,
  `recipient` VARCHAR(320) NOT NULL,
  `subject` VARCHAR(300) NOT NULL,
  `body` MEDIUMTEXT NOT NULL,
  `runId` INTEGER NULL,
  `state` VARCHAR(10) NOT NULL,
  `error` TEXT NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `sentAt` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `Notification_messageId_key` (`messageId`),
  INDEX `Notification_state_createdAt_idx` (`state`, `createdAt`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `SwarmNode` (
  `id` VARCHAR(40) NOT NULL,
  `hostname` VARCHAR(255) NOT NULL,
  `role` VARCHAR(10) NOT NULL,
  `state` VARCHAR(20) NOT NULL,
  `availability` VARCHAR(10) NOT NULL,
  `labels` JSON NOT NULL,
  `observedAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `SwarmService` (
  `id` VARCHAR(40) NOT NULL,
  `name` VARCHAR(160) NOT NULL,
  `stack` VARCHAR(100) NULL,
  `image` VARCHAR(400) NOT NULL,
  `desired` INTEGER NOT NULL,
  `running` INTEGER NOT NULL,
  `updateState` VARCHAR(30) NULL,
  `updatedAt` DATETIME(3) NOT NULL,
  `observedAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `SwarmService_name_key` (`name`),
  INDEX `SwarmService_stack_idx` (`stack`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `SwarmTask` (
  `id` VARCHAR(40) NOT NULL,
  `serviceId` VARCHAR(40) NOT NULL,
  `nodeId` VARCHAR(40) NULL,
  `slot` INTEGER NULL,
  `desiredState` VARCHAR(20) NOT NULL,
  `state` VARCHAR(20) NOT NULL,
  `error` TEXT NULL,
  `image` VARCHAR(400) NOT NULL,
  `at` DATETIME(3) NOT NULL,
  `observedAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  INDEX `SwarmTask_serviceId_at_idx` (`serviceId`, `at`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `Session` ADD CONSTRAINT `Session_userId_fkey` FOREIGN KEY (`userId`) REFERENCES `User` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `ApiToken` ADD CONSTRAINT `ApiToken_userId_fkey` FOREIGN KEY (`userId`) REFERENCES `User` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `Service` ADD CONSTRAINT `Service_ownerId_fkey` FOREIGN KEY (`ownerId`) REFERENCES `User` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `Environment` ADD CONSTRAINT `Environment_serviceId_fkey` FOREIGN KEY (`serviceId`) REFERENCES `Service` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `ServiceDependency` ADD CONSTRAINT `ServiceDependency_serviceId_fkey` FOREIGN KEY (`serviceId`) REFERENCES `Service` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `ServiceDependency` ADD CONSTRAINT `ServiceDependency_dependsOnId_fkey` FOREIGN KEY (`dependsOnId`) REFERENCES `Service` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `ServiceDraft` ADD CONSTRAINT `ServiceDraft_ownerId_fkey` FOREIGN KEY (`ownerId`) REFERENCES `User` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `Answers` ADD CONSTRAINT `Answers_serviceId_fkey` FOREIGN KEY (`serviceId`) REFERENCES `Service` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `Run` ADD CONSTRAINT `Run_serviceId_fkey` FOREIGN KEY (`serviceId`) REFERENCES `Service` (`id`) ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE `Run` ADD CONSTRAINT `Run_requestedById_fkey` FOREIGN KEY (`requestedById`) REFERENCES `User` (`id`) ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE `Step` ADD CONSTRAINT `Step_runId_fkey` FOREIGN KEY (`runId`) REFERENCES `Run` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `StepEdge` ADD CONSTRAINT `StepEdge_fromId_fkey` FOREIGN KEY (`fromId`) REFERENCES `Step` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `StepEdge` ADD CONSTRAINT `StepEdge_toId_fkey` FOREIGN KEY (`toId`) REFERENCES `Step` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `Attempt` ADD CONSTRAINT `Attempt_stepId_fkey` FOREIGN KEY (`stepId`) REFERENCES `Step` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `LogChunk` ADD CONSTRAINT `LogChunk_attemptId_fkey` FOREIGN KEY (`attemptId`) REFERENCES `Attempt` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `Resource` ADD CONSTRAINT `Resource_serviceId_fkey` FOREIGN KEY (`serviceId`) REFERENCES `Service` (`id`) ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE `Resource` ADD CONSTRAINT `Resource_stepId_fkey` FOREIGN KEY (`stepId`) REFERENCES `Step` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `Secret` ADD CONSTRAINT `Secret_serviceId_fkey` FOREIGN KEY (`serviceId`) REFERENCES `Service` (`id`) ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE `DnsRecord` ADD CONSTRAINT `DnsRecord_zoneId_fkey` FOREIGN KEY (`zoneId`) REFERENCES `DnsZone` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `DnsRecord` ADD CONSTRAINT `DnsRecord_serviceId_fkey` FOREIGN KEY (`serviceId`) REFERENCES `Service` (`id`) ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE `Certificate` ADD CONSTRAINT `Certificate_serviceId_fkey` FOREIGN KEY (`serviceId`) REFERENCES `Service` (`id`) ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE `AcmeOrder` ADD CONSTRAINT `AcmeOrder_certificateId_fkey` FOREIGN KEY (`certificateId`) REFERENCES `Certificate` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `Backup` ADD CONSTRAINT `Backup_serviceId_fkey` FOREIGN KEY (`serviceId`) REFERENCES `Service` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `Verification` ADD CONSTRAINT `Verification_backupId_fkey` FOREIGN KEY (`backupId`) REFERENCES `Backup` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `SwarmTask` ADD CONSTRAINT `SwarmTask_serviceId_fkey` FOREIGN KEY (`serviceId`) REFERENCES `SwarmService` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
