-- Since when a swap keeps what lived before, and since when nobody goes back to it. Of the swaps there are, the end of their run
-- is the earliest that is certain.
ALTER TABLE `Restore`
  ADD COLUMN `swappedAt` DATETIME(3) NULL,
  ADD COLUMN `givenUpAt` DATETIME(3) NULL;

UPDATE `Restore` r LEFT JOIN `Run` n ON n.`id` = r.`runId`
   SET r.`swappedAt` = COALESCE(n.`finishedAt`, UTC_TIMESTAMP(3))
 WHERE r.`state` = 'swapped';
