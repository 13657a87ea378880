-- Lists of records page by name and id, over all zones.
CREATE INDEX `DnsRecord_name_id_idx` ON `DnsRecord`(`name`, `id`);
