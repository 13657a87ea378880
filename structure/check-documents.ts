import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import type { Problem } from "./find-problems.ts";
import { ROOT } from "./read-sources.ts";

const TOP = /^(\.ci|app|bench|components|docs|e2e|lib|local|prisma|structure|workers)(\/|$)/;
/** Stands for many paths, or for one of the reader's own. */
const PATTERN = /[<>{}*…]|\.\.\./;

/** Paths of the repository that a page names, in code spans and links. */
function listPaths(text: string, folder: string): { path: string; line: number }[] {
  const found: { path: string; line: number }[] = [];
  text.split("\n").forEach((content, index) => {
    for (const [, code = ""] of content.matchAll(/`([^`\s]+)`/g)) {
      const path = code.replace(/[:#].*$/, "").replace(/\/$/, "");
      if (TOP.test(path) && path.includes("/") && !PATTERN.test(path)) found.push({ path, line: index + 1 });
    }
    for (const [, target = ""] of content.matchAll(/\]\(([^)\s]+)\)/g)) {
      const path = target.replace(/[#?].*$/, "");
      if (path === "" || /^[a-z]+:/i.test(path)) continue;
      found.push({ path: normalize(join(folder, path)), line: index + 1 });
    }
  });
  return found;
}

/** Documents that name what does not exist any more. */
export function checkDocument(path: string, text: string, exists: (path: string) => boolean): Problem[] {
  return listPaths(text, dirname(path))
    .filter((one) => !exists(one.path))
    .map((one) => ({ rule: "document", path, line: one.line, message: `names ${one.path}, which does not exist` }));
}

export function checkDocuments(files: readonly string[]): Problem[] {
  const documents = files.filter((path) => /^(README|CONTRIBUTING|ARCHITECTURE)\.md$|^docs\/.*\.md$/.test(path));
  const exists = (path: string) => existsSync(join(ROOT, path));
  return documents.flatMap((path) => checkDocument(path, readFileSync(join(ROOT, path), "utf8"), exists));
}
