"use client";

import type { RecordDetail } from "#lib/dns/types.ts";
import { formatRelative } from "#lib/platform/format.ts";
import { cn } from "../ui/cn.ts";
import { ExactTime } from "../ui/relative-time.tsx";
import { useNow } from "../ui/use-now.ts";
import { describeEnd } from "./record-words.ts";

/** When the record ends by itself, if it does. */
export function RecordEnd({ record: { expiresAt, state } }: { record: Pick<RecordDetail, "expiresAt" | "state"> }) {
  const now = useNow();
  if (!expiresAt) return "never";
  if (state.startsWith("remov")) return "–";
  const { tone } = describeEnd(expiresAt, now);
  return (
    <span suppressHydrationWarning className={cn(tone === "near" && "text-failed", tone === "soon" && "text-person")}>
      {formatRelative(Date.parse(expiresAt), now)}, <ExactTime at={expiresAt} />
    </span>
  );
}
