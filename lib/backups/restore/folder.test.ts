import { randomUUID } from "node:crypto";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createPerson } from "#lib/access/testing/people.ts";
import { findVolume, removeVolume } from "#lib/integrations/docker/swarm.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { NOT_ALLOWED } from "#lib/runs/constants.ts";
import { LeaseLost } from "#lib/runs/interrupts.ts";
import type { TestContext } from "#lib/steps/testing/context.ts";
import { testWorld } from "#local/test-world.ts";
import { runToEnd } from "../dump/place.ts";
import type { BackupSource } from "../schema/source.ts";
import { backupsRestore } from "../steps/restore.ts";
import { backupsSwap } from "../steps/swap.ts";
import { backupsTake } from "../steps/take.ts";
import { type BackupWorld, createPolicyRow, createServiceRow, startBackupWorld } from "../testing.ts";
import { folderBefore } from "./names.ts";
import { openWritable } from "./restore-folder.ts";
import { askRestore, dieOnceBegun, takePoint } from "./testing.ts";

let world: BackupWorld;
beforeAll(async () => {
  world = await startBackupWorld("files");
  overrideConfig({ BACKUPS_ROOT: world.root, BACKUP_HELPER_IMAGE: testWorld().images?.tools ?? "" });
});
afterAll(async () => {
  for (const { destination, previous } of await db().restore.findMany())
    for (const path of [destination, previous])
      if (path?.startsWith("/")) rmSync(path, { recursive: true, force: true });
  await world?.close();
});

beforeEach(() => {
  rmSync(world.folder, { recursive: true, force: true });
  mkdirSync(join(world.folder, "uploads/deep"), { recursive: true });
  writeFileSync(join(world.folder, "uploads/a b\nü.bin"), Buffer.from([0, 255, 10, 13, 0]));
  writeFileSync(join(world.folder, "uploads/deep/[x]*.txt"), "inner");
  writeFileSync(join(world.folder, "top.txt"), randomUUID());
  chmodSync(join(world.folder, "top.txt"), 0o640);
  chownSync(join(world.folder, "top.txt"), 1234, 4321);
  symlinkSync("top.txt", join(world.folder, "link"));
  mkdirSync(join(world.folder, "empty"), { mode: 0o700 });
});

/** Everything of a folder: kinds, owners, modes, content. */
function read(folder: string) {
  const about = (path: string) => {
    const { mode, uid, gid } = lstatSync(join(folder, path));
    return `${path} ${(mode & 0o7777).toString(8)} ${uid}:${gid}`;
  };
  return [
    ...["uploads", "uploads/deep", "empty", "top.txt", "uploads/a b\nü.bin"].map(about),
    readlinkSync(join(folder, "link")),
    readFileSync(join(folder, "top.txt"), "utf8"),
    readFileSync(join(folder, "uploads/deep/[x]*.txt"), "utf8"),
    readFileSync(join(folder, "uploads/a b\nü.bin")).toString("hex"),
  ];
}

it("comes back beside the living folder with owners and modes, takes its place, and goes back", async () => {
  const before = read(world.folder);
  const backupId = await takePoint(world);
  rmSync(join(world.folder, "uploads"), { recursive: true });
  writeFileSync(join(world.folder, "later.txt"), "later");

  const asked = await askRestore(world, backupId);
  expect(asked.destination).toMatch(/\.restored-\d{8}-\d{6}$/);
  const restoring = asked.context();
  await backupsRestore.apply(asked.input, restoring.ctx);
  expect(read(asked.destination)).toEqual(before);
  expect(existsSync(join(world.folder, "uploads"))).toBe(false);

  const swapping = asked.context();
  await backupsSwap.apply(asked.input, swapping.ctx);
  expect(read(world.folder)).toEqual(before);
  const { previous } = await db().restore.findUniqueOrThrow({ where: { id: asked.restoreId } });
  expect(readFileSync(join(previous ?? "", "later.txt"), "utf8")).toBe("later");

  // Neither what the app writes from now on nor the way back hangs on the policy.
  writeFileSync(join(world.folder, "since.txt"), "since");
  const policies = { where: { id: world.policyId } };
  const { scope } = await db().backupPolicy.findUniqueOrThrow(policies);
  await db().backupPolicy.update({ ...policies, data: { removedAt: new Date(), scope: null } });
  expect(await backupsSwap.verify(asked.input, swapping.next().ctx)).toMatchObject({ ok: true });
  const run = { id: asked.runId + 1_000 };
  await backupsSwap.undo([...swapping.ledger.values()], asked.input, swapping.next({ run }).ctx);
  expect(readFileSync(join(world.folder, "later.txt"), "utf8")).toBe("later");
  await backupsRestore.undo([...restoring.ledger.values()], asked.input, restoring.next({ run }).ctx);
  expect(readFileSync(join(asked.destination, "since.txt"), "utf8")).toBe("since");
  expect(restoring.ledger.size).toBe(0);
  const restore = { where: { id: asked.restoreId } };
  expect(await db().restore.findUniqueOrThrow(restore)).toMatchObject({ state: "restored" });

  const onPurpose = { id: asked.runId + 2_000 };
  await db().restore.update({ ...restore, data: { runId: onPurpose.id } });
  await backupsRestore.undo([], asked.input, restoring.next({ run: onPurpose }).ctx);
  expect(existsSync(asked.destination)).toBe(false);
  expect(await db().restore.findUniqueOrThrow(restore)).toMatchObject({ state: "removed" });
  await db().backupPolicy.update({ ...policies, data: { removedAt: null, scope } });
});

it("leaves a later swap as it is when one that had changed nothing is undone", async () => {
  const restored = readFileSync(join(world.folder, "top.txt"), "utf8");
  const backupId = await takePoint(world);
  writeFileSync(join(world.folder, "top.txt"), "later");
  const asked = await askRestore(world, backupId);
  await backupsRestore.apply(asked.input, asked.context().ctx);
  const first = await dieOnceBegun(asked);
  const [aside] = [...first.ledger.values()].map(({ name }) => name);
  await expect.poll(() => folderBefore(world.folder, new Date())).not.toBe(aside);
  await backupsSwap.apply(asked.input, asked.context().ctx);

  await backupsSwap.undo([...first.ledger.values()], asked.input, first.next().ctx);
  expect(first.ledger.size).toBe(0);
  expect(readFileSync(join(world.folder, "top.txt"), "utf8")).toBe(restored);
  const { state, previous } = await db().restore.findUniqueOrThrow({ where: { id: asked.restoreId } });
  expect(state).toBe("swapped");
  expect(existsSync(previous ?? "")).toBe(true);
});

it("brings only what was chosen, by names as they are", async () => {
  const backupId = await takePoint(world);
  const asked = await askRestore(world, backupId, { only: ["uploads/deep/[x]*.txt", "empty"] });
  const output = await backupsRestore.apply(asked.input, asked.context().ctx);
  expect(output).toMatchObject({ tables: 1 });
  expect(readFileSync(join(asked.destination, "uploads/deep/[x]*.txt"), "utf8")).toBe("inner");
  expect(existsSync(join(asked.destination, "top.txt"))).toBe(false);
  const missing = await askRestore(world, backupId, { only: ["no/such"] });
  await expect(backupsRestore.apply(missing.input, missing.context().ctx)).rejects.toMatchObject({
    retry: "permanent",
  });
});

it("neither comes back nor takes a place in the name of somebody whose service it is no more", async () => {
  const backupId = await takePoint(world);
  const [former, stranger] = await Promise.all(
    ["Fay Former", "Sven Stranger"].map((name) => createPerson({ name, roles: ["staff", "manager"] })),
  );
  const own = (service: { id: string }, owner = former) =>
    db().service.update({ where: { id: service.id }, data: { ownerId: owner?.id ?? "" } });
  const refused = { code: NOT_ALLOWED, retry: "needs_person" };
  await own(world.service);
  const asked = await askRestore(world, backupId);
  const context = () => asked.context({ run: { requestedById: former?.id ?? null } });
  await own(world.service, stranger);
  await expect(backupsRestore.apply(asked.input, context().ctx)).rejects.toMatchObject(refused);
  await own(world.service);
  // Nor may the data come from a service that is not theirs.
  const other = await createServiceRow(`t-${randomUUID().slice(0, 8)}`);
  const setSource = ({ id }: { id: string }) =>
    db().backup.update({ where: { id: backupId }, data: { serviceId: id } });
  await setSource(other);
  await expect(backupsRestore.apply(asked.input, context().ctx)).rejects.toMatchObject(refused);
  expect(existsSync(asked.destination)).toBe(false);
  await setSource(world.service);
  await backupsRestore.apply(asked.input, context().ctx);

  await own(world.service, stranger);
  const swapping = context();
  await expect(backupsSwap.apply(asked.input, swapping.ctx)).rejects.toMatchObject(refused);
  expect(swapping.ledger.size).toBe(0);
  await own(world.service);
  const begun = await dieOnceBegun({ input: asked.input, context: (options) => swapping.next(options) });
  // What was begun is not left half-way.
  await own(world.service, stranger);
  await backupsSwap.apply(asked.input, begun.next().ctx);
  expect(await db().restore.findUnique({ where: { id: asked.restoreId } })).toMatchObject({ state: "swapped" });
});

it("begins again wherever its worker died", async () => {
  const before = read(world.folder);
  const asked = await askRestore(world, await takePoint(world));
  let current: TestContext = asked.context();
  for (let nth = 1; nth < 30; nth++) {
    let calls = 0;
    const dying: TestContext = current.next({
      onCall: () => {
        calls += 1;
        if (calls < nth) return;
        dying.abort(new LeaseLost());
        throw new LeaseLost();
      },
    });
    current = dying;
    const done = await backupsRestore.apply(asked.input, dying.ctx).then(
      () => true,
      (error: unknown) => {
        expect(error).toBeInstanceOf(LeaseLost);
        return false;
      },
    );
    if (done) break;
  }
  expect(read(asked.destination)).toEqual(before);
  expect(read(world.folder)).toEqual(before);
});

it("never overwrites what somebody put there", async () => {
  const asked = await askRestore(world, await takePoint(world));
  mkdirSync(asked.destination);
  writeFileSync(join(asked.destination, "mine"), "mine");
  const test = asked.context();
  await expect(backupsRestore.apply(asked.input, test.ctx)).rejects.toMatchObject({ code: "backups.name_taken" });
  await backupsRestore.undo([...test.ledger.values()], asked.input, test.next().ctx);
  expect(readFileSync(join(asked.destination, "mine"), "utf8")).toBe("mine");
  expect(dirname(asked.destination)).toBe(dirname(world.folder));
});

it("fills a new volume from a volume's point, and takes it away again", async () => {
  const signal = AbortSignal.timeout(60_000);
  const volumeName = `t-${randomUUID().slice(0, 8)}_data`;
  const inVolume = async (parent: string, script: string) => {
    const test = world.context();
    const place = await openWritable({ kind: "volume", parent, name: null }, test.ctx);
    try {
      return (await runToEnd(place.run, { argv: ["sh", "-c", script] }, signal)).stdout;
    } finally {
      await place.close();
    }
  };
  try {
    await inVolume(volumeName, "mkdir /home-of/a && echo inner >/home-of/a/b && chown 7:8 /home-of/a/b");
    const source: BackupSource = { kind: "volume", volumeName, exclude: [] };
    await createPolicyRow({ service: world.service, source, name: "volume" });
    const taken = await backupsTake.apply({ policy: "volume", trigger: "person" }, world.context().ctx);
    const { backupId } = taken as { backupId: string };
    await inVolume(volumeName, "rm -rf /home-of/a");

    const asked = await askRestore(world, backupId);
    const input = { ...asked.input, policy: "volume" };
    const test = asked.context();
    await backupsRestore.apply(input, test.ctx);
    expect(await inVolume(asked.destination, "cat /home-of/a/b; stat -c %u:%g /home-of/a/b")).toBe("inner\n7:8\n");
    expect(await inVolume(volumeName, "ls /home-of")).toBe("");
    await backupsRestore.undo([...test.ledger.values()], input, test.next().ctx);
    expect(await findVolume(asked.destination, signal)).toBeNull();
    expect(test.ledger.size).toBe(0);
  } finally {
    await removeVolume(volumeName, signal);
  }
});
