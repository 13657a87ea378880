import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { findContentProblems } from "#lib/templates/format/check-content.ts";
import { completeContent, EDITABLE, sketch } from "./editable.ts";

describe("every checklist that may be arranged", () => {
  test.each(EDITABLE.map((outline) => [outline.key, outline] as const))(
    "%s can be published as it is",
    (_, outline) => {
      const content = completeContent(outline, { items: [] });
      expect(content.items.map((item) => item.key)).toEqual(outline.items.map((item) => item.key));
      expect(findContentProblems(content, outline)).toEqual({});
      expect(sketch(outline).items).toHaveLength(outline.items.length);
    },
  );

  test("has a key of its own", () => {
    expect(new Set(EDITABLE.map(({ key }) => key)).size).toBe(EDITABLE.length);
  });
});

test("what the documents promise of an item is one that there is", () => {
  const text = readFileSync(new URL("../../docs/checklists.md", import.meta.url), "utf8");
  const items = new Map(EDITABLE.map((outline) => [outline.key, new Set(outline.items.map((item) => item.key))]));
  const wrong: string[] = [];
  let count = 0;
  for (const [, checklist = "", named = ""] of text.matchAll(/([a-z-]+) › ((?:`[a-z-]+`(?: \([^)]*\))?(?:, | … )?)+)/g))
    for (const [, item = ""] of named.replace(/\([^)]*\)/g, "").matchAll(/`([a-z-]+)`/g)) {
      count++;
      if (!items.get(checklist)?.has(item)) wrong.push(`${checklist} › ${item}`);
    }
  expect(wrong).toEqual([]);
  expect(count).toBeGreaterThan(60);
});
