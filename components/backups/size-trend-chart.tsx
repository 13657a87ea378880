"use client";

import { Area, AreaChart, YAxis } from "recharts";
import type { BackupBoardRow } from "#lib/backups/types.ts";
import { AnomalyDot } from "./anomaly-dot.tsx";

const BOX = { width: 88, height: 24 };

export function SizeTrendChart({ sizes }: { sizes: BackupBoardRow["sizes"] }) {
  return (
    <AreaChart {...BOX} data={sizes} margin={{ top: 4, right: 4, bottom: 2, left: 4 }} accessibilityLayer={false}>
      <YAxis hide domain={["dataMin", "dataMax"]} />
      <Area
        dataKey="sizeBytes"
        type="monotone"
        stroke="var(--accent)"
        strokeWidth={1.5}
        fill="var(--accent-soft)"
        fillOpacity={1}
        isAnimationActive={false}
        activeDot={false}
        dot={(props) => <AnomalyDot key={props.key} {...props} radius={2.5} />}
      />
    </AreaChart>
  );
}
