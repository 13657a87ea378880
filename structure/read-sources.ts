import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync, Visitor } from "oxc-parser";

export interface Import {
  /** As written. */
  specifier: string;
  /** Path in the repository; null for a package. */
  file: string | null;
  /** `node:fs`, `@aws-sdk/client-route-53`, `next`; null for a file of ours. */
  package: string | null;
  /** `import type` and `export type`: gone when the code runs. */
  isType: boolean;
  line: number;
}

/** A source file as far as its place in the structure goes. */
export interface Source {
  path: string;
  lineCount: number;
  imports: Import[];
  isClient: boolean;
  /** Only passes on what other files export. */
  isBarrel: boolean;
  /** Lines that read process.env. */
  envLines: number[];
}

export const ROOT = fileURLToPath(new URL("..", import.meta.url));
const CODE = /\.(ts|tsx|mts|mjs|js)$/;
const GENERATED = /(^|\/)generated\//;

/** Files of the repository, also those not yet added to git. */
export function listFiles(): string[] {
  const output = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: ROOT,
    encoding: "utf8",
    timeout: 30_000,
  });
  return [...new Set(output.split("\0"))].filter((path) => path !== "" && existsSync(join(ROOT, path))).sort();
}

function resolveImport(from: string, specifier: string): Pick<Import, "file" | "package"> {
  if (specifier.startsWith("#")) return { file: normalize(specifier.slice(1)), package: null };
  if (specifier.startsWith(".")) return { file: normalize(join(dirname(from), specifier)), package: null };
  const parts = specifier.split("/");
  return { file: null, package: specifier.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] ?? specifier) };
}

/** Reads one file with a real parser: what looks like an import in a string or a comment is none. */
export function readSource(path: string, text: string): Source {
  const { program, module, errors } = parseSync(path, text);
  if (errors[0]) throw new Error(`${path} cannot be parsed: ${errors[0].message}`);
  const lineStarts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lineStarts.push(at + 1);
  const lineOf = (offset: number) => lineStarts.findLastIndex((start) => start <= offset) + 1;

  const imports: Import[] = [];
  const add = (specifier: string, start: number, isType: boolean) =>
    imports.push({ specifier, ...resolveImport(path, specifier), isType, line: lineOf(start) });
  for (const one of module.staticImports)
    add(one.moduleRequest.value, one.start, /^import\s+type\b(?!\s*(,|from))/.test(text.slice(one.start, one.end)));
  for (const one of module.staticExports) {
    const request = one.entries.find((entry) => entry.moduleRequest)?.moduleRequest;
    if (request) add(request.value, one.start, /^export\s+type\b/.test(text.slice(one.start, one.end)));
  }
  for (const one of module.dynamicImports) {
    const written = text.slice(one.moduleRequest.start, one.moduleRequest.end);
    if (/^["'`][^$]*["'`]$/.test(written)) add(written.slice(1, -1), one.start, false);
  }

  const envLines: number[] = [];
  new Visitor({
    MemberExpression(node) {
      if (node.object.type !== "Identifier" || node.object.name !== "process") return;
      if (node.property.type === "Identifier" && node.property.name === "env") envLines.push(lineOf(node.start));
    },
  }).visit(program);

  const body = program.body.filter((node) => !("directive" in node && node.directive));
  const passesOn = (node: (typeof body)[number]) =>
    node.type === "ExportAllDeclaration" || (node.type === "ExportNamedDeclaration" && node.source !== null);
  return {
    path,
    lineCount: lineStarts.length - (text.endsWith("\n") ? 1 : 0),
    imports,
    isClient: program.body.some((node) => "directive" in node && node.directive === "use client"),
    isBarrel: body.length > 0 && body.every(passesOn),
    envLines,
  };
}

/** A file's text; undefined when it went away since it was listed. */
function readPresent(path: string): string | undefined {
  try {
    return readFileSync(join(ROOT, path), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

export function readSources(paths: readonly string[]): Source[] {
  return paths
    .filter((path) => CODE.test(path) && !GENERATED.test(path))
    .flatMap((path) => {
      const text = readPresent(path);
      return text === undefined ? [] : [readSource(path, text)];
    });
}
