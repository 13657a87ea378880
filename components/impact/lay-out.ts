import { Graph, layout } from "@dagrejs/dagre";
import type { ImpactView } from "#lib/impact/types.ts";

const HEIGHT = 44;
const WIDTH_MIN = 120;
const CHARACTER = 7.6;
const PADDING = 28;

interface PlacedNode {
  id: string;
  x: number;
  y: number;
  width: number;
  height: number;
}
export interface PlacedEdge {
  key: string;
  fromId: string;
  toId: string;
  points: { x: number; y: number }[];
}
interface Drawing {
  width: number;
  height: number;
  nodes: PlacedNode[];
  edges: PlacedEdge[];
}

/** Places for every service, those that need something left of what they need; one line per pair. */
export function layOut({ nodes, edges }: Pick<ImpactView, "nodes" | "edges">): Drawing {
  const graph = new Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 18, ranksep: 70, marginx: 8, marginy: 8 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, name } of nodes)
    graph.setNode(id, { width: Math.max(WIDTH_MIN, name.length * CHARACTER + PADDING), height: HEIGHT });
  const pairs = new Map(edges.map((edge) => [`${edge.fromId} ${edge.toId}`, edge]));
  for (const { fromId, toId } of pairs.values()) graph.setEdge(fromId, toId);
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return {
    ...{ width, height },
    nodes: nodes.map(({ id }) => {
      const { x, y, width: wide, height: high } = graph.node(id) as Omit<PlacedNode, "id">;
      return { id, x: x - wide / 2, y: y - high / 2, width: wide, height: high };
    }),
    edges: [...pairs].map(([key, { fromId, toId }]) => {
      const { points } = graph.edge(fromId, toId) as { points: PlacedEdge["points"] };
      return { key, fromId, toId, points };
    }),
  };
}
