import { expect } from "vitest";
import { createPerson, type Person } from "#lib/access/testing/people.ts";
import { db } from "#lib/platform/db/client.ts";
import { LeaseLost } from "#lib/runs/interrupts.ts";
import type { TestContext, TestContextOptions } from "#lib/steps/testing/context.ts";
import { startRestore } from "../commands/start-restore.ts";
import type { RestoreInput } from "../schema/restore.ts";
import type { RestoreStepInput } from "../schema/steps.ts";
import { backupsSwap } from "../steps/swap.ts";
import { backupsTake } from "../steps/take.ts";
import type { BackupWorld } from "../testing.ts";

/** A backup of the world's data as it is now. */
export async function takePoint(world: BackupWorld, test = world.context()): Promise<string> {
  const output = await backupsTake.apply(world.input, test.ctx);
  const { backupId } = output as { backupId: string };
  return backupId;
}

export interface AskedRestore {
  restoreId: string;
  runId: number;
  input: RestoreStepInput;
  destination: string;
  context(options?: TestContextOptions): TestContext;
}

const createDba = (): Promise<Person> => createPerson({ name: "Dana Dba", roles: ["dba"] });

/** A restore asked for as a database administrator does; its steps are run by the test. */
export async function askRestore(
  world: BackupWorld,
  backupId: string,
  input: Partial<RestoreInput> = {},
): Promise<AskedRestore> {
  const dba = await createDba();
  const { restoreId, runId } = await startRestore(dba.actor, backupId, {
    serviceName: world.service.name,
    environment: "production",
    mode: "beside",
    only: [],
    mask: false,
    identity: null,
    confirm: input.mode === "swap" ? world.service.name : null,
    ...input,
  });
  // The step is called by the test, not by a worker: the data is free for the next one.
  await db().run.update({ where: { id: runId }, data: { state: "succeeded", exclusiveKey: null } });
  const row = await db().restore.findUniqueOrThrow({ where: { id: restoreId }, include: { service: true } });
  const service = { id: row.serviceId ?? "", name: row.service?.name ?? "" };
  return {
    ...{ restoreId, runId, destination: row.destination, input: { restoreId, policy: world.input.policy } },
    context: (options) =>
      world.context({
        ...{ service, environment: row.environment, ...options },
        run: { requestedById: dba.id, ...options?.run },
      }),
  };
}

/** Plays a worker that dies at its nth call of the engine: nothing of it runs any more, not even what tidies up. */
export function dieAt(make: (options: TestContextOptions) => TestContext, nth: number) {
  let calls = 0;
  const test: TestContext = make({
    onCall: () => {
      calls += 1;
      if (calls < nth) return;
      test.abort(new LeaseLost());
      throw new LeaseLost();
    },
  });
  return test;
}

/** A swap whose worker dies when it is planned and has changed nothing yet. */
export async function dieOnceBegun({ input, context }: Pick<AskedRestore, "input" | "context">): Promise<TestContext> {
  for (let nth = 1; ; nth++) {
    const test = dieAt(context, nth);
    await expect(backupsSwap.apply(input, test.ctx)).rejects.toThrow(LeaseLost);
    if (test.ledger.size > 0) return test;
  }
}
