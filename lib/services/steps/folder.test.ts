import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { applyTestEnv } from "#local/test-world.ts";
import { servicesFolder } from "./folder.ts";

let root: string;
const input = (name: string, more = {}) => ({ path: join(root, name), uid: 1234, gid: 1234, mode: "0750", ...more });

beforeEach(() => {
  applyTestEnv();
  root = mkdtempSync(join(tmpdir(), "seaworthy-services-"));
  overrideConfig({ SERVICES_ROOT: root });
});
afterAll(() => overrideConfig(undefined));

describe("services.folder", () => {
  test("makes the folder with its owner and mode, twice the same", async () => {
    const t = createTestContext();
    expect(await servicesFolder.plan(input("pad"), t.ctx)).toMatchObject({ changes: [{ action: "create" }] });
    for (const { ctx } of [t, t.next()])
      expect(await servicesFolder.apply(input("pad"), ctx)).toEqual({ path: join(root, "pad") });
    const { uid, gid, mode } = statSync(join(root, "pad"));
    expect([uid, gid, mode & 0o7777]).toEqual([1234, 1234, 0o750]);
    expect([...t.ledger.values()]).toMatchObject([{ kind: "folder", state: "present" }]);
    expect(await servicesFolder.verify(input("pad"), t.ctx)).toMatchObject({ ok: true });
    chmodSync(join(root, "pad"), 0o777);
    expect(await servicesFolder.verify(input("pad"), t.ctx)).toMatchObject({ ok: false });
  });

  test("a worker that died after making it finds it", async () => {
    const t = createTestContext({
      onCall: (call) => {
        if (call === "ledger.record") throw new Error("killed");
      },
    });
    await expect(servicesFolder.apply(input("pad"), t.ctx)).rejects.toThrow("killed");
    await servicesFolder.apply(input("pad"), t.next().ctx);
    expect([...t.ledger.values()]).toMatchObject([{ state: "present" }]);
  });

  test("undo removes it when empty and moves it aside with its files", async () => {
    for (const files of [[], ["note.txt"]]) {
      const t = createTestContext();
      await servicesFolder.apply(input("pad"), t.ctx);
      for (const file of files) writeFileSync(join(root, "pad", file), "kept");
      await servicesFolder.undo([...t.ledger.values()], input("pad"), t.next().ctx);
      expect(existsSync(join(root, "pad"))).toBe(false);
      expect(t.ledger.size).toBe(0);
    }
    const [aside = ""] = readdirSync(join(root, ".retired"));
    expect(aside).toMatch(/^pad-\d{4}-\d\d-\d\d$/);
    expect(readdirSync(join(root, ".retired", aside))).toEqual(["note.txt"]);
  });

  test("what somebody else made is used, not owned: never changed with files in it, never removed", async () => {
    mkdirSync(join(root, "pad"));
    writeFileSync(join(root, "pad", "note.txt"), "theirs");
    const t = createTestContext();
    await expect(servicesFolder.apply(input("pad"), t.ctx)).rejects.toMatchObject({ code: "folder.foreign" });
    await servicesFolder.apply(input("pad", { uid: 0, gid: 0, mode: "0755" }), t.ctx);
    expect(t.ledger.size).toBe(0);
    await servicesFolder.undo([...t.ledger.values()], input("pad"), t.ctx);
    expect(readdirSync(join(root, "pad"))).toEqual(["note.txt"]);
  });

  test("refuses what leads out of the root", async () => {
    symlinkSync("/etc", join(root, "link"));
    const { ctx } = createTestContext();
    for (const path of [
      join(root, "link"),
      `${root}/../etc`,
      "/etc",
      `${root}/a/b`,
      `${root}/.retired`,
      `${root}/a b`,
      root,
    ])
      await expect(servicesFolder.apply(input("", { path }), ctx)).rejects.toMatchObject({ code: "folder.refused" });
  });
});
