import { describe, expect, test } from "vitest";
import { checkDocument } from "./check-documents.ts";
import { findProblems } from "./find-problems.ts";
import { readSource } from "./read-sources.ts";
import { EXCEPTIONS, ZONES } from "./rules.ts";

/** What is found in a tree of these files, without the exceptions of the real one. */
function problemsOf(files: Record<string, string>): string[] {
  const sources = Object.entries(files).map(([path, text]) => readSource(path, text));
  return findProblems(sources)
    .filter((problem) => problem.rule !== "exception")
    .map((problem) => `${problem.rule} ${problem.path}: ${problem.message}`);
}

describe("imports", () => {
  test("go down, never up", () => {
    expect(
      problemsOf({
        "lib/platform/clock.ts": `import { x } from "#lib/dns/queries.ts"; export const y = x;`,
        "lib/dns/queries.ts": `import { z } from "#app/actor.ts"; export const x = z;`,
        "lib/integrations/route53/client.ts": `import { x } from "../smtp/client.ts"; export const z = x;`,
      }),
    ).toEqual([
      "direction lib/platform/clock.ts: platform may not import domain (lib/dns/queries.ts)",
      "direction lib/dns/queries.ts: domain may not import app (app/actor.ts)",
      "direction lib/integrations/route53/client.ts: integrations may not import another of the integrations (lib/integrations/smtp/client.ts)",
    ]);
  });

  test("of types alone are free, but not for integrations", () => {
    const text = `import type { X } from "#lib/dns/queries.ts"; export type Y = X;`;
    expect(problemsOf({ "components/x.tsx": text, "lib/platform/x.ts": text })).toEqual([]);
    expect(problemsOf({ "lib/integrations/smtp/x.ts": text })).toHaveLength(1);
  });

  test("from components reach only what a domain shares", () => {
    const files = (target: string) => ({
      "components/x.tsx": `import { X } from "#lib/dns/${target}"; export const Y = X;`,
    });
    for (const target of ["schema.ts", "schema/record.ts", "constants.ts", "format.ts", "types.ts"])
      expect(problemsOf(files(target))).toEqual([]);
    for (const target of ["queries.ts", "commands/add.ts", "names.ts"])
      expect(problemsOf(files(target))).toHaveLength(1);
  });

  test("are what the parser says: not strings, comments or types in disguise", () => {
    const source = readSource(
      "lib/dns/queries.ts",
      `// import "a";\nconst text = 'import "b"';\nimport { type C } from "c";\nimport type D from "d";\nexport type { E } from "e";\nconst f = await import("f");\nexport * from "g";\nimport type, { h } from "h";`,
    );
    expect(source.imports.map((one) => `${one.specifier}${one.isType ? " (type)" : ""} ${one.line}`).sort()).toEqual([
      "c 3",
      "d (type) 4",
      "e (type) 5",
      "f 6",
      "g 7",
      "h 8",
    ]);
  });

  test("of a package stay where the package is known", () => {
    expect(
      problemsOf({ "lib/swarm/commands.ts": `import Docker from "dockerode"; export const d = new Docker();` }),
    ).toEqual([
      "package lib/swarm/commands.ts: imports dockerode. Only lib/integrations/docker knows Docker's client.",
    ]);
    expect(
      problemsOf({ "lib/dns/format.ts": `import { db } from "#lib/platform/db/client.ts"; export const d = db;` }),
    ).toEqual(["database lib/dns/format.ts: uses the database. Only queries, commands and steps of a domain do."]);
    expect(problemsOf({ "workers/x.ts": `import { exec } from "node:child_process"; exec("ls");` })).toHaveLength(1);
  });
});

describe("circles", () => {
  test("of files are found, also through others, but not through types", () => {
    const circle = {
      "lib/dns/queries.ts": `import { b } from "./commands.ts"; export const a = b;`,
      "lib/dns/commands.ts": `import { c } from "./schema.ts"; export const b = c;`,
      "lib/dns/schema.ts": `import { a } from "./queries.ts"; export const c = a;`,
    };
    expect(problemsOf(circle)).toEqual([
      "cycle lib/dns/commands.ts: files import each other in a circle: lib/dns/commands.ts, lib/dns/queries.ts, lib/dns/schema.ts",
    ]);
    const types = {
      ...circle,
      "lib/dns/schema.ts": `import type { a } from "./queries.ts"; export const c = 1; export type A = typeof a;`,
    };
    expect(problemsOf(types)).toEqual([]);
  });

  test("of domains are found even where no file is in one", () => {
    expect(
      problemsOf({
        "lib/dns/queries.ts": `import { b } from "#lib/backups/queries.ts"; export const a = b;`,
        "lib/dns/commands.ts": `export const d = 1;`,
        "lib/backups/queries.ts": `export const b = 1;`,
        "lib/backups/commands.ts": `import { d } from "#lib/dns/commands.ts"; export const c = d;`,
      }),
    ).toEqual(["domain-cycle lib/backups: domains depend on each other in a circle: backups, dns"]);
  });
});

describe("what runs in the browser", () => {
  test("never reaches the server, however long the way", () => {
    expect(
      problemsOf({
        "components/list.tsx": `"use client"; import { row } from "./row.tsx"; export const list = row;`,
        "components/row.tsx": `import { text } from "#lib/dns/format.ts"; export const row = text;`,
        "lib/dns/format.ts": `import { readFileSync } from "node:fs"; export const text = readFileSync;`,
      }),
    ).toEqual([
      "client components/list.tsx: runs in the browser and reaches components/row.tsx → lib/dns/format.ts → package node:fs",
    ]);
  });

  test("may name the server's types, and a server component may go further", () => {
    expect(
      problemsOf({
        "components/list.tsx": `"use client"; import type { Row } from "#lib/dns/queries.ts"; export type List = Row[];`,
        "app/page.tsx": `import { list } from "#lib/dns/queries.ts"; export default list;`,
        "lib/dns/queries.ts": `import { readFileSync } from "node:fs"; export const list = readFileSync; export type Row = string;`,
      }),
    ).toEqual([]);
  });
});

test("a worker never reaches a page", () => {
  expect(
    problemsOf({
      "workers/main.ts": `import { x } from "#lib/dns/steps.ts"; x();`,
      "lib/dns/steps.ts": `import { x as y } from "#components/x.tsx"; export const x = y;`,
      "components/x.tsx": `export const x = () => 1;`,
    }),
  ).toContain("worker workers/main.ts: runs without a build and reaches lib/dns/steps.ts → components/x.tsx");
});

describe("files", () => {
  test.each([
    ["lib/dns/helpers.ts", "name"],
    ["components/index.tsx", "name"],
    ["components/MyList.tsx", "name"],
    ["lib/dns/do-things.ts", "vocabulary"],
  ])("%s breaks the rule of the %s", (path, rule) => {
    expect(problemsOf({ [path]: "export const x = 1;" }).map((problem) => problem.split(" ")[0])).toContain(rule);
  });

  test("have 500 lines at most, are no barrels, and read no environment", () => {
    expect(problemsOf({ "lib/dns/queries.ts": "export const x = 1;\n".repeat(1).padEnd(600, "\n") })).toHaveLength(1);
    expect(
      problemsOf({ "lib/dns/types.ts": `export * from "./schema.ts"; export { a } from "./queries.ts";` })[0],
    ).toMatch(/^barrel/);
    expect(problemsOf({ "lib/dns/queries.ts": "export const x = process.env.HOME;" })[0]).toMatch(/^environment/);
    expect(problemsOf({ "lib/dns/queries.ts": `export const x = "process.env.HOME";` })).toEqual([]);
  });
});

test("every exception says why, and every part has a name", () => {
  for (const one of EXCEPTIONS) expect(one.because).toMatch(/^.{20,}\.$/);
  expect(new Set(ZONES.map((zone) => zone.name)).size).toBe(ZONES.length);
});

test("documents name only what exists", () => {
  const text = [
    "See `lib/dns/queries.ts` and `lib/gone.ts:12`, [the guide](guide.md) and [old](old.md#part).",
    "Not paths: `lib/<domain>`, `npm run x`, [site](https://example.org), `lib/*/steps`.",
  ].join("\n");
  const present = ["lib/dns/queries.ts", "docs/guide.md"];
  expect(checkDocument("docs/page.md", text, (path) => present.includes(path)).map((one) => one.message)).toEqual([
    "names lib/gone.ts, which does not exist",
    "names docs/old.md, which does not exist",
  ]);
});
