import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closeDb, db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { applyTestEnv, createTestDatabase, type TestDatabase } from "#local/test-world.ts";
import { OWN_DISK_TARGET, VERIFICATION_LEVELS, type VerificationLevel } from "../constants.ts";
import { judgeLooks, type Look, noteLooks, noteVerification, reachesProof } from "./note-verification.ts";

const look = (level: VerificationLevel, ok = true, durationMs = 10): Look => ({
  level,
  ok,
  summary: `${level} ${ok ? "good" : "bad"}`,
  durationMs,
});
const dated = (looks: Look[]) => looks.map((one, index) => ({ ...one, createdAt: new Date(1_000 + index) }));

/** Said another way than the code says it: a level holds when it and all below it were last found good. */
function holds(looks: Look[], level: VerificationLevel): boolean {
  const upTo = VERIFICATION_LEVELS.slice(0, VERIFICATION_LEVELS.indexOf(level) + 1);
  return upTo.every((one) => looks.filter((look) => look.level === one).at(-1)?.ok === true);
}

/** The same numbers every time. */
function* numbers(seed: number): Generator<number> {
  for (let value = seed; ; ) {
    value = (value * 1_103_515_245 + 12_345) % 2 ** 31;
    yield value / 2 ** 31;
  }
}

describe("what looks say together", () => {
  test("nothing is proven without a look; each level only on top of the ones below", () => {
    expect(judgeLooks([])).toEqual({ proven: null, provenAt: null, restoreMs: null, broken: null });
    expect(judgeLooks(dated([look("counts")])).proven).toBeNull();
    expect(judgeLooks(dated([look("hash"), look("decode"), look("restore", true, 77)]))).toMatchObject({
      proven: "restore",
      restoreMs: 77,
      broken: null,
    });
  });

  test("for any history, what is proven is the highest level that holds, and broken the lowest that does not", () => {
    const next = numbers(4);
    const pick = () => next.next().value ?? 0;
    for (let round = 0; round < 2_000; round++) {
      const looks = Array.from({ length: Math.floor(pick() * 14) }, () =>
        look(VERIFICATION_LEVELS[Math.floor(pick() * VERIFICATION_LEVELS.length)] ?? "hash", pick() > 0.25),
      );
      const found = judgeLooks(dated(looks));
      expect(found.proven).toBe(VERIFICATION_LEVELS.findLast((level) => holds(looks, level)) ?? null);
      const bad = VERIFICATION_LEVELS.filter(
        (level) => looks.filter((one) => one.level === level).at(-1)?.ok === false,
      );
      expect(found.broken).toBe(bad.filter((level) => level !== "smoke")[0] ?? null);
      // Called good means that nothing below the proof was last found bad.
      if (reachesProof(found.proven)) expect(found.broken).toBeNull();
    }
  });
});

describe("in the database", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase("verifications");
    applyTestEnv({ DATABASE_URL: database.url });
  });
  afterAll(async () => {
    await closeDb();
    await database.drop();
  });

  async function addBackup(state = "stored") {
    const id = randomUUID();
    await db().backup.create({
      data: { id, environment: "production", engine: "mariadb", state, targetId: OWN_DISK_TARGET, key: `x/${id}` },
    });
    return id;
  }
  const read = (id: string) =>
    db().backup.findUniqueOrThrow({ where: { id }, include: { verifications: { orderBy: { createdAt: "asc" } } } });

  test("a proof makes it verified, a later bad look takes that away, a later good one gives it back", async () => {
    const id = await addBackup();
    const { ctx } = createTestContext({ step: { id: 7 } });
    await noteVerification(id, [look("hash"), look("decode"), look("restore", true, 250.4), look("counts")], ctx);
    const proven = await read(id);
    expect(proven).toMatchObject({ state: "verified", proven: "counts", restoreMs: 250, error: null });
    expect(proven.provenAt).toEqual(proven.verifications[3]?.createdAt);
    expect(proven.verifications.map((row) => row.stepId)).toEqual([7, 7, 7, 7]);
    expect(proven.verifications[0]?.report).toEqual({ summary: "hash good" });

    await noteVerification(id, [look("smoke", false)], ctx);
    expect(await read(id)).toMatchObject({ state: "verified", proven: "counts", error: null });

    await noteVerification(id, [look("hash", false)], ctx);
    expect(await read(id)).toMatchObject({
      state: "failed",
      proven: null,
      provenAt: null,
      restoreMs: null,
      error: "hash bad",
    });

    await noteVerification(id, [look("hash")], ctx);
    expect(await read(id)).toMatchObject({ state: "verified", proven: "counts", restoreMs: 250, error: null });
  });

  test("a backup that is still being taken stays so, and keeps no proof of more than was looked at", async () => {
    const id = await addBackup("running");
    await transaction((tx) => noteLooks(tx, id, [look("hash"), look("decode")], null));
    expect(await read(id)).toMatchObject({ state: "running", proven: "decode" });
    await transaction((tx) => noteLooks(tx, id, [look("decode", false)], null));
    expect(await read(id)).toMatchObject({ state: "failed", proven: "hash", error: "decode bad" });
  });

  test("looks made at the same moment keep their order", async () => {
    const id = await addBackup();
    const { ctx } = createTestContext();
    await Promise.all(Array.from({ length: 6 }, () => noteVerification(id, [look("hash", false), look("hash")], ctx)));
    const { verifications, proven } = await read(id);
    expect(proven).toBe("hash");
    const times = verifications.map((row) => row.createdAt.getTime());
    expect(new Set(times).size).toBe(12);
    expect(verifications.at(-1)?.ok).toBe(true);
  });
});
