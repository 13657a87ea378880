import { afterAll, beforeAll, expect, it } from "vitest";
import { db } from "#lib/platform/db/client.ts";
import { compiled, openStage, readSteps, type Stage, startRun, testStep } from "../testing/stage.ts";
import { type ClaimedStep, claimSteps } from "./claim.ts";
import { type Completion, completeSteps } from "./complete.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage("complete");
  testStep("test.pair", async () => null);
});
afterAll(() => stage.close());

const succeeded = ({ id, token, attemptId, runId }: ClaimedStep): Completion => ({
  ...{ id, token, attemptId, runId, queue: "provisioning" },
  outcome: { kind: "succeeded", output: null },
});

it("rings for the runs that go on, also when another run of the batch was cancelled", async () => {
  const pair = [compiled("a", "test.pair"), compiled("b", "test.pair", ["a"])];
  const cancelled = await startRun(stage.actor, pair);
  const other = await startRun(stage.actor, pair);
  const firsts = await Promise.all(
    [cancelled, other].map(async ({ runId }) => (await readSteps(runId)).get("a")?.id ?? 0),
  );
  const claimed = await claimSteps(firsts, { workerId: "test", leaseMs: 30_000 });
  await db().run.update({ where: { id: cancelled.runId }, data: { cancelRequestedAt: new Date() } });
  const batch = await completeSteps(claimed.map(succeeded));
  const next = (await readSteps(other.runId)).get("b")?.id;
  expect(batch.rings.map((ring) => ring.stepId)).toEqual([next]);
  expect(batch.maybeFinished).toEqual([cancelled.runId]);
});
