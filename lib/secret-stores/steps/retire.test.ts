import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { createSecret, findSecret, removeSecret } from "#lib/integrations/docker/swarm.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { KINDS } from "#lib/swarm/names.ts";
import { applyTestEnv } from "#local/test-world.ts";
import { secretsRetire } from "./retire.ts";

const signal = () => AbortSignal.timeout(20_000);

test("what a killed try had taken over and not taken away goes with its undo", async () => {
  applyTestEnv();
  const name = `t-${randomUUID().slice(0, 8)}`;
  await createSecret({ name, value: Buffer.from("old"), labels: {} }, signal());
  try {
    const t = createTestContext();
    await t.ctx.ledger.plan({ kind: KINDS.secret, providerId: name, name });
    const input = {
      ...{ serviceName: "pads", environment: "production", stackName: "pads-production" },
      ...{ secretName: "services.pads.db_pass", fileName: "db_pass", version: 2, database: null, databaseKeeps: false },
    };
    for (let i = 0; i < 2; i++) await secretsRetire.undo([...t.ledger.values()], input, t.ctx);
    expect(await findSecret(name, signal())).toBeNull();
    expect(t.ledger.size).toBe(0);
  } finally {
    await removeSecret(name, signal());
  }
});
