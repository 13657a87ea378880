import { createHash, randomBytes } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import type { ObjectStore } from "#lib/integrations/object-store/types.ts";
import { startProgram } from "#lib/integrations/programs/run.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { applyTestEnv } from "#local/test-world.ts";
import { decodeInto } from "./decode-stream.ts";
import { PartReader } from "./part-reader.ts";
import type { ProofJob } from "./proof-job.ts";

beforeAll(() => applyTestEnv({ BACKUP_LEAVE_IDLE_PERCENT: "0" }));

const STORED = randomBytes(10_000);
const part = {
  ...{ name: "database", key: "x/database.sql", sizeBytes: STORED.length },
  sha256: createHash("sha256").update(STORED).digest("hex"),
};

/** Reads it as it stands in the target now, with something that goes wrong meanwhile. */
function read(found: Buffer, script: string): Promise<unknown> {
  const store = {
    get: async function* () {
      yield found;
    },
  } as unknown as ObjectStore;
  const { ctx } = createTestContext();
  const job = { manifest: { engine: "mariadb", parts: [part] }, store, identity: null } as unknown as ProofJob;
  const argv = ["sh", "-c", script];
  // The decoder's own shell is the parent of what it feeds.
  return new PartReader(job, ctx).read(part, (stream) => decodeInto(startProgram, { argv, ...stream }, ctx.signal));
}

const KILL = "cat >/dev/null; kill -9 $PPID";

test("a proof that was cut says nothing about what it had read whole and unchanged", async () => {
  await expect(read(STORED, KILL)).rejects.toMatchObject({ code: "backups.proof_cut" });
});

test("what was changed is bad, though the proof was cut", async () => {
  const changed = Buffer.from(STORED);
  changed.writeUInt8(changed.readUInt8(7) ^ 1, 7);
  await expect(read(changed, KILL)).rejects.toMatchObject({ code: "backups.disproved", level: "hash" });
});
