import type { ReactNode } from "react";
import { formatCount } from "#lib/platform/format.ts";

interface ToolbarProps {
  /** Rows shown. */
  shown: number;
  /** Rows there are. */
  total: number;
  /** One and many: ["service", "services"]. */
  noun: readonly [string, string];
  /** There are more than have been asked for: how many is not known. */
  isMore?: boolean;
  children: ReactNode;
}

/** Search and filters of a list, and how many it has. */
export function Toolbar({ shown, total, noun, isMore = false, children }: ToolbarProps) {
  const word = total === 1 ? noun[0] : noun[1];
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 pb-3">
      {children}
      <p role="status" className="ml-auto text-muted text-sm tabular-nums">
        {isMore
          ? `the newest ${formatCount(shown)}`
          : shown === total
            ? `${formatCount(total)} ${word}`
            : `${formatCount(shown)} of ${formatCount(total)} ${word}`}
      </p>
    </div>
  );
}
