import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Redactor } from "#lib/platform/redaction.ts";
import { downloadLog, readLog } from "../queries/read-log.ts";
import { MAX_HITS, searchLog } from "../queries/search-log.ts";
import { compiled, openStage, readSteps, type Stage, startRun, testStep, untilState } from "../testing/stage.ts";
import { createLineSplitter, MAX_LINE } from "./line-splitter.ts";

const split = (pieces: (string | Uint8Array)[], secrets: string[] = []): string[] => {
  const redactor = new Redactor();
  for (const secret of secrets) redactor.add(secret);
  const lines: string[] = [];
  const splitter = createLineSplitter(redactor, (line) => lines.push(line));
  for (const piece of pieces) splitter.write(piece);
  splitter.end();
  return lines;
};

describe("cutting output into lines", () => {
  it("gives the same lines however the bytes are cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom("a", "ü", "😀", "\n", "secret-word", " ") }), { maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 20 }),
        (texts, sizes) => {
          const bytes = Buffer.from(texts.join(""));
          const pieces: Buffer[] = [];
          for (let from = 0, i = 0; from < bytes.length; i++) {
            const size = sizes[i % sizes.length] ?? 1;
            pieces.push(bytes.subarray(from, from + size));
            from += size;
          }
          const lines = split(pieces, ["secret-word"]);
          expect(lines).toEqual(split([bytes], ["secret-word"]));
          expect(lines.join("\n")).not.toContain("secret-word");
        },
      ),
    );
  });

  it("keeps what a progress bar shows at last, and drops carriage returns", () => {
    expect(split(["10%\r50%\r100%\r\nnext\r\n"])).toEqual(["100%", "next"]);
  });

  it("cuts a line without end while it comes, in bounded memory, and still finds secrets across the cuts", () => {
    const secret = "S3cret-that-lies-across";
    let longest = 0;
    let total = 0;
    let leaked = false;
    const redactor = new Redactor();
    redactor.add(secret);
    const splitter = createLineSplitter(redactor, (line) => {
      longest = Math.max(longest, line.length);
      total += line.length;
      leaked ||= line.includes("S3cret") || line.includes("across");
    });
    const before = process.memoryUsage().rss;
    const piece = Buffer.alloc(1024 * 1024 - 5, "x");
    for (let i = 0; i < 300; i++) {
      splitter.write(piece);
      splitter.write(secret);
    }
    splitter.end();
    expect(longest).toBeLessThanOrEqual(MAX_LINE);
    expect(total).toBeGreaterThan(300 * 1024 * 1000);
    expect(leaked).toBe(false);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
  });
});

describe("a stored log", () => {
  let stage: Stage;
  const LINES = 30_000;
  const steps = [
    testStep("test.talk", async (_input, ctx) => {
      for (let i = 1; i <= LINES; i++) {
        ctx.log.output("stdout", `line ${i} ${i % 10_000 === 0 ? "Needle 100%_x" : ""}\n`);
        if (i % 500 === 0) await ctx.log.drained();
      }
    }),
    testStep("test.common", async (_input, ctx) => {
      for (let i = 0; i < MAX_HITS + 10; i++) ctx.log.info(`same ${i}`);
    }),
  ];
  beforeAll(async () => {
    stage = await openStage("log");
    await stage.startEngine(steps);
  });
  afterAll(() => stage.close());

  it("has every line once, in order, readable by range, searchable and downloadable", async () => {
    const { runId } = await startRun(stage.actor, [compiled("talk", "test.talk")]);
    expect(await untilState(runId, "finished")).toBe("succeeded");
    const attempt = (await readSteps(runId)).get("talk")?.attemptLog[0];
    expect(attempt?.lines).toBe(LINES);
    const attemptId = attempt?.id ?? 0;
    const range = await readLog(stage.actor, { attemptId, from: 14_990, to: 15_010 });
    expect(range.lines.map((line) => [line.seq, line.text.trim()])).toEqual(
      Array.from({ length: 21 }, (_, i) => [14_990 + i, `line ${14_990 + i}`]),
    );
    const found = await searchLog(stage.actor, { runId, text: "needle 100%_X" });
    expect(found).toMatchObject({ more: false, hits: [{ seq: 10_000 }, { seq: 20_000 }, { seq: 30_000 }] });
    expect((await searchLog(stage.actor, { runId, text: "100x_" })).hits).toEqual([]);
    let text = "";
    for await (const part of await downloadLog(stage.actor, { attemptId })) text += part;
    const all = text.trimEnd().split("\n");
    expect(all).toHaveLength(LINES);
    expect(all.every((line, i) => line.includes(` line ${i + 1} `) || line.endsWith(` line ${i + 1}`))).toBe(true);
  });

  it("says when there are more hits than it returns", async () => {
    const { runId } = await startRun(stage.actor, [compiled("c", "test.common")]);
    await untilState(runId, "finished");
    const { hits, more } = await searchLog(stage.actor, { runId, text: "same" });
    expect([hits.length, more]).toEqual([MAX_HITS, true]);
  });
});
