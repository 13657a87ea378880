"use client";

import { History } from "lucide-react";
import { formatRelative, formatSpan } from "#lib/platform/format.ts";
import { cn } from "./cn.ts";
import { formatExact } from "./relative-time.tsx";
import { useHydrated, useNow } from "./use-now.ts";

interface StaleAgeProps {
  /** When it was seen; null: never. ISO 8601. */
  at: string | null;
  /** Older than this is amber. */
  staleAfterMs?: number;
  className?: string;
}

/** How old what you see is; in amber, with words, once it is too old to trust. */
export function StaleAge({ at, staleAfterMs = 60_000, className }: StaleAgeProps) {
  const now = useNow(5000);
  const hydrated = useHydrated();
  if (!at) return <span className={cn("text-muted text-xs", className)}>Not seen yet</span>;
  const moment = Date.parse(at);
  const age = Math.max(0, now - moment);
  const stale = age > staleAfterMs;
  return (
    <span
      title={hydrated ? formatExact(moment) : undefined}
      className={cn("inline-flex items-center gap-1 text-xs", stale ? "text-person" : "text-muted", className)}
      suppressHydrationWarning
    >
      {stale ? <History aria-hidden className="size-3.5" /> : null}
      {stale ? `Last seen ${formatSpan(age)} ago: may be out of date` : `Seen ${formatRelative(moment, now)}`}
    </span>
  );
}
