import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { testWorld } from "#local/test-world.ts";
import { askRestore } from "./restore/testing.ts";
import { backupsRestore } from "./steps/restore.ts";
import { backupsTake } from "./steps/take.ts";
import { takePoint } from "./testing/proofs.ts";
import { type BackupWorld, startBackupWorld } from "./testing.ts";

let world: BackupWorld;
beforeAll(async () => {
  world = await startBackupWorld("files");
  overrideConfig({ BACKUPS_ROOT: world.root, BACKUP_HELPER_IMAGE: testWorld().images?.tools ?? "" });
});
afterAll(() => world?.close());

const ACL = "SCHILY.acl.access:=user::rw-\nuser:1234:r--\ngroup::r--\nmask::r--\nother::r--";
/** No tool that reads or writes them is in every image; tar is. */
const attributesOf = (folder: string) =>
  execFileSync("tar", ["--create", "--acls", "--xattrs", `--directory=${folder}`, "--file=-", "note"])
    .toString("latin1")
    .match(/SCHILY\.(xattr\.user\.colour=red|acl\.access=[^\0]*user:1234:r--)/g);

test("files come back with their ACLs and attributes", async () => {
  writeFileSync(join(world.folder, "note"), "x");
  const made = join(world.root, "made.tar");
  const about = `--pax-option=SCHILY.xattr.user.colour:=red,${ACL}`;
  execFileSync("tar", ["--create", "--format=posix", about, `--directory=${world.folder}`, `--file=${made}`, "note"]);
  execFileSync("tar", ["--extract", "--acls", "--xattrs", `--directory=${world.folder}`, `--file=${made}`]);
  const before = attributesOf(world.folder);
  expect(before).toHaveLength(2);
  const asked = await askRestore(world, await takePoint(world));
  try {
    await backupsRestore.apply(asked.input, asked.context().ctx);
    expect(attributesOf(asked.destination)).toEqual(before);
  } finally {
    rmSync(asked.destination, { recursive: true, force: true });
  }
});

test("file systems below a folder are named where they are left out", async () => {
  // Linux mounts one at /dev/shm everywhere. What is in /dev is stored as what it is, and not read.
  await world.setPolicy({ source: { path: "/dev", exclude: ["./pts", "./mqueue"] } });
  const t = world.context();
  await backupsTake.apply(world.input, t.ctx);
  expect(t.lines.join("\n")).toMatch(
    /Not in the backup, for they are file systems of their own: (.*, )?\.\/shm(, .*)?\. Give/,
  );
  await world.setPolicy({ source: { path: "/dev", exclude: ["./pts", "./mqueue", "./shm"] } });
  const without = world.context();
  await backupsTake.apply(world.input, without.ctx);
  expect(without.lines.join("\n")).not.toContain("./shm");
});
