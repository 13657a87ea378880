"use client";

import type { NodeView } from "#lib/swarm/types.ts";
import { type Column, DataTable } from "../lists/data-table.tsx";
import { Badge } from "../ui/badge.tsx";
import { Card, CardHeader } from "../ui/card.tsx";
import { MonoId } from "../ui/mono-id.tsx";
import { StaleAge } from "../ui/stale-age.tsx";
import { StateBadge } from "../ui/state-badge.tsx";

export interface NodeShown extends NodeView {
  /** Tasks that run there. */
  tasks: number;
}

function NodeState({ state, availability }: NodeShown) {
  if (state !== "ready") return <StateBadge plain state="failed" word={state === "down" ? "Down" : state} />;
  if (availability === "drain") return <StateBadge plain alert state="person" word="Drained" />;
  if (availability === "pause") return <StateBadge plain alert state="person" word="Paused" />;
  return <StateBadge plain state="done" word="Ready" />;
}

const COLUMNS: readonly Column<NodeShown>[] = [
  {
    id: "hostname",
    header: "Node",
    value: (node) => node.hostname,
    wide: true,
    className: "max-w-72 truncate font-medium",
    cell: (node) => node.hostname,
  },
  { id: "state", header: "State", value: (node) => `${node.state} ${node.availability}`, cell: NodeState },
  { id: "role", header: "Role", value: (node) => node.role, cell: (node) => node.role },
  { id: "tasks", header: "Tasks", value: (node) => node.tasks, numeric: true, cell: (node) => node.tasks },
  {
    id: "labels",
    header: "Labels",
    cell: (node) => (
      <span className="flex flex-wrap gap-1">
        {Object.entries(node.labels).map(([key, value]) => (
          <Badge key={key}>
            {key}={value}
          </Badge>
        ))}
        {Object.keys(node.labels).length === 0 ? <span className="text-muted">–</span> : null}
      </span>
    ),
  },
  { id: "id", header: "Id", cell: (node) => <MonoId value={node.id} head={8} what="node id" /> },
];

export function NodesTable({ nodes, seenAt }: { nodes: NodeShown[]; seenAt: string | null }) {
  return (
    <Card className="overflow-hidden">
      <CardHeader title={nodes.length === 1 ? "1 node" : `${nodes.length} nodes`} actions={<StaleAge at={seenAt} />} />
      <DataTable
        label="Nodes"
        columns={COLUMNS}
        rows={nodes}
        rowId={(node) => node.id}
        defaultSort="hostname"
        sortParam="nodes"
      />
    </Card>
  );
}
