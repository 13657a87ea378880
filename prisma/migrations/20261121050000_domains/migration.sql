ALTER TABLE `DnsZone`
  ADD COLUMN `setCount` INTEGER NOT NULL DEFAULT 0 AFTER `syncedAt`,
  ADD COLUMN `heldReason` TEXT NULL AFTER `setCount`,
  ADD COLUMN `heldPlanHash` BINARY(32) NULL AFTER `heldReason`,
  ADD COLUMN `heldAt` DATETIME(3) NULL AFTER `heldPlanHash`,
  ADD COLUMN `allowedPlanHash` BINARY(32) NULL AFTER `heldAt`;

ALTER TABLE `DnsRecord`
  ADD COLUMN `description` VARCHAR(300) NOT NULL DEFAULT '' AFTER `values`,
  ADD COLUMN `ownerId` CHAR(36) NULL AFTER `description`,
  ADD COLUMN `version` INTEGER NOT NULL DEFAULT 1 AFTER `state`,
  ADD COLUMN `applied` JSON NULL AFTER `version`,
  ADD COLUMN `sent` JSON NULL AFTER `applied`,
  ADD COLUMN `observed` JSON NULL AFTER `sent`,
  ADD COLUMN `overwrite` JSON NULL AFTER `observed`,
  ADD COLUMN `expiresAt` DATETIME(3) NULL AFTER `syncedAt`,
  ADD COLUMN `remindedDays` INTEGER NULL AFTER `expiresAt`,
  ADD COLUMN `removedAt` DATETIME(3) NULL AFTER `remindedDays`,
  ADD COLUMN `removedReason` VARCHAR(10) NULL AFTER `removedAt`,
  ADD INDEX `DnsRecord_ownerId_state_idx` (`ownerId`, `state`),
  ADD INDEX `DnsRecord_zoneId_state_idx` (`zoneId`, `state`),
  ADD INDEX `DnsRecord_state_expiresAt_idx` (`state`, `expiresAt`);

CREATE TABLE `DnsForeignRecord` (
  `id` CHAR(36) NOT NULL,
  `zoneId` CHAR(36) NOT NULL,
  `name` VARCHAR(255) NOT NULL,
  `type` VARCHAR(10) NOT NULL,
  `setIdentifier` VARCHAR(128) NOT NULL DEFAULT '',
  `ttl` INTEGER NULL,
  `values` JSON NOT NULL,
  `alias` VARCHAR(255) NULL,
  `seenAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `DnsForeignRecord_zoneId_name_type_setIdentifier_key` (`zoneId`, `name`, `type`, `setIdentifier`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `DnsBlockedName` (
  `id` CHAR(36) NOT NULL,
  `pattern` VARCHAR(63) NOT NULL,
  `match` VARCHAR(10) NOT NULL,
  `reason` VARCHAR(300) NOT NULL,
  `createdById` CHAR(36) NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`id`),
  UNIQUE INDEX `DnsBlockedName_pattern_match_key` (`pattern`, `match`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `AcmeAccount`
  ADD COLUMN `rolledAt` DATETIME(3) NULL AFTER `createdAt`;

ALTER TABLE `Certificate`
  ADD COLUMN `ownerId` CHAR(36) NULL AFTER `serviceId`,
  ADD COLUMN `keyType` VARCHAR(10) NOT NULL DEFAULT 'ec-p256' AFTER `names`,
  ADD COLUMN `csrPem` TEXT NULL AFTER `keyType`,
  ADD COLUMN `currentOrderId` CHAR(36) NULL AFTER `keySecretId`,
  ADD COLUMN `autoRenew` BOOLEAN NOT NULL DEFAULT true AFTER `error`,
  ADD COLUMN `renewAt` DATETIME(3) NULL AFTER `autoRenew`,
  ADD COLUMN `ariWindow` JSON NULL AFTER `renewAt`,
  ADD COLUMN `ariCheckAt` DATETIME(3) NULL AFTER `ariWindow`,
  ADD COLUMN `renewalError` TEXT NULL AFTER `ariCheckAt`,
  ADD COLUMN `revokedAt` DATETIME(3) NULL AFTER `renewalError`,
  ADD COLUMN `revokedReason` VARCHAR(30) NULL AFTER `revokedAt`,
  ADD INDEX `Certificate_ownerId_idx` (`ownerId`),
  ADD INDEX `Certificate_state_renewAt_idx` (`state`, `renewAt`);

ALTER TABLE `AcmeOrder`
  ADD COLUMN `purpose` VARCHAR(10) NOT NULL DEFAULT 'issue' AFTER `certificateId`,
  ADD COLUMN `phase` VARCHAR(12) NOT NULL DEFAULT 'order' AFTER `state`,
  ADD COLUMN `phases` JSON NULL AFTER `phase`,
  ADD COLUMN `replaces` VARCHAR(200) NULL AFTER `keySecretId`,
  ADD COLUMN `runId` INTEGER NULL AFTER `problem`,
  ADD COLUMN `chainPem` MEDIUMTEXT NULL AFTER `runId`,
  ADD COLUMN `serial` VARCHAR(64) NULL AFTER `chainPem`,
  ADD COLUMN `notAfter` DATETIME(3) NULL AFTER `serial`,
  ADD INDEX `AcmeOrder_createdAt_idx` (`createdAt`);

CREATE TABLE `CertificateDelivery` (
  `id` CHAR(36) NOT NULL,
  `certificateId` CHAR(36) NOT NULL,
  `kind` VARCHAR(10) NOT NULL,
  `target` VARCHAR(190) NOT NULL,
  `options` JSON NOT NULL,
  `state` VARCHAR(10) NOT NULL,
  `serial` VARCHAR(64) NULL,
  `error` TEXT NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `deliveredAt` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `CertificateDelivery_certificateId_kind_target_key` (`certificateId`, `kind`, `target`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `ServedCertificate` (
  `hostname` VARCHAR(255) NOT NULL,
  `certificateId` CHAR(36) NOT NULL,
  `address` VARCHAR(100) NOT NULL,
  `state` VARCHAR(12) NOT NULL,
  `serial` VARCHAR(64) NULL,
  `issuer` VARCHAR(255) NULL,
  `notAfter` DATETIME(3) NULL,
  `problem` VARCHAR(500) NULL,
  `checkedAt` DATETIME(3) NOT NULL,
  `since` DATETIME(3) NOT NULL,
  `alertedAt` DATETIME(3) NULL,
  PRIMARY KEY (`hostname`),
  INDEX `ServedCertificate_certificateId_idx` (`certificateId`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `DnsRecord` ADD CONSTRAINT `DnsRecord_ownerId_fkey` FOREIGN KEY (`ownerId`) REFERENCES `User` (`id`) ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE `DnsForeignRecord` ADD CONSTRAINT `DnsForeignRecord_zoneId_fkey` FOREIGN KEY (`zoneId`) REFERENCES `DnsZone` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `Certificate` ADD CONSTRAINT `Certificate_ownerId_fkey` FOREIGN KEY (`ownerId`) REFERENCES `User` (`id`) ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE `CertificateDelivery` ADD CONSTRAINT `CertificateDelivery_certificateId_fkey` FOREIGN KEY (`certificateId`) REFERENCES `Certificate` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `ServedCertificate` ADD CONSTRAINT `ServedCertificate_certificateId_fkey` FOREIGN KEY (`certificateId`) REFERENCES `Certificate` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

-- What stood in Route 53 by the panel's hand before it noted so.
UPDATE `DnsRecord` SET `applied` = JSON_OBJECT('ttl', `ttl`, 'values', JSON_EXTRACT(`values`, '$')) WHERE `state` = 'in_sync';
UPDATE `DnsRecord` SET `sent` = JSON_OBJECT('ttl', `ttl`, 'values', JSON_EXTRACT(`values`, '$')) WHERE `state` IN ('pending', 'error');

UPDATE `Certificate` SET `currentOrderId` = (
  SELECT `id` FROM `AcmeOrder` WHERE `certificateId` = `Certificate`.`id` AND `AcmeOrder`.`state` = 'valid' ORDER BY `finishedAt` DESC LIMIT 1
) WHERE `state` = 'issued';
