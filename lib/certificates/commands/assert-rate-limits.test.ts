import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { closeDb, db, type Prisma } from "#lib/platform/db/client.ts";
import { applyTestEnv, createTestDatabase, type TestDatabase } from "#local/test-world.ts";
import { assertRateLimits, findFreeAt, findRegisteredDomain } from "./assert-rate-limits.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.parse("2026-11-21T06:00:00Z");
const ago = (ms: number) => new Date(NOW - ms);

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase("limits");
  applyTestEnv({ DATABASE_URL: database.url, LETS_ENCRYPT_WEEKLY_CERTIFICATES: "3" });
});
beforeEach(async () => {
  await db().acmeOrder.deleteMany();
  await db().certificate.deleteMany();
});
afterAll(async () => {
  await closeDb();
  await database.drop();
});

async function addOrders(names: string, many: Partial<Prisma.AcmeOrderCreateManyInput>[]): Promise<void> {
  const certificateId = randomUUID();
  await db().certificate.create({ data: { id: certificateId, names, state: "issued" } });
  await db().acmeOrder.createMany({
    data: many.map((more) => ({
      ...{ id: randomUUID(), certificateId, state: "valid", csrPem: "", url: `https://ca.example/${randomUUID()}` },
      ...{ createdAt: ago(8 * DAY_MS), ...more },
    })),
  });
}
const issued = (...ages: number[]) => ages.map((age) => ({ finishedAt: ago(age) }));
const ask = (names: string[], more: Partial<Parameters<typeof assertRateLimits>[0]> = {}) =>
  assertRateLimits({ names, purpose: "issue", replaces: null, ...more }, NOW);

describe("certificates of a registered domain within a week", () => {
  it("are counted over all its names, and the refusal says when the oldest drops out", async () => {
    await addOrders("*.sam.example.org", issued(6 * DAY_MS));
    await addOrders("a.example.org,b.other.org", issued(DAY_MS));
    await addOrders("c.example.com", issued(DAY_MS));
    await ask(["new.example.org"]);
    await addOrders("example.org", issued(2 * DAY_MS));
    await expect(ask(["new.example.org"])).rejects.toMatchObject({
      code: "certificates.rate_limit",
      retry: "permanent",
      message:
        "3 certificates for example.org were issued within seven days. It is possible again at 2026-11-22 06:00 UTC.",
    });
    await ask(["new.example.com"]);
  });

  it("do not hinder a renewal, and one the authority was told of not at all", async () => {
    await addOrders("a.example.org", issued(DAY_MS, 2 * DAY_MS, 3 * DAY_MS));
    await expect(ask(["a.example.org"])).rejects.toMatchObject({ code: "certificates.rate_limit" });
    await ask(["a.example.org"], { purpose: "renew" });
    await addOrders("a.example.org", issued(DAY_MS, DAY_MS, DAY_MS));
    await expect(ask(["a.example.org"], { purpose: "renew" })).rejects.toMatchObject({
      message: expect.stringContaining("exactly these names"),
    });
    await ask(["a.example.org"], { purpose: "renew", replaces: "aki.serial" });
  });

  it("leave out renewals", async () => {
    await addOrders(
      "a.example.org",
      issued(DAY_MS, DAY_MS).map((one) => ({ ...one, purpose: "renew" })),
    );
    await addOrders("b.example.org", issued(DAY_MS, DAY_MS));
    await ask(["new.example.org"]);
  });
});

describe("orders", () => {
  it("are at most 300 in three hours; a short wait is the engine's", async () => {
    await addOrders(
      "many.example.net",
      Array.from({ length: 300 }, (_, index) => ({ createdAt: ago(2.5 * HOUR_MS - index), state: "invalid" })),
    );
    const failure = await ask(["x.example.org"]).catch((error: unknown) => error);
    expect(failure).toMatchObject({ retry: "retry", message: expect.stringContaining("06:30 UTC") });
    expect(Math.round((failure as { retryAfterMs: number }).retryAfterMs / 60_000)).toBe(30);
    await db().acmeOrder.updateMany({ data: { url: null } });
    await ask(["x.example.org"]);
  });
});

it("finds the registered domain by the public suffix list", () => {
  expect(findRegisteredDomain("*.a.b.example.co.uk")).toBe("example.co.uk");
  expect(findRegisteredDomain("x.sam.github.io")).toBe("sam.github.io");
  expect(findRegisteredDomain("pad.seaworthy.test")).toBe("seaworthy.test");
});

it("says when one more fits", () => {
  const times = [ago(1 * HOUR_MS), ago(3 * HOUR_MS), ago(30 * HOUR_MS)];
  expect(findFreeAt(times, 2, DAY_MS, NOW)).toEqual(new Date(NOW + 21 * HOUR_MS));
  expect(findFreeAt(times, 3, DAY_MS, NOW)).toBeUndefined();
});
