import type { Edge } from "./types.ts";

/** Everything reached from a service along its needs, and everything that reaches it: nearest first, itself first of all. */
export function reach(startId: string, edges: readonly Pick<Edge, "fromId" | "toId">[]): string[] {
  const needs = Map.groupBy(edges, (edge) => edge.fromId);
  const neededBy = Map.groupBy(edges, (edge) => edge.toId);
  const found = new Set([startId]);
  const follow = (next: (id: string) => string[]) => {
    let frontier = [startId];
    const seen = new Set(frontier);
    while (frontier.length > 0) {
      frontier = [...new Set(frontier.flatMap(next))].filter((id) => !seen.has(id));
      for (const id of frontier) seen.add(id);
    }
    return seen;
  };
  // Who needs it first: those would notice.
  for (const id of follow((one) => (neededBy.get(one) ?? []).map((edge) => edge.fromId))) found.add(id);
  for (const id of follow((one) => (needs.get(one) ?? []).map((edge) => edge.toId))) found.add(id);
  return [...found];
}
