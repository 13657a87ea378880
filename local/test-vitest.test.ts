import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, it } from "vitest";
import { runVitestTwice } from "./test-vitest.ts";

const dir = mkdtempSync(join(tmpdir(), "seaworthy-vitest-"));
afterAll(() => rmSync(dir, { recursive: true }));

type Tests = Record<string, "passed" | "failed" | "pending">;
/** Files with their tests; a file without tests could not be imported. */
type Outcome = { files: Record<string, Tests>; exitCode?: number };

const calls: string[][] = [];
const told: string[] = [];
beforeEach(() => {
  calls.length = 0;
  told.length = 0;
});

/** A vitest that ends in these ways, one after the other; nothing is written for `undefined`. */
function vitestThat(...outcomes: (Outcome | undefined)[]) {
  const run = async (argv: string[]): Promise<number> => {
    const outcome = outcomes[calls.length];
    calls.push(argv.filter((argument) => !argument.startsWith("--")));
    const file = argv.find((argument) => argument.startsWith("--outputFile.json="))?.split("=")[1] ?? "";
    rmSync(file, { force: true });
    if (!outcome) return 1;
    const testResults = Object.entries(outcome.files).map(([name, tests]) => {
      const assertionResults = Object.entries(tests).map(([fullName, status]) => ({
        fullName,
        status,
        failureMessages: status === "failed" ? [`Error: ${fullName}`] : [],
      }));
      const isBad = assertionResults.length === 0 || assertionResults.some(({ status }) => status === "failed");
      return { name, status: isBad ? "failed" : "passed", message: isBad ? "Error: bad file" : "", assertionResults };
    });
    const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
    const number = (wanted: string) => tests.filter(({ status }) => status === wanted).length;
    const [numPassedTests, numFailedTests, numPendingTests] = ["passed", "failed", "pending"].map(number);
    writeFileSync(file, JSON.stringify({ numPassedTests, numFailedTests, numPendingTests, testResults }));
    return outcome.exitCode ?? (testResults.some(({ status }) => status === "failed") ? 1 : 0);
  };
  return runVitestTwice(run, dir, (line) => told.push(line));
}

it("runs once when nothing failed", async () => {
  const counts = await vitestThat({ files: { "a.test.ts": { door: "passed", wall: "pending" } } });
  expect(counts).toEqual({ passed: 1, failed: 0, skipped: 1, flaky: 0 });
  expect(calls).toEqual([[]]);
  expect(told).toEqual([]);
});

it("runs a file in which one failed again as a whole, and names what passed only then, with why", async () => {
  const counts = await vitestThat(
    { files: { "a.test.ts": { door: "failed", wall: "passed", roof: "pending" }, "b.test.ts": { sea: "passed" } } },
    { files: { "a.test.ts": { door: "passed", wall: "passed", roof: "pending" } } },
  );
  expect(counts).toEqual({ passed: 3, failed: 0, skipped: 1, flaky: 1 });
  expect(calls).toEqual([[], ["a.test.ts"]]);
  expect(told).toEqual(["Passed on a second try: door\nError: door"]);
});

it("has failed what fails on its second try", async () => {
  const files = { "a.test.ts": { door: "failed", wall: "passed" }, "b.test.ts": { sea: "failed" } } as const;
  const again = { "a.test.ts": { door: "passed", wall: "failed" }, "b.test.ts": { sea: "passed" } } as const;
  expect(await vitestThat({ files }, { files: again })).toEqual({ passed: 2, failed: 1, skipped: 0, flaky: 1 });
  expect(told).toEqual(["Failed: wall\nError: wall", "Passed on a second try: sea\nError: sea"]);
});

it("counts a file that cannot be imported as a failure, after a second try", async () => {
  const files = { "a.test.ts": {}, "b.test.ts": { sea: "passed" } } as const;
  expect(await vitestThat({ files }, { files: { "a.test.ts": {} } })).toEqual({
    passed: 1,
    failed: 1,
    skipped: 0,
    flaky: 0,
  });
  expect(told).toEqual(["Failed: a.test.ts\nError: bad file"]);
});

it("counts what failed outside of every test, and a run without a report, as a failure", async () => {
  expect((await vitestThat({ files: { "a.test.ts": { door: "passed" } }, exitCode: 1 })).failed).toBe(1);
  calls.length = 0;
  expect((await vitestThat(undefined)).failed).toBe(1);
  calls.length = 0;
  expect((await vitestThat({ files: { "a.test.ts": { door: "failed" } } }, undefined)).failed).toBe(1);
});

it("does not try again when much failed", async () => {
  const files = Object.fromEntries(Array.from({ length: 13 }, (_, index) => [`${index}.test.ts`, { door: "failed" }]));
  expect((await vitestThat({ files: files as Record<string, Tests> })).failed).toBe(13);
  expect(calls).toHaveLength(1);
  expect(told).toHaveLength(13);
});
