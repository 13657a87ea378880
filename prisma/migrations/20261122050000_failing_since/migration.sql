-- Since when a target cannot be used. Of those that fail now the last look is the earliest that is certain.
ALTER TABLE `BackupTarget`
  ADD COLUMN `failingSince` DATETIME(3) NULL;

UPDATE `BackupTarget` SET `failingSince` = COALESCE(`checkedAt`, UTC_TIMESTAMP(3)) WHERE `state` = 'failing';
