interface AnomalyDotProps {
  cx?: number | undefined;
  cy?: number | undefined;
  payload?: { anomaly?: string | null } | undefined;
  radius: number;
}

/** A mark where a size was far from the usual; nothing where it was as always. */
export function AnomalyDot({ cx, cy, payload, radius }: AnomalyDotProps) {
  if (!payload?.anomaly || cx === undefined || cy === undefined) return null;
  return <circle cx={cx} cy={cy} r={radius} fill="var(--person)" stroke="var(--surface)" strokeWidth={1} />;
}
