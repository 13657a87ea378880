import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startProgram } from "#lib/integrations/programs/run.ts";
import type { AppError } from "#lib/platform/errors.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { backupsBorgmatic } from "./borgmatic.ts";

const { signal } = new AbortController();
const hasBorgmatic = await startProgram({ argv: ["borgmatic", "--version"] }, signal).then(
  async (running) => (await running.exitCode()) === 0,
  () => false,
);

const CONFIG = `location:
    # What is saved.
    source_directories:
        - /etc
        - /srv/services/pads  # the pads
    repositories:
        - /backup/repo.borg

hooks:
    mysql_databases:
        - name: pads
          password: s3cret
        - name: wiki
`;
const WITHOUT = CONFIG.replace(/.*pads.*\n/g, "").replace(/.*s3cret.*\n/, "");

let folder = "";
let configFile = "";
const input = () => ({ configFile, sourceDirectories: ["/srv/services/pads"], databases: ["pads"] });
const read = () => readFileSync(configFile, "utf8");

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "seaworthy-borgmatic-"));
  configFile = join(folder, "config.yaml");
  writeFileSync(configFile, CONFIG, { mode: 0o640 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("a service's entries in a borgmatic file", () => {
  it("are planned, taken out and verified gone, and nothing is left beside the file", async () => {
    const { ctx, ledger } = createTestContext();
    const plan = await backupsBorgmatic.plan(input(), ctx);
    expect(plan.changes.map((change) => change.name)).toEqual(["/srv/services/pads", "pads"]);
    expect(read()).toBe(CONFIG);
    await backupsBorgmatic.apply(input(), ctx);
    expect(read()).toBe(WITHOUT);
    expect(statSync(configFile).mode & 0o777).toBe(0o640);
    expect(await backupsBorgmatic.verify(input(), ctx)).toMatchObject({ ok: true });
    expect(ledger.size).toBe(0);
    expect(readdirSync(folder)).toEqual(["config.yaml"]);
  });

  /** Dies at its first call of a kind, or a later one. */
  async function dieAt(moment: string, which = 1) {
    let calls = 0;
    const died = new Error("died");
    const test = createTestContext({
      onCall: (call) => {
        if (call === moment && ++calls === which) throw died;
      },
    });
    await expect(backupsBorgmatic.apply(input(), test.ctx)).rejects.toBe(died);
    return test;
  }

  it("are put back by an undo of what died before it was done", async () => {
    const test = await dieAt("guard", 3);
    expect(read()).toBe(WITHOUT);
    // The copy holds a password: it has the file's own mode and an ending that borgmatic does not look for.
    const [copy = ""] = readdirSync(folder).filter((name) => name !== "config.yaml");
    expect(copy).toMatch(/^\.config\.yaml\.seaworthy-/);
    expect(statSync(join(folder, copy)).mode & 0o777).toBe(0o640);
    expect(JSON.stringify([...test.ledger.values()])).not.toContain("s3cret");
    await backupsBorgmatic.undo([...test.ledger.values()], input(), test.next().ctx);
    expect(read()).toBe(
      CONFIG.replace("  # the pads", " # the pads").replace(/(\n +- name: pads\n.*)(\n +- name: wiki)/, "$2$1"),
    );
    expect(test.ledger.size).toBe(0);
    expect(readdirSync(folder)).toEqual(["config.yaml"]);
  });

  it.each([
    ["ledger.plan", 1],
    ["guard", 1],
    ["guard", 2],
    ["guard", 3],
    ["ledger.gone", 1],
  ])("survive a worker that dies at %s, call %i", async (moment, which) => {
    const test = await dieAt(moment, which);
    expect([CONFIG, WITHOUT]).toContain(read());
    await backupsBorgmatic.apply(input(), test.next().ctx);
    expect(read()).toBe(WITHOUT);
    expect(test.ledger.size).toBe(0);
    expect(readdirSync(folder)).toEqual(["config.yaml"]);
  });

  it("are no concern where there is no such file", async () => {
    rmSync(configFile);
    const { ctx, lines } = createTestContext();
    expect(await backupsBorgmatic.apply(input(), ctx)).toMatchObject({ sourceDirectories: [], databases: [] });
    expect(lines.join()).toContain("There is no");
    expect((await backupsBorgmatic.plan(input(), ctx)).warnings).toHaveLength(1);
  });

  it.runIf(hasBorgmatic)("stay when borgmatic would not take what is left", async () => {
    const only =
      "location:\n    source_directories:\n        - /srv/services/pads\n    repositories:\n        - /r.borg\n    nonsense: 1\n";
    writeFileSync(configFile, only);
    const error: AppError = await backupsBorgmatic.apply(input(), createTestContext().ctx).then(
      () => Promise.reject(new Error("this should have been refused")),
      (refused: AppError) => refused,
    );
    expect(error).toMatchObject({ code: "borgmatic.refused", retry: "needs_person" });
    expect(error.detail).toContain("nonsense");
    expect(read()).toBe(only);
  });
});
