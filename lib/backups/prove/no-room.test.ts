import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { removeContainer, startScratch } from "#lib/integrations/docker/containers.ts";
import { applyTestEnv } from "#local/test-world.ts";
import { inContainer, runToEnd } from "../dump/place.ts";
import { assertHadRoom } from "./no-room.ts";

const soon = () => AbortSignal.timeout(60_000);
const name = `seaworthy-test-room-${randomUUID()}`;
let containerId: string;

beforeAll(async () => {
  applyTestEnv();
  const image = process.env.BACKUP_HELPER_IMAGE ?? "";
  const wait = { entrypoint: ["sleep"], command: ["600"] };
  ({ id: containerId } = await startScratch({ name, image, env: {}, labels: {}, ...wait }, soon()));
});
afterAll(() => removeContainer(name, soon()));

test.each([
  ["was killed", 137, "", "backups.scratch_died"],
  ["had no memory", 1, "ERROR 5 (HY000) at line 7: Out of memory (Needed 16 bytes)", "backups.scratch_died"],
  ["had no room", 1, "mongorestore: write /data/db/x: no space left on device", "backups.scratch_full"],
  ["had no room for its sorted rows", 1, "ERROR 3 (HY000): Error writing file (Errcode: 28)", "backups.scratch_full"],
])("what %s has not refused the backup", async (_how, clientExit, messages, code) => {
  const judged = assertHadRoom(containerId, { clientExit, messages }, soon());
  await expect(judged).rejects.toMatchObject({ code, retry: "retry" });
});

test("nor has a tar whose own program was killed", async () => {
  const script = "cd /tmp && echo x >x && tar -cf - x | tar -xf - --to-command='kill -9 $$'";
  const { exitCode, stderr } = await runToEnd(inContainer(containerId), { argv: ["sh", "-c", script] }, soon());
  const judged = assertHadRoom(containerId, { clientExit: exitCode, messages: stderr }, soon());
  await expect(judged, stderr).rejects.toMatchObject({ code: "backups.scratch_died" });
});

test("what gave up by itself has", async () => {
  const messages = "tar: Unexpected EOF in archive";
  await expect(assertHadRoom(containerId, { clientExit: 2, messages }, soon())).resolves.toBeUndefined();
});
