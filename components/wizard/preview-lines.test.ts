import { expect, test } from "vitest";
import { countLines, previewLines, splitLines } from "./preview-lines.ts";

const item = {
  key: "stack",
  name: "swarm.stack",
  title: "Deploy stack pad",
  dependsOn: [],
  skipReason: null,
  role: null,
};

test("what the panel does is created, what a person does says who, what is skipped says why", () => {
  const lines = previewLines([
    item,
    { ...item, key: "sign-in", name: "manual", title: "Register", role: "admin" },
    { ...item, key: "firewall", name: "manual", title: "Firewall", role: "staff" },
    { ...item, key: "folder", name: "services.folder", title: "Folder", skipReason: "The service keeps no files." },
  ]);
  expect(lines.map(({ mark, note }) => [mark, note])).toEqual([
    ["create", null],
    ["person", "by hand: an administrator"],
    ["person", "by hand: a member of staff"],
    ["skip", "The service keeps no files."],
  ]);
  expect(countLines(lines)).toBe("1 by the panel, 2 by hand, 1 skipped");
  const { happening, skipped } = splitLines(lines);
  expect([happening.length, skipped.map((line) => line.key)]).toEqual([3, ["folder"]]);
  expect(countLines(lines.slice(0, 1))).toBe("1 by the panel");
});
