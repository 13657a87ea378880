-- Rate limits are counted over orders that ended lately.
CREATE INDEX `AcmeOrder_state_finishedAt_idx` ON `AcmeOrder`(`state`, `finishedAt`);
