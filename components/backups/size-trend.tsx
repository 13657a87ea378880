"use client";

import dynamic from "next/dynamic";
import type { BackupBoardRow } from "#lib/backups/types.ts";
import { formatBytes } from "#lib/platform/format.ts";

type Sizes = BackupBoardRow["sizes"];

// The chart's code is fetched after the page stands.
const Chart = dynamic(() => import("./size-trend-chart.tsx").then((module) => module.SizeTrendChart), { ssr: false });

/** What the chart says, for those who do not see it. */
function sayTrend(sizes: Sizes): string {
  const [first, last] = [sizes[0], sizes.at(-1)];
  if (!first || !last) return "";
  const unusual = sizes.filter((one) => one.anomaly !== null).length;
  const odd = unusual === 0 ? "" : unusual === 1 ? ", one of them unusual" : `, ${unusual} of them unusual`;
  return `Sizes of the last ${sizes.length} backups: from ${formatBytes(first.sizeBytes)} to ${formatBytes(last.sizeBytes)}${odd}`;
}

/** Sizes over time, small: at least two. */
export function SizeTrend({ sizes }: { sizes: Sizes }) {
  return (
    <span role="img" aria-label={sayTrend(sizes)} className="inline-block h-6 w-22 shrink-0">
      <Chart sizes={sizes} />
    </span>
  );
}
