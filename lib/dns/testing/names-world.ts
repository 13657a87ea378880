import { randomUUID } from "node:crypto";
import { openRoute53World, type Route53World } from "#lib/integrations/route53/testing/route53-world.ts";
import { closeDb, db } from "#lib/platform/db/client.ts";
import { createTestDatabase } from "#local/test-world.ts";

export interface NamesWorld extends Route53World {
  /** A service (and its owner) to work for. */
  createService(name?: string): Promise<{ id: string; name: string; ownerId: string }>;
}

/** The shared world of real servers, with a database, a Redis prefix and an AWS key of one's own. */
export async function openNamesWorld(overrides: Record<string, string> = {}): Promise<NamesWorld> {
  const database = await createTestDatabase("names");
  const world = await openRoute53World({
    DATABASE_URL: database.url,
    APP_URL: "https://panel.seaworthy.test",
    ...overrides,
  });
  return {
    ...world,
    createService: async (name = `svc-${world.suffix}`) => {
      const ownerId = randomUUID();
      const unique = ownerId.slice(0, 8);
      const person = { displayName: "Olive Owner", email: `owner-${unique}@example.org`, username: `olive-${unique}` };
      const identity = { issuer: "https://idp.example.org", nameId: ownerId, roles: "staff" };
      await db().user.create({ data: { id: ownerId, ...person, ...identity } });
      const id = randomUUID();
      await db().service.create({ data: { id, name, purpose: "A test", ownerId, state: "provisioning" } });
      return { id, name, ownerId };
    },
    close: async () => {
      await world.close();
      await closeDb();
      await database.drop();
    },
  };
}
