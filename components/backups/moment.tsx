"use client";

import { formatExact } from "../ui/relative-time.tsx";
import { useHydrated, useNow } from "../ui/use-now.ts";
import { formatMoment } from "./format-moment.ts";

/** `03:12 today` in the reader's zone; until the browser says which that is, the moment in UTC. */
export function Moment({ at, className }: { at: string; className?: string }) {
  const hydrated = useHydrated();
  const now = useNow(60_000);
  const moment = Date.parse(at);
  return (
    <time
      dateTime={at}
      title={hydrated ? formatExact(moment) : undefined}
      className={className}
      suppressHydrationWarning
    >
      {hydrated ? formatMoment(moment, now) : `${at.slice(0, 16).replace("T", " ")} UTC`}
    </time>
  );
}
