import { expect, test } from "vitest";
import type { Role } from "#lib/access/types.ts";
import type { ServiceSummary } from "#lib/services/types.ts";
import { askedService, listPaletteGroups } from "./palette-items.ts";

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

const service = { name: "pad-notes", state: "live" } as ServiceSummary;
const labels = (text: string, roles: readonly Role[] = ["staff"]) =>
  listPaletteGroups({ text, services: [service], roles }).flatMap((group) => group.items.map((item) => item.label));

test.each(["back up pad", "backup pad", "Back up"])("offers to back up the services that %s names", (text) =>
  expect(labels(text)[0]).toBe("Back up pad-notes"),
);

test("offers to restore a service, and neither to who only looks", () => {
  expect(labels("restore pad")[0]).toBe("Restore pad-notes");
  expect(labels("restore pad", ["viewer"])).not.toContain("Restore pad-notes");
});

test.each([
  ["release pad", "New release of pad-notes"],
  ["promote pad-notes", "Releases of pad-notes"],
  ["roll back pad", "Releases of pad-notes"],
])("offers for %s what leads there, and nothing to who only looks", (text, label) => {
  expect(labels(text)[0]).toBe(label);
  expect(labels(text, ["viewer"])).not.toContain(label);
});

test("asks the server for what follows the verb", () => {
  expect(askedService("back up pad-notes")).toBe("pad-notes");
  expect(askedService("restored-things")).toBe("restored-things");
  expect(askedService(" pad ")).toBe("pad");
});

test("leaves out groups with nothing in them", () =>
  expect(listPaletteGroups({ text: "zzz", services: [], roles: [] })).toEqual([]));

test("offers the pages of administrators to administrators", () => {
  expect(hrefs("people")).toEqual([]);
  expect(hrefs("people", ["admin"])).toEqual(["/people"]);
});
