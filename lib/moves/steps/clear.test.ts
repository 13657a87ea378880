import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { createOverlayNetwork, findNetwork, removeNetwork } from "#lib/integrations/docker/swarm.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { KINDS, LABELS } from "#lib/swarm/names.ts";
import { applyTestEnv } from "#local/test-world.ts";
import { movesClear } from "./clear.ts";

const signal = () => AbortSignal.timeout(20_000);

test("what a killed try had taken over and not taken away goes with its undo", async () => {
  applyTestEnv();
  const name = `t-${randomUUID().slice(0, 8)}`;
  const copyStackName = `${name}-copy`;
  const network = `${copyStackName}_default`;
  await createOverlayNetwork(
    { name: network, labels: { [LABELS.service]: name, [LABELS.environment]: "production" } },
    signal(),
  );
  try {
    const t = createTestContext({ service: { id: randomUUID(), name }, environment: "production" });
    await t.ctx.ledger.record({ kind: KINDS.network, providerId: network, name: network });
    const place = { stackName: name, copyStackName, networkName: network, fromHost: "a", toHost: "b" };
    await movesClear.undo([...t.ledger.values()], place, t.ctx);
    expect(await findNetwork(network, signal())).toBeNull();
    expect(t.ledger.size).toBe(0);
  } finally {
    await removeNetwork(network, signal());
  }
});
