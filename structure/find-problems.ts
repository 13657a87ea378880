import { findCycles, findPath } from "./graph.ts";
import type { Import, Source } from "./read-sources.ts";
import * as rules from "./rules.ts";

export interface Problem {
  rule: string;
  path: string;
  line: number;
  message: string;
}

const matchesAny = (patterns: readonly RegExp[], path: string) => patterns.some((pattern) => pattern.test(path));
const zoneOf = (path: string) => rules.ZONES.find((zone) => zone.pattern.test(path));
const isTest = (path: string) => zoneOf(path)?.name === "test";
const domainOf = (path: string) => /^lib\/([^/]+)\//.exec(path)?.[1];

/** Import directions: each part of the tree names the parts it may use. */
function checkDirection(source: Source, one: Import): string | undefined {
  const from = zoneOf(source.path);
  if (!one.file || !from || from.mayImport.includes("*")) return undefined;
  const to = zoneOf(one.file);
  if (!to) return `imports ${one.file}, which belongs to no part of structure/rules.ts`;
  if (to.name === "test") return `imports ${one.file}, which is for tests`;
  if (one.isType && !from.typesToo) return undefined;
  if (from.mayImport.includes("shared") && matchesAny(rules.SHARED, one.file)) return undefined;
  const isSamePart =
    from.name === to.name && (from.name !== "integrations" || partOf(source.path) === partOf(one.file));
  if (isSamePart || from.mayImport.includes(to.name)) return undefined;
  // What every domain shares with the browser may be read from below too: it depends on nothing.
  return `${from.name} may not import ${to.name === from.name ? `another of the ${to.name}` : to.name} (${one.file})`;
}
const partOf = (path: string) => path.split("/").slice(0, 3).join("/");

function* checkImports(source: Source): Generator<Problem> {
  for (const one of source.imports) {
    const at = { path: source.path, line: one.line };
    const direction = checkDirection(source, one);
    if (direction) yield { rule: "direction", ...at, message: direction };
    if (isTest(source.path)) continue;
    for (const { packages, allowed, because } of rules.PACKAGE_RULES)
      if (one.package && !one.isType && packages.test(one.package) && !allowed.test(source.path))
        yield { rule: "package", ...at, message: `imports ${one.specifier}. ${because}` };
    if (one.file && !one.isType && rules.DATABASE_FILES.test(one.file) && !rules.MAY_USE_DATABASE.test(source.path))
      yield { rule: "database", ...at, message: "uses the database. Only queries, commands and steps of a domain do." };
  }
}

function* checkFile(source: Source): Generator<Problem> {
  const { path } = source;
  const at = { path, line: 1 };
  if (source.lineCount > rules.LINES_MAX)
    yield { rule: "length", ...at, message: `has ${source.lineCount} lines; ${rules.LINES_MAX} are allowed` };
  if (source.isBarrel) yield { rule: "barrel", ...at, message: "only passes on what other files export: import those" };
  if (rules.BANNED_NAMES.test(path)) yield { rule: "name", ...at, message: "has a name that says nothing" };
  if (!/^[a-z0-9.[\]()_@-]+$/.test(path.split("/").at(-1) ?? ""))
    yield { rule: "name", ...at, message: "is not named in kebab-case" };
  if (!rules.MAY_READ_ENV.test(path))
    for (const line of source.envLines)
      yield { rule: "environment", path, line, message: "reads process.env. Only lib/platform/config does." };
  const domain = domainOf(path);
  if (!domain || rules.MACHINERY.includes(domain)) return;
  const name = path.split("/")[2]?.replace(/(\.test)?\.tsx?$/, "") ?? "";
  const allowed = [...rules.DOMAIN_NAMES, ...(rules.EXTRA_NAMES[domain] ?? [])];
  if (!allowed.includes(name) && !path.endsWith(".test.ts"))
    yield {
      rule: "vocabulary",
      ...at,
      message: `${name} is not among the names a domain's files have (structure/rules.ts)`,
    };
}

const runtimeEdges = (sources: readonly Source[]) =>
  new Map(
    sources.map((source) => [
      source.path,
      source.imports.flatMap((one) => (one.isType ? [] : (one.file ?? `package ${one.specifier}`))),
    ]),
  );

function* checkCycles(sources: readonly Source[]): Generator<Problem> {
  for (const cycle of findCycles(runtimeEdges(sources)))
    yield {
      rule: "cycle",
      path: cycle[0] ?? "",
      line: 1,
      message: `files import each other in a circle: ${cycle.join(", ")}`,
    };
  // What a domain shares with the browser depends on nothing, so reading it closes no circle.
  const domains = new Map<string, Set<string>>();
  for (const source of sources) {
    const from = domainOf(source.path);
    if (!from || isTest(source.path)) continue;
    for (const one of source.imports) {
      const to = one.file && domainOf(one.file);
      if (!to || to === from || one.isType || matchesAny(rules.SHARED, one.file ?? "")) continue;
      domains.set(from, (domains.get(from) ?? new Set()).add(to));
    }
  }
  for (const cycle of findCycles(new Map([...domains].map(([from, to]) => [from, [...to]]))))
    yield {
      rule: "domain-cycle",
      path: `lib/${cycle[0]}`,
      line: 1,
      message: `domains depend on each other in a circle: ${cycle.join(", ")}`,
    };
}

/** From somewhere that must not, along running imports, to something it must not reach. */
function* checkReach(sources: readonly Source[]): Generator<Problem> {
  const edges = runtimeEdges(sources);
  const isServer = (node: string) =>
    node.startsWith("package ") ? rules.SERVER_PACKAGES.test(node.slice(8)) : matchesAny(rules.SERVER_ONLY, node);
  const draws = (node: string) => node.endsWith(".tsx") || /^package (react|next)(\/|$)/.test(node);
  for (const source of sources) {
    if (isTest(source.path)) continue;
    const server = source.isClient ? findPath(source.path, edges, isServer) : undefined;
    if (server)
      yield {
        rule: "client",
        path: source.path,
        line: 1,
        message: `runs in the browser and reaches ${server.slice(1).join(" → ")}`,
      };
    const page = source.path.startsWith("workers/") ? findPath(source.path, edges, draws) : undefined;
    if (page)
      yield {
        rule: "worker",
        path: source.path,
        line: 1,
        message: `runs without a build and reaches ${page.slice(1).join(" → ")}`,
      };
  }
}

/** Everything wrong with the structure, exceptions taken out and needless exceptions put in. */
export function findProblems(sources: readonly Source[]): Problem[] {
  const found = [
    ...sources.flatMap((source) => [...checkImports(source), ...checkFile(source)]),
    ...checkCycles(sources),
    ...checkReach(sources),
  ];
  const isExcepted = (problem: Problem) =>
    rules.EXCEPTIONS.some((one) => one.rule === problem.rule && one.path === problem.path);
  const needless = rules.EXCEPTIONS.filter(
    (one) => !found.some((problem) => problem.rule === one.rule && problem.path === one.path),
  );
  return [
    ...found.filter((problem) => !isExcepted(problem)),
    ...needless.map(({ rule, path }) => ({
      rule: "exception",
      path,
      line: 1,
      message: `breaks the rule "${rule}" no more: remove its exception from structure/rules.ts`,
    })),
  ];
}
