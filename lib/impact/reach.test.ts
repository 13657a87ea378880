import { expect, test } from "vitest";
import { reach } from "./reach.ts";

const edges = (...pairs: string[]) =>
  pairs.map((pair) => {
    const [fromId = "", toId = ""] = pair.split(">");
    return { fromId, toId };
  });

test("what needs a service comes first, then what it needs, however far; neighbours of neighbours stay out", () => {
  expect(reach("b", edges("a>b", "z>a", "b>c", "c>d", "other>c"))).toEqual(["b", "a", "z", "c", "d"]);
});

test("a circle ends, and a service alone reaches itself", () => {
  expect(reach("a", edges("a>b", "b>a"))).toEqual(["a", "b"]);
  expect(reach("x", edges("a>b"))).toEqual(["x"]);
});
