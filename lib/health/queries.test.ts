import { beforeEach, describe, expect, it } from "vitest";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { closeDb, db } from "#lib/platform/db/client.ts";
import { closeRedis, redis } from "#lib/platform/redis.ts";
import { GET as healthz } from "../../app/healthz/route.ts";
import { GET as readyz } from "../../app/readyz/route.ts";
import { readReadiness } from "./queries.ts";

useTestDatabase("health");
beforeEach(() => overrideConfig({}));

const NOWHERE = "127.0.0.1:9";

describe("/readyz", () => {
  it("is ready when everything is there, and says what only lags", async () => {
    const workers = { id: "w1", queues: "dns", startedAt: new Date(), seenAt: new Date() };
    await db().worker.create({ data: workers });
    await expect.poll(() => redis().status).toBe("ready");
    const readiness = await readReadiness();
    expect(readiness).toEqual({
      status: "ready",
      checks: Object.fromEntries(Object.keys(readiness.checks).map((name) => [name, { status: "ok" }])),
    });
    await db().worker.update({ where: { id: "w1" }, data: { seenAt: new Date(Date.now() - 120_000) } });
    expect(await readReadiness()).toMatchObject({ status: "degraded", checks: { workers: { status: "degraded" } } });
  });

  it("stays up without Redis and without the identity provider's metadata", async () => {
    await closeRedis();
    overrideConfig({ REDIS_URL: `redis://${NOWHERE}`, SAML_IDP_METADATA_PATH: "/nowhere.xml" });
    const answer = await readyz();
    expect([answer.status, await answer.json()]).toMatchObject([
      200,
      {
        status: "degraded",
        checks: { database: { status: "ok" }, redis: { status: "degraded" }, signIn: { status: "degraded" } },
      },
    ]);
    await closeRedis();
  });

  it("is not ready while a migration is missing", async () => {
    await db().$executeRaw`UPDATE _prisma_migrations SET rolled_back_at = NOW()`;
    const answer = await readyz();
    expect(answer.status).toBe(503);
    expect(JSON.stringify(await answer.json())).toContain("run the migrations");
    await db().$executeRaw`UPDATE _prisma_migrations SET rolled_back_at = NULL`;
  });

  it("is not ready without MySQL, says so within seconds and tells no address; /healthz still lives", async () => {
    await closeDb();
    overrideConfig({ DATABASE_URL: `mysql://somebody:hunter2@${NOWHERE}/x` });
    const started = Date.now();
    const answer = await readyz();
    expect(answer.status).toBe(503);
    expect(Date.now() - started).toBeLessThan(4_000);
    expect(await answer.text()).not.toMatch(/hunter2|127\.0\.0\.1/);
    expect((await healthz()).status).toBe(200);
    await closeDb();
  });
});
