import { expect, test } from "vitest";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { PROVISION } from "#lib/checklists/provision.ts";
import { CHECKLIST_SNAPSHOTS } from "#lib/checklists/registry.ts";
import { config, overrideConfig } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { seed } from "./seed.ts";

useTestDatabase("seed");

test("seeds the zone and the checklists once, however often it runs", async () => {
  const { ROOT_DOMAIN } = config();
  const checklists = CHECKLIST_SNAPSHOTS.map(({ key, version }) => `checklist ${key} v${version}`);
  expect(await seed()).toEqual([`zone ${ROOT_DOMAIN}`, ...checklists]);
  expect(await seed()).toEqual([]);
  expect(await db().dnsZone.count()).toBe(1);
  expect(await db().checklistTemplate.count()).toBe(checklists.length);
});

test("follows the settings to another hosted zone of the same domain", async () => {
  await seed();
  overrideConfig({ AWS_ROUTE53_HOSTED_ZONE_ID: "ZOTHER" });
  expect(await seed()).toEqual([`zone ${config().ROOT_DOMAIN}`]);
  expect(await db().dnsZone.findMany({ select: { providerZoneId: true } })).toEqual([{ providerZoneId: "ZOTHER" }]);
  overrideConfig({});
});

test("refuses a checklist that changed under a version that runs may refer to", async () => {
  await seed();
  const { key, version } = PROVISION;
  await db().checklistTemplate.update({
    where: { key_version: { key, version } },
    data: { items: [] },
  });
  await expect(seed()).rejects.toThrow(`The checklist provision was changed but is still version ${version}`);
});
