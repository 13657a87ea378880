import Link from "next/link";
import { KIND_LABELS } from "#lib/impact/constants.ts";
import type { ImpactView } from "#lib/impact/types.ts";
import { stateOfService } from "../state-of.ts";
import { Badge } from "../ui/badge.tsx";
import { Card, CardHeader } from "../ui/card.tsx";
import { StateBadge } from "../ui/state-badge.tsx";

interface RelationListProps {
  title: string;
  note: string;
  /** Said when there is none. */
  none: string;
  view: ImpactView;
  /** needs: what it needs; neededBy: what needs it. */
  side: "needs" | "neededBy";
}

/** One side of the drawing in words: each service once, with every reason and how the panel knows it. */
export function RelationList({ title, note, none, view, side }: RelationListProps) {
  const [near, far] = side === "needs" ? (["fromId", "toId"] as const) : (["toId", "fromId"] as const);
  const edges = view.edges.filter((edge) => edge[near] === view.service.id);
  const byId = new Map(view.nodes.map((node) => [node.id, node]));
  const rows = [...Map.groupBy(edges, (edge) => edge[far])];
  return (
    <Card className="overflow-hidden">
      <CardHeader title={title} note={note} />
      {rows.length === 0 ? <p className="px-4 py-3 text-muted">{none}</p> : null}
      <ul className="divide-y divide-line">
        {rows.map(([id, reasons]) => {
          const node = byId.get(id);
          if (!node) return null;
          const { state, word } = stateOfService(node.state);
          return (
            <li key={id} className="grid gap-1 px-4 py-2.5">
              <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <Link href={`/services/${node.name}`} className="break-all font-medium hover:underline">
                  {node.name}
                </Link>
                <StateBadge state={state} word={word} plain />
                <span className="text-muted text-sm">{node.ownerName}</span>
              </p>
              {reasons.map((one) => (
                <p key={`${one.kind} ${one.source}`} className="flex flex-wrap items-baseline gap-2 text-sm">
                  <Badge>{KIND_LABELS[one.kind]}</Badge>
                  <span className="min-w-0 break-words text-muted">
                    {one.reason || "no reason was given"}
                    {one.source === "seen" ? " (the panel sees it)" : ""}
                  </span>
                </p>
              ))}
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
