import { expect, test } from "vitest";
import { listPaletteGroups } from "./palette-items.ts";

const hrefs = (text: string, mayCreate = true) =>
  listPaletteGroups({ text, services: [], mayCreate }).flatMap((group) => group.items.map((item) => item.href));

test("offers everything before a letter is typed, deeds first", () => {
  expect(hrefs("")[0]).toBe("/services/new");
  expect(hrefs("")).toContain("/swarm");
});

test("offers a new service only to those who may begin one", () => {
  expect(hrefs("new", true)).toContain("/services/new");
  expect(hrefs("new", false)).not.toContain("/services/new");
});

test.each(["184", "run 184", "#184"])("reads %s as a run's number", (text) => expect(hrefs(text)[0]).toBe("/runs/184"));

test("finds pages by other words people use for them", () => expect(hrefs("dns")).toEqual(["/domains"]));

test("leaves out groups with nothing in them", () =>
  expect(listPaletteGroups({ text: "zzz", services: [], mayCreate: true })).toEqual([]));
