"use client";

import { ArrowDown, ArrowUp } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "../ui/cn.ts";
import { Th } from "../ui/table.tsx";

interface SortableThProps {
  /** Absent: this column does not sort. */
  column: string | undefined;
  /** The list's order now: a column, with `-` in front for descending. */
  sort: string;
  onSort: (sort: string) => void;
  numeric?: boolean | undefined;
  className?: string | undefined;
  children: ReactNode;
}

export function SortableTh({ column, sort, onSort, numeric, className, children }: SortableThProps) {
  if (!column)
    return (
      <Th numeric={numeric} className={className}>
        {children}
      </Th>
    );
  const up = sort === column;
  const down = sort === `-${column}`;
  const Arrow = down ? ArrowDown : ArrowUp;
  return (
    <Th numeric={numeric} className={className} aria-sort={up ? "ascending" : down ? "descending" : "none"}>
      <button
        type="button"
        onClick={() => onSort(up ? `-${column}` : column)}
        className={cn("group inline-flex items-center gap-1 rounded-sm hover:text-ink", (up || down) && "text-ink")}
      >
        {children}
        <Arrow aria-hidden className={cn("size-3", !(up || down) && "invisible group-hover:visible")} />
      </button>
    </Th>
  );
}
