import { expect, test } from "vitest";
import { isTooDeep } from "./markdown-depth.ts";

test("lists and quotes opened in one line, or far to the right, are too deep", () => {
  const texts = [
    `${"- ".repeat(4000)}x`,
    `fine\r${">".repeat(20)} x`,
    `fine\n${"> - ".repeat(10)}x`,
    `${"1. ".repeat(30)}x`,
    `${"-\t".repeat(30)}x`,
    `${" ".repeat(200)}- x`,
    `${"\t".repeat(50)}- x`,
    `${"- ".repeat(19)}x\n`.repeat(60),
  ];
  for (const text of texts) expect(isTooDeep(text), text.slice(0, 40)).toBe(true);
});

test("what people write is not", () => {
  const texts = [
    "- one\n  - two\n    1. three\n\n> said",
    "- ".repeat(200),
    "* * * ".repeat(20),
    `${"-".repeat(300)}\n${"-".repeat(30)} title`,
    `${"*".repeat(30)}loud`,
    `${"- ".repeat(19)}x`,
    `a ${" ".repeat(300)}b`,
  ];
  for (const text of texts) expect(isTooDeep(text), text.slice(0, 40)).toBe(false);
});
