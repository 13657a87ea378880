"use client";

import { daysUntil } from "#lib/platform/format.ts";
import { cn } from "../ui/cn.ts";
import { useNow } from "../ui/use-now.ts";

interface LifeBarProps {
  notBefore: string | null;
  notAfter: string;
  className?: string;
}

const HOUR_MS = 3_600_000;

/** How long it serves yet: words, and a bar that empties. Amber in the last quarter of its life, red in the last tenth. */
export function LifeBar({ notBefore, notAfter, className }: LifeBarProps) {
  const now = useNow();
  const end = Date.parse(notAfter);
  const life = end - (notBefore ? Date.parse(notBefore) : end - 90 * 24 * HOUR_MS);
  const left = Math.min(1, Math.max(0, (end - now) / life));
  const days = daysUntil(end, now);
  const word = end <= now ? "over" : days < 1 ? `${Math.floor((end - now) / HOUR_MS)} h left` : `${days} d left`;
  const tone = left <= 0.1 ? "fill-failed" : left <= 0.25 ? "fill-person" : "fill-done";
  return (
    <span className={cn("inline-grid w-28 gap-1", className)}>
      <span className="whitespace-nowrap tabular-nums" suppressHydrationWarning>
        {word}
      </span>
      {/* Drawn, for the policy on content lets no style come with a page. */}
      <svg aria-hidden viewBox="0 0 100 1" preserveAspectRatio="none" className="h-1 w-full rounded-full bg-sunken">
        <rect width={Math.round(left * 100)} height={1} className={tone} suppressHydrationWarning />
      </svg>
    </span>
  );
}
