import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { finishExec } from "#lib/integrations/program/finish.ts";
import { startProgram } from "#lib/integrations/programs/run.ts";
import { type NixValue, nameNix, writeNix } from "./write-nix.ts";

const folder = mkdtempSync(join(tmpdir(), "seaworthy-nix-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What Nix itself makes of an expression. */
async function evaluate(expression: string): Promise<unknown> {
  const file = join(folder, "value.nix");
  writeFileSync(file, expression);
  const argv = ["nix-instantiate", "--eval", "--strict", "--json", file];
  const { signal } = new AbortController();
  const running = await startProgram({ argv, env: { NIX_REMOTE: "dummy://" } }, signal);
  const { exitCode, stdout, stderr } = await finishExec(running);
  if (exitCode !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

const isInstalled = await evaluate("1").then(
  () => true,
  () => false,
);

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 20 }).map((one) => one.replaceAll("\0", "")),
  fc.constantFrom(
    `\${builtins.abort "no"}`,
    `$\${a}`,
    `a\\\${b}`,
    `''\${x}''`,
    '"',
    "\\",
    "\n\t\r",
    "$",
    "${",
    "\\$",
    "if",
  ),
);
const value: fc.Arbitrary<NixValue> = fc.letrec<{ value: NixValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.integer(),
    // Few digits: Nix's own JSON has six.
    fc.integer({ min: -99_999, max: 99_999 }).map((one) => one / 1000),
    fc.constantFrom(1e21, 1e-7, 5e300, -2e25, 0.5),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(text, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

test.skipIf(!isInstalled)("Nix reads back what was written, whatever stands in it", async () => {
  const values = fc.sample(value, { numRuns: 300, seed: 6 });
  expect(await evaluate(writeNix(values))).toEqual(values);
});

test("names are quoted only where they have to be", () => {
  expect(["port", "a-b", "x'", "if", "a.b", "1st", `\${x}`].map(nameNix)).toEqual([
    ...["port", "a-b", "x'", '"if"', '"a.b"', '"1st"', `"\\\${x}"`],
  ]);
});
