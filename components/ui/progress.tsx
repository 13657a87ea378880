import { cn } from "./cn.ts";

interface ProgressProps {
  /** What moves: "Steps of run 184". */
  label: string;
  done?: number;
  /** Absent or 0: it moves, and how far is not known. */
  total?: number;
  /** More is used than there was. */
  over?: boolean;
  className?: string;
}

/** A thin bar. */
export function Progress({ label, done = 0, total = 0, over = false, className }: ProgressProps) {
  const known = total > 0;
  const share = known ? Math.min(1, done / total) : 0;
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={known ? total : undefined}
      aria-valuenow={known ? done : undefined}
      className={cn("h-1 w-full overflow-hidden rounded-full bg-hover", className)}
    >
      <div
        className={cn(
          "h-full origin-left rounded-full",
          over ? "bg-failed" : "bg-accent",
          known ? "transition-transform" : "w-1/3 animate-travel",
        )}
        style={known ? { transform: `scaleX(${share})` } : undefined}
      />
    </div>
  );
}
