"use client";

import { formatClock, formatDuration } from "#lib/platform/format.ts";
import { useNow } from "./use-now.ts";

interface DurationProps {
  /** ISO 8601 */
  from: string;
  /** Absent or null: still going, and the figure moves. */
  to?: string | null;
  /** `01:12` in place of `1 min 12 s`. */
  clock?: boolean;
  className?: string;
}

export function Duration({ from, to, clock, className }: DurationProps) {
  const format = clock ? formatClock : formatDuration;
  if (to) return <span className={className}>{format(Date.parse(to) - Date.parse(from))}</span>;
  return <RunningDuration from={Date.parse(from)} format={format} className={className} />;
}

interface RunningProps {
  from: number;
  format: (ms: number) => string;
  className: string | undefined;
}

function RunningDuration({ from, format, className }: RunningProps) {
  const now = useNow(1000);
  return (
    <span className={className} suppressHydrationWarning>
      {format(Math.max(0, Math.floor((now - from) / 1000) * 1000))}
    </span>
  );
}
