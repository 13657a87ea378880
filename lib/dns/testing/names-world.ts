import { randomBytes, randomUUID } from "node:crypto";
import { limitRequests } from "#lib/integrations/route53/rate-limit.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { closeDb, db } from "#lib/platform/db/client.ts";
import { closeRedis } from "#lib/platform/redis.ts";
import { applyTestEnv, createRedisPrefix, createTestDatabase } from "#local/test-world.ts";

export interface NamesWorld {
  /** Unique to this test file, for names in the shared zone. */
  suffix: string;
  rootDomain: string;
  zoneId: string;
  /** Makes Route 53 misbehave for this test's own access key; `{}` puts it right. */
  setFaults(plan: Record<string, unknown>): Promise<void>;
  /** Changes settings of this process, on top of the world's. */
  useSettings(values: Record<string, string>): Promise<void>;
  /** A service (and its owner) to work for. */
  createService(name?: string): Promise<{ id: string; name: string; ownerId: string }>;
  close(): Promise<void>;
}

/** The shared world of real servers, with a database, a Redis prefix and an AWS key of one's own. */
export async function openNamesWorld(overrides: Record<string, string> = {}): Promise<NamesWorld> {
  const suffix = randomBytes(4).toString("hex");
  const accessKeyId = `AKIATEST${randomBytes(6).toString("hex").toUpperCase()}`;
  const database = await createTestDatabase("names");
  const world = applyTestEnv({
    DATABASE_URL: database.url,
    REDIS_PREFIX: createRedisPrefix("names"),
    AWS_ACCESS_KEY_ID: accessKeyId,
    APP_URL: "https://panel.seaworthy.test",
    LOG_LEVEL: "fatal",
    ...overrides,
  });
  overrideConfig(undefined);
  limitRequests(1_000);
  const setFaults = async (plan: Record<string, unknown>) => {
    const response = await fetch(`${world.env.AWS_ENDPOINT_URL_ROUTE_53}/_control/faults`, {
      method: "PUT",
      body: JSON.stringify({ insyncMs: 0, ...plan, accessKeyId }),
    });
    if (!response.ok) throw new Error(await response.text());
  };
  await setFaults({});
  return {
    suffix,
    rootDomain: world.env.ROOT_DOMAIN ?? "",
    zoneId: world.env.AWS_ROUTE53_HOSTED_ZONE_ID ?? "",
    setFaults,
    useSettings: async (values) => {
      Object.assign(process.env, values);
      overrideConfig(undefined);
    },
    createService: async (name = `svc-${suffix}`) => {
      const ownerId = randomUUID();
      await db().user.create({
        data: {
          id: ownerId,
          issuer: "https://idp.example.org",
          nameId: ownerId,
          email: `owner-${ownerId.slice(0, 8)}@example.org`,
          displayName: "Olive Owner",
          username: `olive-${ownerId.slice(0, 8)}`,
          roles: "staff",
        },
      });
      const id = randomUUID();
      await db().service.create({ data: { id, name, purpose: "A test", ownerId, state: "provisioning" } });
      return { id, name, ownerId };
    },
    close: async () => {
      limitRequests();
      await closeDb();
      await closeRedis();
      await database.drop();
    },
  };
}
