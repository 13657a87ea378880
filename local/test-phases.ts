import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { repositoryDir } from "./world-file.ts";

/** `flaky` are those of the passed ones that needed a second try. */
export type Counts = { passed: number; failed: number; skipped: number; flaky: number };

type PlaywrightReport = { stats: { expected: number; unexpected: number; flaky: number; skipped: number } };

/** Counts of a run of Playwright. A journey that needed a second try has passed and is counted apart; the reporter names it. */
export function countPlaywright(reportFile: string, exitCode: number): Counts {
  return countReport<PlaywrightReport>(reportFile, exitCode, ({ stats }) => ({
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected,
    skipped: stats.skipped,
    flaky: stats.flaky,
  }));
}

/** What `read` makes of a report; a run that failed without a failed test, or left no report, counts as one failure. */
export function countReport<T>(file: string, exitCode: number, read: (report: T) => Counts): Counts {
  const counts = { passed: 0, failed: 0, skipped: 0, flaky: 0 };
  try {
    Object.assign(counts, read(JSON.parse(readFileSync(file, "utf8")) as T));
  } catch {
    return { ...counts, failed: 1 };
  }
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

export function sumCounts(all: Counts[]): Counts {
  const sum = (key: keyof Counts) => all.reduce((total, counts) => total + counts[key], 0);
  return { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped"), flaky: sum("flaky") };
}

/** The one plain line a test run ends with. */
export const summarise = ({ passed, failed, skipped, flaky }: Counts): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}${flaky > 0 ? `, ${flaky} on a second try` : ""}`;

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
