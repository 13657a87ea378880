import { expect, test } from "vitest";
import { type TemplateItem, templateContentSchema } from "#lib/templates/schema/content.ts";
import type { OutlineItem } from "#lib/templates/types.ts";
import { addItem, appendItems, findBlock, moveItem, removeItem } from "./edit-items.ts";

const items = (...given: object[]): TemplateItem[] => templateContentSchema.parse({ items: given }).items;
const own = (key: string, more: object = {}) => ({ kind: "own", key: `own.${key}`, title: key, ...more });
const brought = new Map<string, OutlineItem>([
  ["stack", { key: "stack", about: "Deploy its stack", dependsOn: ["folder"] } as OutlineItem],
  ["folder", { key: "folder", about: "Create its folder", dependsOn: [] as string[] } as OutlineItem],
]);
const keys = (list: readonly TemplateItem[]) => list.map((item) => item.key);

test("an item moves until it would pass what it waits for", () => {
  const list = items({ kind: "built-in", key: "folder" }, own("a"), { kind: "built-in", key: "stack" });
  expect(findBlock(list, 0, -1, brought)).toBe("It is the first.");
  expect(findBlock(list, 2, 1, brought)).toBe("It is the last.");
  expect(findBlock(list, 2, -1, brought)).toBeUndefined();
  const moved = moveItem(list, 2, -1);
  expect(keys(moved)).toEqual(["folder", "stack", "own.a"]);
  expect(findBlock(moved, 1, -1, brought)).toBe("“Deploy its stack” waits for “Create its folder”.");
  expect(findBlock(moved, 0, 1, brought)).toBe("“Deploy its stack” waits for “Create its folder”.");
});

test("a new item has a key of its own, and leaves nobody waiting when it goes", () => {
  const first = addItem(items(own("a")), 0);
  const second = addItem(first.items, 2, "Later");
  expect(keys(second.items)).toEqual(["own.item-1", "own.a", "own.item-2"]);
  const waiting = items(own("a"), own("b", { under: "own.a", after: ["own.a"] }));
  expect(removeItem(waiting, "own.a")).toEqual(items(own("b")));
});

test("items that are read in keep their nesting under keys that are free", () => {
  const read = items(own("a"), own("b", { under: "own.a", after: ["own.a"] }));
  const list = appendItems(read, read);
  expect(keys(list)).toEqual(["own.a", "own.b", "own.a-2", "own.b-2"]);
  expect(list[3]).toMatchObject({ under: "own.a-2", after: ["own.a-2"] });
});
