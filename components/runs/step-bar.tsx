import type { Span } from "./time-axis.ts";

const FILLS: Record<Span["kind"], string> = {
  queued: "fill-control/50",
  running: "fill-accent",
  succeeded: "fill-done",
  failed: "fill-failed",
  stopped: "fill-muted",
};

/** When a step waited and when it ran, on the axis of the whole run. */
export function StepBar({ spans, label }: { spans: readonly Span[]; label: string }) {
  return (
    <svg role="img" aria-label={label} className="block h-1.5 w-full overflow-hidden rounded-full bg-hover">
      <title>{label}</title>
      {spans.map((span) => (
        <rect
          key={`${span.kind} ${span.from}`}
          x={`${span.from * 100}%`}
          width={`${Math.max((span.to - span.from) * 100, 0.6)}%`}
          y={span.kind === "queued" ? "35%" : 0}
          height={span.kind === "queued" ? "30%" : "100%"}
          className={FILLS[span.kind]}
        />
      ))}
    </svg>
  );
}
