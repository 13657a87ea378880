import { join } from "node:path";
import { type Counts, countReport, sumCounts } from "./test-phases.ts";

type TestResult = { fullName: string; status: string; failureMessages: string[] };
type FileResult = { name: string; status: string; message: string; assertionResults: TestResult[] };
type Report = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests?: number;
  testResults: FileResult[];
};

/** Runs vitest with these further arguments and resolves with its exit code. */
export type RunVitest = (argv: string[]) => Promise<number>;

/** More files than this do not fail by bad luck: they are not tried again. */
const MAX_RETRIED_FILES = 12;

/**
 * Every test once; then the files in which one failed once more, each from its beginning, for a test may need what the ones
 * before it made, and cannot be tried again where they left it. What is far from the end of what `npm test` prints, `say` is
 * told: what failed, and what passed on its second try only, with why.
 */
export async function runVitestTwice(run: RunVitest, resultsDir: string, say: (line: string) => void): Promise<Counts> {
  const first = await tryOnce(run, join(resultsDir, "vitest.json"), []);
  const failed = first.report?.testResults.filter(({ status }) => status === "failed") ?? [];
  if (failed.length === 0 || failed.length > MAX_RETRIED_FILES) {
    for (const file of failed) sayFailures(file, "Failed", say);
    return first.counts;
  }
  const second = await tryOnce(
    run,
    join(resultsDir, "vitest-second.json"),
    failed.map(({ name }) => name),
  );
  const again = new Map(second.report?.testResults.map((file) => [file.name, file]));
  let flaky = 0;
  for (const file of failed) {
    const now = again.get(file.name);
    if (now?.status === "passed") flaky += sayFailures(file, "Passed on a second try", say);
    else sayFailures(now ?? file, "Failed", say);
  }
  const inFailed = (status: string) =>
    failed.flatMap(({ assertionResults }) => assertionResults).filter((test) => test.status === status).length;
  const kept = {
    passed: first.counts.passed - inFailed("passed"),
    failed: 0,
    skipped: first.counts.skipped - inFailed("pending") - inFailed("skipped") - inFailed("todo"),
    flaky,
  };
  return sumCounts([kept, second.counts]);
}

async function tryOnce(run: RunVitest, reportFile: string, files: string[]) {
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${reportFile}`];
  const exitCode = await run([...reporters, ...files]);
  let read: Report | undefined;
  const counts = countReport<Report>(reportFile, exitCode, (report) => {
    read = report;
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      skipped: report.numPendingTests + (report.numTodoTests ?? 0),
      flaky: 0,
    };
  });
  return { report: read, counts };
}

/** Says each failure of a file, or why the file could not even be run; how many there were. */
function sayFailures(file: FileResult, what: string, say: (line: string) => void): number {
  const tests = file.assertionResults.filter(({ status }) => status === "failed");
  for (const test of tests) say(`${what}: ${test.fullName}\n${test.failureMessages[0] ?? ""}`);
  if (tests.length === 0) say(`${what}: ${file.name}\n${file.message}`);
  return Math.max(tests.length, 1);
}
