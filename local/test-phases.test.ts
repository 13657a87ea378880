import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { countPlaywright, countVitest, sumCounts, summarise } from "./test-phases.ts";

const dir = mkdtempSync(join(tmpdir(), "seaworthy-phases-"));
const report = (content: object) => {
  const file = join(dir, "report.json");
  writeFileSync(file, JSON.stringify(content));
  return file;
};

afterAll(() => rmSync(dir, { recursive: true }));

describe("counting", () => {
  it("reads vitest's report", () => {
    const file = report({ numPassedTests: 5, numFailedTests: 1, numPendingTests: 2 });
    expect(countVitest(file, 1)).toEqual({ passed: 5, failed: 1, skipped: 2 });
  });

  it("counts a file that could not be imported as a failure", () => {
    const file = report({ numPassedTests: 5, numFailedTests: 0, numPendingTests: 0 });
    expect(countVitest(file, 1).failed).toBe(1);
  });

  it("counts a run without a report as a failure", () => {
    expect(countPlaywright(join(dir, "none.json"), 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it("counts a flaky journey as failed", () => {
    const file = report({ stats: { expected: 3, unexpected: 0, flaky: 1, skipped: 0 } });
    expect(countPlaywright(file, 0)).toEqual({ passed: 3, failed: 1, skipped: 0 });
  });
});

describe("the last line", () => {
  it("names skipped tests only when there are some", () => {
    expect(summarise({ passed: 123, failed: 0, skipped: 0 })).toBe("123 passed, 0 failed");
    expect(summarise({ passed: 1, failed: 2, skipped: 3 })).toBe("1 passed, 2 failed, 3 skipped");
  });

  it("adds up all phases", () => {
    const one = { passed: 1, failed: 2, skipped: 3 };
    expect(sumCounts([one, one])).toEqual({ passed: 2, failed: 4, skipped: 6 });
  });
});
