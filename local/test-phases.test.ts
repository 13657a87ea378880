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
    const file = report({ numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, testResults: [] });
    expect(countVitest(file, 1, () => {})).toEqual({ passed: 5, failed: 1, skipped: 2, flaky: 0 });
  });

  it("counts a file that could not be imported as a failure", () => {
    const file = report({ numPassedTests: 5, numFailedTests: 0, numPendingTests: 0, testResults: [] });
    expect(countVitest(file, 1, () => {}).failed).toBe(1);
  });

  it("names what failed, and what passed on a second try only, each with why", () => {
    const told: string[] = [];
    const result = (fullName: string, status: string, failureMessages: string[]) => ({
      fullName,
      status,
      failureMessages,
    });
    const assertionResults = [
      result("a door that sticks", "passed", ["Error: stuck"]),
      result("a door", "passed", []),
      result("a wall", "failed", ["Error: no door"]),
    ];
    const file = report({
      numPassedTests: 2,
      numFailedTests: 1,
      numPendingTests: 0,
      testResults: [{ assertionResults }],
    });
    expect(countVitest(file, 1, (line) => told.push(line))).toEqual({ passed: 2, failed: 1, skipped: 0, flaky: 1 });
    expect(told).toEqual([
      "Failed: a wall\nError: no door",
      "Passed on a second try: a door that sticks\nError: stuck",
    ]);
  });

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
