import type { RouteDefinition } from "./types.ts";

interface Candidate {
  segments: string[];
  routes: Map<string, RouteDefinition>;
}

interface RouteMatch {
  /** Method → route and what its path's parameters hold. */
  methods: Map<string, { route: RouteDefinition; params: Record<string, string> }>;
}

export interface RouteTable {
  find(path: string): RouteMatch | null;
}

const isParameter = (segment: string) => segment.startsWith("{");

/** The names in braces of a path. */
export const parameterNames = (path: string): string[] =>
  [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = ""]) => name);

/** "/runs/new" before "/runs/{runId}": at the first segment that differs, the literal one goes first. */
function compareSegments(a: string[], b: string[]): number {
  for (let at = 0; at < a.length; at++) {
    const difference = Number(isParameter(a[at] ?? "")) - Number(isParameter(b[at] ?? ""));
    if (difference !== 0) return difference;
  }
  return 0;
}

function decode(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}

/** Finds the route of a path. Two routes of one method that could never be told apart are a mistake found at start. */
export function buildRouteTable(routes: readonly RouteDefinition[]): RouteTable {
  const candidates = new Map<string, Candidate>();
  for (const route of routes) {
    const shape = route.path.replace(/\{[^}]+\}/g, "{}");
    const candidate = candidates.get(shape) ?? { segments: route.path.split("/"), routes: new Map() };
    if (candidate.routes.has(route.method)) throw new Error(`${route.method} ${route.path} is declared twice.`);
    candidate.routes.set(route.method, route);
    candidates.set(shape, candidate);
  }
  const ordered = [...candidates.values()].sort((a, b) => compareSegments(a.segments, b.segments));

  return {
    find(path) {
      const segments = path.split("/").map(decode);
      const found = ordered.find(
        (candidate) =>
          candidate.segments.length === segments.length &&
          candidate.segments.every((segment, at) => (isParameter(segment) ? segments[at] : segment === segments[at])),
      );
      if (!found) return null;
      const methods: RouteMatch["methods"] = new Map();
      for (const [method, route] of found.routes) {
        const params: Record<string, string> = {};
        for (const [at, segment] of route.path.split("/").entries())
          if (isParameter(segment)) params[segment.slice(1, -1)] = segments[at] ?? "";
        methods.set(method, { route, params });
      }
      return { methods };
    },
  };
}
