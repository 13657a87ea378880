import { expect, test } from "vitest";
import { sayTable } from "./format.ts";

test("a table is called as people call it, whatever the server puts around its name", () => {
  expect(["`note`", "`a ``b`` c`", "public.note", 'public."No te"', "`"].map(sayTable)).toEqual([
    "note",
    "a `b` c",
    "public.note",
    'public."No te"',
    "`",
  ]);
});
