import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { OwnItem } from "../schema/content.ts";
import type { ExportedChecklist, ExportedItem } from "../schema/export.ts";
import { readMarkdown } from "./read-markdown.ts";
import { writeMarkdown } from "./write-markdown.ts";

const exported = (title: string, items: ExportedItem[] = [], more: Partial<ExportedItem> = {}): ExportedItem => ({
  ...{ key: "own.x", title, done: false, state: "open", reason: null, instructions: "", facts: [], items },
  ...more,
});
const checklist = (items: ExportedItem[], more: Partial<ExportedChecklist> = {}): ExportedChecklist => ({
  ...{ format: "seaworthy-checklist/1", title: "Retire a service", facts: [], answers: [], items },
  ...more,
});
const own = (items: readonly { kind: string }[]) => items as OwnItem[];
/** Titles with how deep they lie. */
function depths(items: readonly OwnItem[]): [string, number][] {
  const depth = new Map<string, number>();
  for (const item of items) depth.set(item.key, item.under === null ? 0 : (depth.get(item.under) ?? 0) + 1);
  return items.map((item) => [item.title, depth.get(item.key) ?? -1]);
}

describe("a checklist written as Markdown", () => {
  test("is nested boxes, with what is known of each below it", () => {
    const text = writeMarkdown(
      checklist(
        [
          exported("Tear it down", [exported("Move its folder")], { facts: ["Who: manager"] }),
          exported("Drop its database", [], { done: true, state: "Left out", reason: "It has none." }),
        ],
        {
          facts: [{ name: "Service", value: "pad-notes" }],
          answers: [{ group: "Data", question: "Does it need a database?", answer: "None" }],
        },
      ),
    );
    expect(text).toBe(`# Retire a service

Service: pad-notes

- [ ] Tear it down
  - Who: manager
  - [ ] Move its folder
- [x] Drop its database
  - Left out: It has none.

## Answers

- Data
  - Does it need a database? None
`);
  });

  test("keeps what would be Markdown itself as it was written", () => {
    const title = "Run `docker stack rm *` # now [not] <b>later</b> 1. 2. - x_y_";
    const [item] = own(readMarkdown(writeMarkdown(checklist([exported(title)]))).content.items);
    expect(item?.title).toBe(title);
  });

  const words = fc.stringMatching(/^[A-Za-z0-9*_`#[\]<>!-]([A-Za-z0-9 *_`#[\]<>!.-]{0,30}[A-Za-z0-9*_`#[\]<>])?$/);
  const treeOf = (below: fc.Arbitrary<ExportedItem> | null): fc.Arbitrary<ExportedItem> =>
    fc
      .tuple(words, below ? fc.array(below, { maxLength: 3 }) : fc.constant<ExportedItem[]>([]))
      .map(([title, items]) => exported(title.replace(/\s+/g, " "), items));
  const tree = treeOf(treeOf(treeOf(treeOf(null))));
  const flatten = (items: readonly ExportedItem[], depth = 0): [string, number][] =>
    items.flatMap((item) => [[item.title, depth] as [string, number], ...flatten(item.items, depth + 1)]);

  test("is read back with the same titles in the same nesting", () => {
    fc.assert(
      fc.property(fc.array(tree, { minLength: 1, maxLength: 4 }), (items) => {
        fc.pre(flatten(items).length <= 200);
        const read = readMarkdown(writeMarkdown(checklist(items)));
        expect(depths(own(read.content.items))).toEqual(flatten(items));
        expect(read).toMatchObject({ title: "Retire a service", leftOut: [] });
      }),
    );
  });
});

describe("a list that was written elsewhere", () => {
  test("becomes items, each part of what it is nested in", () => {
    const read = readMarkdown(`# Vikunja Copy-Paste Version

- [ ] Shutdown/disable needed monitoring services
- [ ] Teardown compose project
  - [ ] If docker-compose project, move to ~/Containers/.retired-services
- [x] Push changes from staging to main
`);
    expect(read.title).toBe("Vikunja Copy-Paste Version");
    expect(depths(own(read.content.items))).toEqual([
      ["Shutdown/disable needed monitoring services", 0],
      ["Teardown compose project", 0],
      ["If docker-compose project, move to ~/Containers/.retired-services", 1],
      ["Push changes from staging to main", 0],
    ]);
    const keys = read.content.items.map((item) => item.key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test("may have the bullets of a web page, numbers, or boxes of other signs", () => {
    const read = readMarkdown("• Determine any impact\n  • Is it using SSO?\n• Deploy\n");
    expect(depths(own(read.content.items))).toEqual([
      ["Determine any impact", 0],
      ["Is it using SSO?", 1],
      ["Deploy", 0],
    ]);
    expect(readMarkdown("1. One\n2. Two\n").content.items).toHaveLength(2);
    expect(depths(own(readMarkdown("☐ One\n☑ Two\n").content.items))).toEqual([
      ["One", 0],
      ["Two", 0],
    ]);
  });

  test("keeps remarks below an item as its instructions, and says what became nothing", () => {
    const read = readMarkdown(`## Moving

Do this at night.

- [ ] Dump the database

  Use \`pg_dump\`:

  \`\`\`sh
  pg_dump pad | gzip
  \`\`\`
  - mind the disk
- a remark without a box
`);
    const [item] = own(read.content.items);
    expect(read.content.items).toHaveLength(1);
    expect(item?.instructions).toBe("Use `pg_dump`:\n\n```sh\npg_dump pad | gzip\n```\n\n- mind the disk");
    expect(read.leftOut).toEqual(["Do this at night.", "a remark without a box"]);
  });

  test("of hundreds of items is cut with what was cut said, and two of one name stay two", () => {
    const many = readMarkdown(Array.from({ length: 230 }, (_, index) => `- [ ] Item ${index % 7}`).join("\n"));
    expect(many.content.items).toHaveLength(200);
    expect(many.leftOut).toHaveLength(30);
    expect(new Set(many.content.items.map((item) => item.key)).size).toBe(200);
  });

  test("whatever it is, is never refused with an error", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), (text) => {
        readMarkdown(text);
      }),
    );
  });
});

test("what lies too deep is refused with a sentence, and written as text where it already is", () => {
  const deep = `${"- ".repeat(4000)}x`;
  expect(() => readMarkdown(deep)).toThrow(expect.objectContaining({ status: 422 }) as Error);
  expect(() => readMarkdown(`${"• ".repeat(4000)}x`)).not.toThrow();
  const text = writeMarkdown(checklist([exported("Look", [], { instructions: deep })]));
  expect(text).toContain("- [ ] Look");
});

test("what has too many lines or signs is refused with a sentence before it is taken apart; long prose is not", () => {
  const fill = (text: string) => text.repeat(48_000 / text.length);
  const refused = expect.objectContaining({ status: 422, fields: { markdown: expect.stringContaining("in parts") } });
  for (const text of [
    "- a\n",
    "1. a\r",
    "- a\n  - b\n\n",
    "a\n==\n",
    "• b\n",
    "\n",
    "\u2028",
    "**a",
    "a**b",
    "[a](",
    "[",
    "<a ",
  ])
    expect(() => readMarkdown(fill(text)), JSON.stringify(text)).toThrow(refused as Error);
  expect(readMarkdown(`- [ ] One\n${fill("with words of it ")}`).content.items).toHaveLength(1);
  expect(readMarkdown(fill("- [ ] Determine any impact that\n")).content.items).toHaveLength(200);
});
