import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hashInputs, makeIfChanged } from "./input-hash.ts";

let root = "";
const write = (name: string, text: string) => writeFileSync(join(root, name), text);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "seaworthy-hash-"));
  mkdirSync(join(root, "app/generated"), { recursive: true });
  write("app/page.tsx", "one");
});
afterEach(() => rmSync(root, { recursive: true }));

describe("the hash of inputs", () => {
  it("changes with a file's content and with its name", () => {
    const before = hashInputs(root, ["app"]);
    write("app/page.tsx", "two");
    const changed = hashInputs(root, ["app"]);
    expect(changed).not.toBe(before);
    write("app/more.tsx", "");
    expect(hashInputs(root, ["app"])).not.toBe(changed);
  });

  it("does not change with tests, generated files or what is missing", () => {
    const before = hashInputs(root, ["app", "missing"]);
    write("app/page.test.tsx", "test");
    write("app/generated/client.ts", "made");
    expect(hashInputs(root, ["app", "missing"])).toBe(before);
  });
});

describe("making if changed", () => {
  it("makes once for the same inputs, and again for others", async () => {
    const made: string[] = [];
    const run = (inputs: string) => makeIfChanged(join(root, "out/stamp"), inputs, async () => void made.push(inputs));
    expect(await run("a")).toBe(true);
    expect(await run("a")).toBe(false);
    expect(await run("b")).toBe(true);
    expect(made).toEqual(["a", "b"]);
  });

  it("makes again after making failed", async () => {
    const stamp = join(root, "stamp");
    await expect(makeIfChanged(stamp, "a", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await makeIfChanged(stamp, "a", async () => {})).toBe(true);
  });
});
