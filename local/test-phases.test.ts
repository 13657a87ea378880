import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { countPlaywright, sumCounts, summarise } from "./test-phases.ts";

const dir = mkdtempSync(join(tmpdir(), "seaworthy-phases-"));
const report = (content: object) => {
  const file = join(dir, "report.json");
  writeFileSync(file, JSON.stringify(content));
  return file;
};

afterAll(() => rmSync(dir, { recursive: true }));

describe("counting", () => {
  it("counts a run without a report as a failure", () => {
    expect(countPlaywright(join(dir, "none.json"), 0)).toEqual({ passed: 0, failed: 1, skipped: 0, flaky: 0 });
  });

  it("counts a journey that needed a second try apart", () => {
    const file = report({ stats: { expected: 3, unexpected: 0, flaky: 1, skipped: 0 } });
    expect(countPlaywright(file, 0)).toEqual({ passed: 4, failed: 0, skipped: 0, flaky: 1 });
  });
});

describe("the last line", () => {
  it("names skipped tests only when there are some", () => {
    expect(summarise({ passed: 123, failed: 0, skipped: 0, flaky: 0 })).toBe("123 passed, 0 failed");
    expect(summarise({ passed: 1, failed: 2, skipped: 3, flaky: 1 })).toBe(
      "1 passed, 2 failed, 3 skipped, 1 on a second try",
    );
  });

  it("adds up all phases", () => {
    const one = { passed: 1, failed: 2, skipped: 3, flaky: 1 };
    expect(sumCounts([one, one])).toEqual({ passed: 2, failed: 4, skipped: 6, flaky: 2 });
  });
});
