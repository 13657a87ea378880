/** Groups of nodes that reach each other in a circle (Tarjan); nodes in no circle are left out. */
export function findCycles(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const cycles: string[][] = [];
  const visit = (node: string): void => {
    index.set(node, index.size);
    low.set(node, index.get(node) ?? 0);
    open.push(node);
    for (const next of edges.get(node) ?? []) {
      if (!index.has(next)) visit(next);
      if (open.includes(next)) low.set(node, Math.min(low.get(node) ?? 0, low.get(next) ?? 0));
    }
    if (low.get(node) !== index.get(node)) return;
    const group = open.splice(open.indexOf(node));
    if (group.length > 1 || edges.get(node)?.includes(node)) cycles.push(group.sort());
  };
  for (const node of edges.keys()) if (!index.has(node)) visit(node);
  return cycles;
}

/** The shortest way from a node to one that matches, itself left out; undefined when there is none. */
export function findPath(
  start: string,
  edges: ReadonlyMap<string, readonly string[]>,
  matches: (node: string) => boolean,
): string[] | undefined {
  const cameFrom = new Map<string, string | null>([[start, null]]);
  const queue = [start];
  for (let node = queue.shift(); node !== undefined; node = queue.shift()) {
    for (const next of edges.get(node) ?? []) {
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, node);
      if (!matches(next)) {
        queue.push(next);
        continue;
      }
      const path: string[] = [];
      for (let at: string | null = next; at !== null; at = cameFrom.get(at) ?? null) path.unshift(at);
      return path;
    }
  }
  return undefined;
}
