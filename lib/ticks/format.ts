/** `97 %`; never 100 while one is missing. */
export function formatScore({ right, total }: { right: number; total: number }): string {
  if (total === 0) return "–";
  return `${right === total ? 100 : Math.min(99, Math.round((right * 100) / total))} %`;
}
