/** One line of the result: a figure of ours beside the figure of what it stands on, measured in the same minute. */
export interface Measurement {
  name: string;
  value: number;
  unit: string;
  baseline: number;
  /** value / baseline. */
  ratio: number;
}

export interface Measure {
  /** `npm run bench -- <key>` runs those of this key only. */
  key?: string;
  title: string;
  run(): Promise<Measurement[]>;
}

export const measurement = (name: string, value: number, unit: string, baseline: number): Measurement => ({
  name,
  value: round(value),
  unit,
  baseline: round(baseline),
  ratio: Number((value / baseline).toPrecision(3)),
});

const round = (value: number) => Number(value.toPrecision(4));

/** How many a second, for `count` done in the time `work` takes. */
export async function perSecond(count: number, work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return (count * 1000) / (performance.now() - begin);
}

/** The value below which this share of the others lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);
