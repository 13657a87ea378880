ALTER TABLE `Session`
  ADD COLUMN `viewAsId` CHAR(36) NULL AFTER `sessionIndex`;
