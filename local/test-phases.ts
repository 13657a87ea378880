import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { repositoryDir } from "./world-file.ts";

export type Counts = { passed: number; failed: number; skipped: number };

type VitestReport = { numPassedTests: number; numFailedTests: number; numPendingTests: number; numTodoTests?: number };
type PlaywrightReport = { stats: { expected: number; unexpected: number; flaky: number; skipped: number } };

/** Counts of a run of vitest. A run that failed outside of its tests, such as on import, counts as one failure. */
export function countVitest(reportFile: string, exitCode: number): Counts {
  return countReport<VitestReport>(reportFile, exitCode, (report) => ({
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
  }));
}

/** Counts of a run of Playwright. A test that passed only on a second try has failed. */
export function countPlaywright(reportFile: string, exitCode: number): Counts {
  return countReport<PlaywrightReport>(reportFile, exitCode, ({ stats }) => ({
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky,
    skipped: stats.skipped,
  }));
}

function countReport<T>(file: string, exitCode: number, read: (report: T) => Counts): Counts {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  try {
    Object.assign(counts, read(JSON.parse(readFileSync(file, "utf8")) as T));
  } catch {
    return { ...counts, failed: 1 };
  }
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

export function sumCounts(all: Counts[]): Counts {
  const sum = (key: keyof Counts) => all.reduce((total, counts) => total + counts[key], 0);
  return { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
}

/** The one plain line a test run ends with. */
export const summarise = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;

/** Runs a tool with its output on our own; resolves with its exit code. It ends when we do. */
export function runStreamed(argv: string[], env: Record<string, string> = {}): Promise<number> {
  const child = spawn("setpriv", ["--pdeathsig", "TERM", "--", ...argv], {
    cwd: repositoryDir,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...env },
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
