import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { AppError, toErrorRecord } from "./errors.ts";
import { Redactor } from "./redaction.ts";

const lines = (count: number) => Array.from({ length: count }, () => randomBytes(36).toString("base64"));

describe.each([1, 100, 8_000])("a secret of %i lines", (count) => {
  const secret = lines(count);
  const redactor = new Redactor();
  redactor.add(secret.join("\n"));

  test("is taken out of a text line by line, in every spelling, and nothing else is", () => {
    const [first = "", last = ""] = [secret[0], secret.at(-1)];
    expect(redactor.clean(`before ${first} between ${encodeURIComponent(last)}${last} after`)).toBe(
      "before [redacted] between [redacted][redacted] after",
    );
    expect(redactor.clean(Buffer.from(last).toString("base64").replace(/=+$/, ""))).toBe("[redacted]");
    expect(redactor.clean("an ordinary line\n")).toBe("an ordinary line\n");
  });

  test("is taken out as the longest known text that begins there", () => {
    const [first = ""] = secret;
    redactor.add(first.slice(0, 10));
    expect(redactor.clean(`${first} ${first.slice(0, 10)}x`)).toBe("[redacted] [redacted]x");
  });

  test("leaves no half of itself where a long error is cut", () => {
    const [first = ""] = secret;
    const detail = `${"x".repeat(3_980)}${first}`;
    const record = toErrorRecord(new AppError({ code: "a", message: "b", detail }), (text) => redactor.clean(text));
    expect(record.detail).toBe(`${"x".repeat(3_980)}[redacted]`);
  });
});
