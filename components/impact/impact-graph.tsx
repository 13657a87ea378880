"use client";

import Link from "next/link";
import { useId, useMemo, useState } from "react";
import type { ImpactView } from "#lib/impact/types.ts";
import { cn } from "../ui/cn.ts";
import { layOut, type PlacedEdge } from "./lay-out.ts";

const toPath = ([first, ...rest]: PlacedEdge["points"]): string =>
  first ? `M${first.x},${first.y} ${rest.map(({ x, y }) => `L${x},${y}`).join(" ")}` : "";

/** Arrows from what needs something to what it needs. Each service is a link; the one under the pointer or the focus shows its own lines. */
export function ImpactGraph({ service, nodes, edges }: Pick<ImpactView, "service" | "nodes" | "edges">) {
  const drawing = useMemo(() => layOut({ nodes, edges }), [nodes, edges]);
  const [chosen, setChosen] = useState<string>();
  const head = useId();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const isNear = ({ fromId, toId }: PlacedEdge) => chosen === undefined || fromId === chosen || toId === chosen;
  return (
    <div className="overflow-x-auto">
      <div className="relative mx-auto" style={{ width: drawing.width, height: drawing.height }}>
        <svg
          aria-hidden
          width={drawing.width}
          height={drawing.height}
          viewBox={`0 0 ${drawing.width} ${drawing.height}`}
          className="absolute inset-0"
        >
          <defs>
            <marker id={head} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
              <path d="M0,0 L8,4 L0,8 z" className="fill-muted" />
            </marker>
          </defs>
          {drawing.edges.map((edge) => (
            <path
              key={edge.key}
              d={toPath(edge.points)}
              fill="none"
              markerEnd={`url(#${head})`}
              className={cn("stroke-[1.5] stroke-muted", !isNear(edge) && "opacity-25")}
            />
          ))}
        </svg>
        <ul aria-label="Services">
          {drawing.nodes.map(({ id, x, y, width, height }) => {
            const node = byId.get(id);
            if (!node) return null;
            const isOwn = id === service.id;
            return (
              <li key={id} className="absolute" style={{ left: x, top: y, width, height }}>
                <Link
                  href={`/services/${node.name}/dependencies`}
                  aria-current={isOwn ? "page" : undefined}
                  onPointerEnter={() => setChosen(id)}
                  onPointerLeave={() => setChosen(undefined)}
                  onFocus={() => setChosen(id)}
                  onBlur={() => setChosen(undefined)}
                  className={cn(
                    "grid size-full content-center rounded-md border px-2.5 text-sm leading-tight hover:bg-hover",
                    isOwn ? "border-accent bg-accent-soft font-medium" : "border-line bg-surface",
                  )}
                >
                  <span className="truncate">{node.name}</span>
                  <span className="truncate text-muted text-xs">{node.ownerName}</span>
                </Link>
              </li>
            );
          })}
        </ul>
      </div>
    </div>
  );
}
