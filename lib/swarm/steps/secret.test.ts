import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createServiceRow } from "#lib/backups/testing.ts";
import { createSecret, findSecret, listSecrets, removeSecret } from "#lib/integrations/docker/swarm.ts";
import { closeDb, db } from "#lib/platform/db/client.ts";
import { storeSecret } from "#lib/secrets/commands.ts";
import { findSecret as findStored } from "#lib/secrets/queries.ts";
import { createTestContext, type TestContextOptions } from "#lib/steps/testing/context.ts";
import { applyTestEnv, createTestDatabase, type TestDatabase } from "#local/test-world.ts";
import { LABELS } from "../names.ts";
import { swarmSecret } from "./secret.ts";

let database: TestDatabase;
let service: { id: string; name: string };
const signal = () => AbortSignal.timeout(10_000);

beforeAll(async () => {
  database = await createTestDatabase("secret");
  applyTestEnv({ DATABASE_URL: database.url });
  service = await createServiceRow(`t-${randomBytes(4).toString("hex")}`);
});
afterAll(async () => {
  for (const secret of await listSecrets([`${LABELS.service}=${service.name}`], signal()))
    await removeSecret(secret.ID, signal());
  await closeDb();
  await database.drop();
});

const newInput = (source: "generate" | "stored" = "generate") => {
  const name = `services.${service.name}.k${randomBytes(3).toString("hex")}`;
  return { swarmName: name, secretName: name, source };
};
const context = (options: TestContextOptions = {}) => createTestContext({ service, ...options });

describe("swarm.secret", () => {
  test("makes one up, stores it sealed, puts it into the swarm, and finds both again", async () => {
    const input = newInput();
    const t = context();
    expect(await swarmSecret.plan(input, t.ctx)).toMatchObject({
      changes: [{ action: "create", name: input.swarmName }],
    });
    const output = await swarmSecret.apply(input, t.ctx);
    expect(output).toMatchObject({ swarmName: input.swarmName, version: 1 });
    const stored = await findStored(db(), input.secretName);
    const value = stored?.value.toString("utf8") ?? "";
    expect(value).toMatch(/^[A-Za-z0-9]{32}$/);
    const row = await db().secret.findFirstOrThrow({ where: { name: input.secretName } });
    expect(Buffer.from(row.ciphertext).includes(value)).toBe(false);
    expect(row.serviceId).toBe(service.id);
    expect(await swarmSecret.apply(input, t.next().ctx)).toEqual(output);
    expect(await db().secret.count({ where: { name: input.secretName } })).toBe(1);
    expect(await swarmSecret.verify(input, t.ctx)).toMatchObject({ ok: true });
    t.ctx.log.info(`it is ${value}`);
    expect(t.lines.at(-1)).toBe("i it is [redacted]");
    expect(JSON.stringify([...t.ledger.values(), output])).not.toContain(value);
  });

  test("puts the version that was asked for there, whatever is newer", async () => {
    const input = { ...newInput("stored"), version: 1 };
    for (const value of ["one", "two"])
      await storeSecret(db(), { name: input.secretName, value, serviceId: service.id });
    const t = context();
    expect(await swarmSecret.plan(input, t.ctx)).toMatchObject({ changes: [{ name: input.swarmName }] });
    expect(await swarmSecret.apply(input, t.ctx)).toMatchObject({ swarmName: input.swarmName, version: 1 });
    expect(await swarmSecret.verify(input, t.ctx)).toMatchObject({ ok: true });
    expect(await swarmSecret.verify({ ...input, version: 2 }, t.ctx)).toMatchObject({ ok: false });
    await expect(swarmSecret.apply({ ...input, version: 3 }, context().ctx)).rejects.toMatchObject({
      code: "secrets.missing",
      message: expect.stringContaining("version 3"),
    });
  });

  test("a worker that died anywhere leaves a second try one secret", async () => {
    const input = newInput();
    const t = context();
    for (let dieAt = 1; dieAt < 20; dieAt++) {
      let calls = 0;
      const attempt = t.next({
        onCall: () => {
          calls += 1;
          if (calls === dieAt) throw new Error("killed");
        },
      });
      if (
        await swarmSecret.apply(input, attempt.ctx).then(
          () => true,
          () => false,
        )
      )
        break;
    }
    expect(await db().secret.count({ where: { name: input.secretName } })).toBe(1);
    expect(await listSecrets([`${LABELS.secret}=${input.swarmName}`], signal())).toHaveLength(1);
    expect([...t.ledger.values()].map(({ kind, state }) => `${kind} ${state}`).sort()).toEqual([
      "panel.secret present",
      "swarm.secret present",
    ]);
  });

  test("content that changed goes in beside, under a name of its version", async () => {
    const input = newInput("stored");
    await expect(swarmSecret.apply(input, context().ctx)).rejects.toMatchObject({
      code: "secrets.missing",
      retry: "needs_person",
    });
    await storeSecret(db(), { name: input.secretName, value: "first", serviceId: service.id });
    const t = context();
    expect(await swarmSecret.apply(input, t.ctx)).toMatchObject({ swarmName: input.swarmName, version: 1 });
    await storeSecret(db(), { name: input.secretName, value: "second", serviceId: service.id });
    expect(await swarmSecret.verify(input, t.ctx)).toMatchObject({ ok: false });
    expect(await swarmSecret.apply(input, t.next().ctx)).toMatchObject({
      swarmName: `${input.swarmName}.v2`,
      version: 2,
    });
    expect(await listSecrets([`${LABELS.secret}=${input.swarmName}`], signal())).toHaveLength(2);
  });

  test("one of that name that is not the panel's is left alone", async () => {
    const input = newInput();
    await createSecret({ name: input.swarmName, value: Buffer.from("theirs"), labels: {} }, signal());
    const t = context();
    await expect(swarmSecret.plan(input, t.ctx)).rejects.toMatchObject({ code: "secret.foreign" });
    await expect(swarmSecret.apply(input, t.ctx)).rejects.toMatchObject({ code: "secret.foreign", retry: "permanent" });
    await swarmSecret.undo([...t.ledger.values()], input, t.next().ctx);
    expect(await findSecret(input.swarmName, signal())).not.toBeNull();
    await removeSecret(input.swarmName, signal());
  });

  test("undo takes away what was made, and only that: a person's own secret stays in the store", async () => {
    const made = newInput();
    const given = newInput("stored");
    await storeSecret(db(), { name: given.secretName, value: "given", serviceId: service.id });
    for (const input of [made, given]) {
      const t = context();
      await swarmSecret.apply(input, t.ctx);
      for (let i = 0; i < 2; i++) await swarmSecret.undo([...t.ledger.values()], input, t.next().ctx);
      expect(await findSecret(input.swarmName, signal())).toBeNull();
      expect(t.ledger.size).toBe(0);
    }
    expect(await findStored(db(), made.secretName)).toBeNull();
    expect((await findStored(db(), given.secretName))?.value.toString()).toBe("given");
    // Made anew, it is another one: nothing sealed for the old one opens it.
    expect(await swarmSecret.apply(made, context().ctx)).toMatchObject({ version: 2 });
  });
});
