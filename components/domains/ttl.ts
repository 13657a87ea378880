export const TTL_PRESETS = [
  { seconds: 60, label: "1 minute" },
  { seconds: 300, label: "5 minutes" },
  { seconds: 3600, label: "1 hour" },
  { seconds: 86_400, label: "1 day" },
] as const;

/** `5 min`, `1 h`, `90 s`: a whole number of the largest unit that fits. */
export function formatTtl(seconds: number): string {
  for (const [unit, length] of [
    ["d", 86_400],
    ["h", 3600],
    ["min", 60],
  ] as const)
    if (seconds >= length && seconds % length === 0) return `${seconds / length} ${unit}`;
  return `${seconds} s`;
}
