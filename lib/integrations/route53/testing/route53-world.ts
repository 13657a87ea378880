import { randomBytes } from "node:crypto";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { closeRedis } from "#lib/platform/redis.ts";
import { applyTestEnv, createRedisPrefix } from "#local/test-world.ts";
import { limitRequests } from "../rate-limit.ts";
import { changeRecords, listRecords } from "../records.ts";

export interface Route53World {
  /** Unique to this test file, for names in the shared zone. */
  suffix: string;
  rootDomain: string;
  zoneId: string;
  /** Makes Route 53 misbehave for this test's own access key; `{}` puts it right. */
  setFaults(plan: Record<string, unknown>): Promise<void>;
  /** Changes settings of this process, on top of the world's. */
  useSettings(values: Record<string, string>): void;
  close(): Promise<void>;
}

/** The shared world's Route 53 and its DNS, with an AWS key and a Redis prefix of one's own. */
export async function openRoute53World(overrides: Record<string, string> = {}): Promise<Route53World> {
  const accessKeyId = `AKIATEST${randomBytes(6).toString("hex").toUpperCase()}`;
  const { env } = applyTestEnv({
    REDIS_PREFIX: createRedisPrefix("names"),
    AWS_ACCESS_KEY_ID: accessKeyId,
    LOG_LEVEL: "fatal",
    ...overrides,
  });
  overrideConfig(undefined);
  limitRequests(1_000);
  const setFaults = async (plan: Record<string, unknown>) => {
    const body = JSON.stringify({ insyncMs: 0, ...plan, accessKeyId });
    const response = await fetch(`${env.AWS_ENDPOINT_URL_ROUTE_53}/_control/faults`, { method: "PUT", body });
    if (!response.ok) throw new Error(await response.text());
  };
  await setFaults({});
  const suffix = randomBytes(4).toString("hex");
  const zoneId = env.AWS_ROUTE53_HOSTED_ZONE_ID ?? "";
  const removeLeftovers = async () => {
    for await (const sets of listRecords(zoneId)) {
      const ours = sets.filter(({ name }) => name.includes(suffix));
      const changes = ours.map(({ raw }) => ({ action: "DELETE" as const, set: { raw } }));
      if (changes.length > 0) await changeRecords(zoneId, changes);
    }
  };
  return {
    suffix,
    rootDomain: env.ROOT_DOMAIN ?? "",
    zoneId,
    setFaults,
    useSettings: (values) => {
      Object.assign(process.env, values);
      overrideConfig(undefined);
    },
    close: async () => {
      await setFaults({});
      await removeLeftovers();
      limitRequests();
      await closeRedis();
    },
  };
}
