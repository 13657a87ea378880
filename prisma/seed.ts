import { randomUUID } from "node:crypto";
import { CHECKLIST_SNAPSHOTS } from "#lib/checklists/registry.ts";
import { config } from "#lib/platform/config/config.ts";
import { canonicalJson } from "#lib/platform/crypto.ts";
import { closeDb, db, type Prisma } from "#lib/platform/db/client.ts";

/** The zone the panel works in. Another zone in the settings renames nothing: it gets a row of its own. */
async function seedZone(): Promise<string[]> {
  const { ROOT_DOMAIN: name, AWS_ROUTE53_HOSTED_ZONE_ID: providerZoneId } = config();
  const present = await db().dnsZone.findUnique({ where: { name } });
  if (present?.providerZoneId === providerZoneId) return [];
  if (present) await db().dnsZone.update({ where: { name }, data: { providerZoneId, syncedAt: null } });
  else await db().dnsZone.create({ data: { id: randomUUID(), name, providerZoneId, nameServers: [] } });
  return [`zone ${name}`];
}

/** Checklists as they are in the source, one row a version. A version that runs may refer to is never edited. */
async function seedChecklists(): Promise<string[]> {
  const added: string[] = [];
  for (const { key, version, title, items } of CHECKLIST_SNAPSHOTS) {
    const present = await db().checklistTemplate.findUnique({ where: { key_version: { key, version } } });
    if (present && canonicalJson(present.items) === canonicalJson(items)) continue;
    if (present)
      throw new Error(
        `The checklist ${key} was changed but is still version ${version}: raise its version in lib/checklists.`,
      );
    await db().checklistTemplate.create({ data: { key, version, title, items: items as Prisma.InputJsonArray } });
    added.push(`checklist ${key} v${version}`);
  }
  return added;
}

/** Puts what every panel needs into its database; safe to run at every start. Returns what was added. */
export async function seed(): Promise<string[]> {
  return [...(await seedZone()), ...(await seedChecklists())];
}

if (import.meta.main) {
  const added = await seed();
  console.log(added.length > 0 ? `Added ${added.join(", ")}.` : "Everything is seeded.");
  await closeDb();
}
