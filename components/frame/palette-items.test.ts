import { expect, test } from "vitest";
import type { Role } from "#lib/access/types.ts";
import { listPaletteGroups } from "./palette-items.ts";

const hrefs = (text: string, roles: readonly Role[] = ["staff"]) =>
  listPaletteGroups({ text, services: [], roles }).flatMap((group) => group.items.map((item) => item.href));

test("offers everything before a letter is typed, deeds first", () => {
  expect(hrefs("")[0]).toBe("/services/new");
  expect(hrefs("")).toContain("/swarm");
});

test("offers a new service only to those who may begin one", () => {
  expect(hrefs("new")).toContain("/services/new");
  expect(hrefs("new", ["viewer"])).not.toContain("/services/new");
});

test.each(["184", "run 184", "#184"])("reads %s as a run's number", (text) => expect(hrefs(text)[0]).toBe("/runs/184"));

test("finds pages by other words people use for them", () =>
  expect(hrefs("dns")).toEqual(["/domains/records/new", "/domains"]));

test("leaves out groups with nothing in them", () =>
  expect(listPaletteGroups({ text: "zzz", services: [], roles: [] })).toEqual([]));

test("offers the pages of administrators to administrators", () => {
  expect(hrefs("people")).toEqual([]);
  expect(hrefs("people", ["admin"])).toEqual(["/people"]);
});
