import { expect, test } from "vitest";
import { cleanLine, markFound, renderLine } from "./render-line.ts";

const ESC = "\u001b";

test("colours become classes, and markup stays text", () => {
  expect(renderLine(`a ${ESC}[31mred <b>${ESC}[0m ${ESC}[1;92mok${ESC}[m`)).toEqual([
    { text: "a ", className: "" },
    { text: "red <b>", className: "text-(--ansi-red)" },
    { text: " ", className: "" },
    { text: "ok", className: "text-(--ansi-green) font-semibold" },
  ]);
});

test("any other colour becomes the nearest that is readable in both themes", () => {
  const classOf = (sgr: string) => renderLine(`${ESC}[${sgr}mx`)[0]?.className;
  expect(classOf("38;5;196")).toBe("text-(--ansi-red)");
  expect(classOf("38;5;9")).toBe("text-(--ansi-red)");
  expect(classOf("38;2;20;90;250")).toBe("text-(--ansi-blue)");
  expect(classOf("38;5;244")).toBe("text-(--ansi-white)");
  expect(classOf("43;30")).toBe("text-(--ansi-black) bg-hover");
  expect(classOf("7;31")).toBe("text-(--ansi-black) bg-hover");
});

test("a rewritten line shows its last rewrite, and cursor moves go", () => {
  expect(cleanLine("10 %\r50 %\rdone\r")).toBe("done");
  expect(cleanLine(`${ESC}[2K${ESC}[1Gpulled`)).toBe("pulled");
});

test("what could deceive is visible: terminal commands, control characters, turned text", () => {
  expect(cleanLine(`${ESC}]8;;https://evil.example\u0007click${ESC}]8;;\u0007`)).toBe(
    "⟨ESC⟩]8;;https://evil.example⟨BEL⟩click⟨ESC⟩]8;;⟨BEL⟩",
  );
  expect(cleanLine("user\u202Enimda\u2066")).toBe("user⟨U+202E⟩nimda⟨U+2066⟩");
  expect(cleanLine("a\bb\u0000\u009b31m\ttab")).toBe("a⟨BS⟩b⟨NUL⟩⟨U+009B⟩31m\ttab");
  expect(renderLine(`${ESC}[31`)).toEqual([{ text: "⟨ESC⟩[31", className: "" }]);
});

test("what was looked for stands alone, in any case", () => {
  expect(markFound([{ text: "Error: no error", className: "x" }], "error")).toEqual([
    { text: "Error", className: "x", found: true },
    { text: ": no ", className: "x" },
    { text: "error", className: "x", found: true },
  ]);
  expect(markFound([{ text: "plain", className: "" }], " ")).toEqual([{ text: "plain", className: "" }]);
});
