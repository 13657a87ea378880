"use client";

import { formatRelative } from "#lib/platform/format.ts";
import { useHydrated, useNow } from "./use-now.ts";

/** The exact moment in the reader's own zone. */
export function formatExact(at: number): string {
  return new Intl.DateTimeFormat(undefined, {
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "short",
  }).format(at);
}

const PACE_MS = 15_000;

interface RelativeTimeProps {
  /** ISO 8601 */
  at: string;
  className?: string;
}

/** `5 min ago`, and the exact moment on hover. */
export function RelativeTime({ at, className }: RelativeTimeProps) {
  const hydrated = useHydrated();
  const now = useNow(PACE_MS);
  const moment = Date.parse(at);
  // The server's clock ticks by the pace: what came after its last tick is not in the future.
  const isNew = !hydrated && moment > now && moment - now < PACE_MS * 2;
  return (
    <time
      dateTime={at}
      title={hydrated ? formatExact(moment) : undefined}
      className={className}
      suppressHydrationWarning
    >
      {formatRelative(moment, isNew ? moment : now)}
    </time>
  );
}

/** The exact moment, in UTC until the browser says which zone the reader is in. */
export function ExactTime({ at, className }: RelativeTimeProps) {
  const hydrated = useHydrated();
  return (
    <time dateTime={at} className={className}>
      {hydrated ? formatExact(Date.parse(at)) : `${at.slice(0, 19).replace("T", " ")} UTC`}
    </time>
  );
}
