import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Actor } from "#lib/access/types.ts";
import { createServiceRow } from "#lib/backups/testing.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { closeDb, db } from "#lib/platform/db/client.ts";
import { withNamedLock } from "#lib/platform/db/named-lock.ts";
import { closeSql } from "#lib/platform/db/sql.ts";
import { applyTestEnv, createTestDatabase, type TestDatabase } from "#local/test-world.ts";
import { storeObservation } from "./commands/store-observation.ts";
import { observeSwarm } from "./observation.ts";
import { startSwarmObserver } from "./observe.ts";
import { getServiceHealth, listServiceHealth, readSwarm } from "./queries.ts";
import { swarmStack } from "./steps/stack.ts";
import { clearStack, contextFor, createStackInput } from "./testing.ts";

const viewer: Actor = {
  kind: "user",
  id: "u",
  name: "V",
  email: "v@example.org",
  roles: ["viewer"],
  via: "session",
  sessionId: "s",
  requestId: "r",
};
let database: TestDatabase;
const input = createStackInput("127.0.0.1:5000/pad-notes:1.0", {
  replicas: 2,
  healthCheck: { kind: "http", path: "/healthz", port: 8080, intervalS: 1, timeoutS: 2, retries: 2, startPeriodS: 1 },
});
const up = contextFor(input);
let stop = new AbortController();

beforeAll(async () => {
  database = await createTestDatabase("observe");
  applyTestEnv({ DATABASE_URL: database.url });
  const { id } = await createServiceRow(input.serviceName);
  await db().environment.create({
    data: { id: crypto.randomUUID(), serviceId: id, name: "production", stackName: input.stackName },
  });
});
afterEach(() => {
  stop.abort();
  stop = new AbortController();
  overrideConfig(undefined);
});
afterAll(async () => {
  await clearStack(input, up);
  await closeDb();
  await closeSql();
  await database.drop();
});

const health = async () => (await getServiceHealth(viewer, input.serviceName)).environments[0];

describe("the observer", () => {
  test("pages see a stack come up and go, soon after it does", async () => {
    expect(await health()).toMatchObject({ health: "unknown", observedAt: null });
    const observing = startSwarmObserver(stop.signal);
    await swarmStack.apply(input, up.ctx);
    await expect.poll(async () => (await health())?.running, { timeout: 15_000 }).toBe(2);
    const seen = await health();
    expect(seen).toMatchObject({ health: "healthy", desired: 2 });
    expect(seen?.services).toMatchObject([
      { name: `${input.stackName}_app`, digest: expect.stringMatching(/^sha256:/) },
    ]);
    // What releases are compared with: the spec as the panel wrote it.
    const { specLabel } = await db().swarmService.findFirstOrThrow({ where: { stack: input.stackName } });
    expect(specLabel).toMatch(/^[0-9a-f]{32}\.[0-9a-f]{16}$/);
    expect(seen?.services[0]?.tasks).toHaveLength(2);
    expect(seen?.services[0]?.tasks[0]).toMatchObject({ state: "running", node: expect.any(String), error: null });
    expect(await listServiceHealth(viewer)).toMatchObject([
      { serviceName: input.serviceName, running: 2, health: "healthy" },
    ]);
    expect((await readSwarm(viewer)).nodes).toMatchObject([{ role: "manager", state: "ready" }]);
    await swarmStack.undo([...up.ledger.values()], input, up.next().ctx);
    await expect.poll(async () => (await health())?.services.length, { timeout: 15_000 }).toBe(0);
    expect(await db().swarmTask.count({ where: { service: { stack: input.stackName } } })).toBe(0);
    stop.abort();
    await observing;
  });

  test("one worker at a time looks; when it stops, another goes on", async () => {
    const first = new AbortController();
    const observing = startSwarmObserver(first.signal);
    await expect.poll(() => withNamedLock("seaworthy_swarm_observer", stop.signal, async () => {})).toBe(false);
    first.abort();
    await observing;
    expect(await withNamedLock("seaworthy_swarm_observer", stop.signal, async () => {})).toBe(true);
  });

  test("goes on by itself after the engine was away", async () => {
    await db().swarmNode.deleteMany();
    overrideConfig({ DOCKER_HOST: "unix:///no/such.sock" });
    const observing = startSwarmObserver(stop.signal);
    await new Promise((resolve) => setTimeout(resolve, 300));
    overrideConfig(undefined);
    await expect.poll(() => db().swarmNode.count()).toBeGreaterThan(0);
    stop.abort();
    await observing;
  });

  test("what was seen long ago is unknown, not well", async () => {
    const seen = await observeSwarm(AbortSignal.timeout(10_000));
    await storeObservation(seen);
    await db().swarmService.create({
      data: {
        id: "old",
        name: `${input.stackName}_app`,
        stack: input.stackName,
        image: "app:1",
        desired: 1,
        running: 1,
        updatedAt: new Date(0),
        observedAt: new Date(Date.now() - 10 * 60_000),
      },
    });
    expect(await health()).toMatchObject({ health: "unknown", running: 1 });
  });
});
