import type { ReactNode } from "react";
import { cn } from "./cn.ts";

const TONES = {
  neutral: "bg-waiting-soft text-muted",
  accent: "bg-accent-soft text-accent",
  done: "bg-done-soft text-done",
  person: "bg-person-soft text-person",
  failed: "bg-failed-soft text-failed",
} as const;

export type Tone = keyof typeof TONES;

/** A short word on a soft ground. For states use StateBadge, which adds the icon. */
export function Badge({
  tone = "neutral",
  className,
  children,
}: {
  tone?: Tone;
  className?: string;
  children: ReactNode;
}) {
  return (
    <span
      className={cn(
        "inline-flex h-5 items-center gap-1 whitespace-nowrap rounded-sm px-1.5 font-medium text-xs tabular-nums [&_svg]:size-3",
        TONES[tone],
        className,
      )}
    >
      {children}
    </span>
  );
}

/** A count of what waits. */
export function Count({ n, tone = "accent", label }: { n: number; tone?: Tone; label?: string }) {
  if (n === 0) return null;
  return (
    <Badge tone={tone} className="min-w-5 justify-center rounded-full">
      {n > 99 ? "99+" : n}
      {label ? <span className="sr-only">{label}</span> : null}
    </Badge>
  );
}
