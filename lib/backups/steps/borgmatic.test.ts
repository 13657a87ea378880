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
  it("are planned, taken out, verified gone and put back", async () => {
    const test = createTestContext();
    const { ctx } = test;
    const plan = await backupsBorgmatic.plan(input(), ctx);
    expect(plan.changes.map((change) => change.name)).toEqual(["/srv/services/pads", "pads"]);
    expect(read()).toBe(CONFIG);
    await backupsBorgmatic.apply(input(), ctx);
    expect(read()).toBe(WITHOUT);
    expect(statSync(configFile).mode & 0o777).toBe(0o640);
    expect(await backupsBorgmatic.verify(input(), ctx)).toMatchObject({ ok: true });
    // The copy holds a password: it has the file's own mode and an ending that borgmatic does not look for.
    const [copy = ""] = readdirSync(folder).filter((name) => name !== "config.yaml");
    expect(copy).toMatch(/^\.config\.yaml\.seaworthy-/);
    expect(statSync(join(folder, copy)).mode & 0o777).toBe(0o640);
    expect(JSON.stringify([...test.ledger.values()])).not.toContain("s3cret");
    await backupsBorgmatic.undo([...test.ledger.values()], input(), ctx);
    expect(read()).toBe(
      CONFIG.replace("  # the pads", " # the pads").replace(/(\n +- name: pads\n.*)(\n +- name: wiki)/, "$2$1"),
    );
    expect(test.ledger.size).toBe(0);
    expect(readdirSync(folder)).toEqual(["config.yaml"]);
  });

  it.each(["guard", "ledger.plan", "ledger.record"] as const)("survive a worker that dies at %s", async (moment) => {
    let calls = 0;
    const died = new Error("died");
    const test = createTestContext({
      onCall: (call) => {
        if (call === moment && calls++ === 0) throw died;
      },
    });
    await expect(backupsBorgmatic.apply(input(), test.ctx)).rejects.toBe(died);
    expect([CONFIG, WITHOUT]).toContain(read());
    const second = test.next();
    await backupsBorgmatic.apply(input(), second.ctx);
    expect(read()).toBe(WITHOUT);
    await backupsBorgmatic.undo([...test.ledger.values()], input(), second.ctx);
    expect(read()).toContain("name: pads");
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
