import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { refusalOf } from "#lib/services/testing/actors.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { applyTestEnv } from "#local/test-world.ts";
import { servicesArchiveFolder } from "./archive-folder.ts";

let root: string;
let path: string;

beforeEach(() => {
  applyTestEnv();
  root = mkdtempSync(join(realpathSync(tmpdir()), "seaworthy-archive-"));
  overrideConfig({ SERVICES_ROOT: root });
  path = join(root, "pads");
  mkdirSync(join(path, "sub"), { recursive: true });
  writeFileSync(join(path, "a"), "a");
  writeFileSync(join(path, "sub/b"), "b");
});
afterEach(() => {
  overrideConfig(undefined);
  rmSync(root, { recursive: true, force: true });
});

/** Dies when it has proven the archive and is about to delete. */
async function dieBeforeDeleting() {
  let proven = false;
  const t = createTestContext({
    onCall: (call) => {
      if (call === "guard" && proven) throw new Error("killed");
      if (call === "ledger.record") proven = true;
    },
  });
  await expect(servicesArchiveFolder.apply({ path, archive: true }, t.ctx)).rejects.toThrow("killed");
  const [entry] = t.ledger.values();
  return { t, archive: entry?.providerId ?? "" };
}
const again = (t: Awaited<ReturnType<typeof dieBeforeDeleting>>["t"]) =>
  servicesArchiveFolder.apply({ path, archive: true }, t.next().ctx);

test("a try after it was proven deletes what is in the archive", async () => {
  const { t, archive } = await dieBeforeDeleting();
  rmSync(join(path, "a"));
  expect(await again(t)).toMatchObject({ archive });
  expect(readdirSync(path)).toEqual([]);
  expect(existsSync(archive)).toBe(true);
});

test("nothing more is deleted when the archive is gone or another", async () => {
  const { t, archive } = await dieBeforeDeleting();
  renameSync(archive, `${archive}.away`);
  expect(await refusalOf(again(t))).toMatchObject({ code: "archive.gone", retry: "needs_person" });
  writeFileSync(archive, "another");
  expect(await refusalOf(again(t))).toMatchObject({ code: "archive.gone", retry: "needs_person" });
  expect(readdirSync(path).sort()).toEqual(["a", "sub"]);
  renameSync(`${archive}.away`, archive);
  await again(t);
  expect(readdirSync(path)).toEqual([]);
});

test("what came after the archive is named and left alone", async () => {
  const { t } = await dieBeforeDeleting();
  const late = join(path, "sub/late");
  writeFileSync(late, "in no archive");
  expect(await refusalOf(again(t))).toMatchObject({
    ...{ code: "archive.came_after", retry: "needs_person", message: expect.stringContaining(late) },
  });
  expect(readdirSync(path).sort()).toEqual(["a", "sub"]);
  renameSync(late, join(dirname(path), "late"));
  await again(t);
  expect(readdirSync(path)).toEqual([]);
});
