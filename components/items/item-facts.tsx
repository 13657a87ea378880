"use client";

import type { RunPageItem } from "#lib/runs/schema.ts";
import { cn } from "../ui/cn.ts";
import { formatExact } from "../ui/relative-time.tsx";
import { useHydrated, useNow } from "../ui/use-now.ts";
import { isOverdue, wordDue, wordTimes } from "./item-words.ts";

const PACE_MS = 15_000;

/** Who has it, until when, and how long it is thought to take: `taken by Sam Sand · due in 3 days · planned 15 min`. */
export function ItemFacts({ item, className }: { item: RunPageItem; className?: string }) {
  const times = wordTimes(item);
  return (
    <p className={cn("text-muted text-sm", className)}>
      {item.claimedBy ? `taken by ${item.claimedBy.name}` : "taken by nobody"}
      {item.dueBy && !item.waiver ? (
        <>
          {" · "}
          <Due at={item.dueBy} />
        </>
      ) : null}
      {times ? ` · ${times}` : null}
    </p>
  );
}

/** `due in 3 days`; red once it is over. */
export function Due({ at }: { at: string }) {
  const now = useNow(PACE_MS);
  const hydrated = useHydrated();
  return (
    <time
      dateTime={at}
      title={hydrated ? formatExact(Date.parse(at)) : undefined}
      className={isOverdue(at, now) ? "font-medium text-failed" : undefined}
      suppressHydrationWarning
    >
      {wordDue(at, now)}
    </time>
  );
}
