"use client";

import { Area, AreaChart, CartesianGrid, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import type { BackupBoardRow } from "#lib/backups/types.ts";
import { formatBytes } from "#lib/platform/format.ts";
import { AnomalyDot } from "./anomaly-dot.tsx";
import { formatMoment } from "./format-moment.ts";

type Size = BackupBoardRow["sizes"][number];

const TICK = { fill: "var(--muted)", fontSize: 12 };
const sayDay = (at: number) => new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" }).format(at);

export function SizeChart({ sizes, median }: { sizes: Size[]; median: number }) {
  const data = sizes.map((one) => ({ ...one, time: Date.parse(one.at) }));
  return (
    <ResponsiveContainer width="100%" height="100%">
      <AreaChart data={data} margin={{ top: 8, right: 8, bottom: 0, left: 0 }} accessibilityLayer={false}>
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="time"
          type="number"
          scale="time"
          domain={["dataMin", "dataMax"]}
          tickFormatter={sayDay}
          tick={TICK}
          tickLine={false}
          axisLine={{ stroke: "var(--line)" }}
          minTickGap={48}
        />
        <YAxis tickFormatter={formatBytes} tick={TICK} tickLine={false} axisLine={false} width={64} tickCount={4} />
        <ReferenceLine y={median} stroke="var(--control)" strokeDasharray="3 3" />
        <Tooltip content={<Reading />} cursor={{ stroke: "var(--control)" }} isAnimationActive={false} />
        <Area
          dataKey="sizeBytes"
          type="linear"
          stroke="var(--accent)"
          strokeWidth={1.5}
          fill="var(--accent-soft)"
          fillOpacity={1}
          isAnimationActive={false}
          dot={(props) => <AnomalyDot key={props.key} {...props} radius={4} />}
          activeDot={{ r: 3, fill: "var(--accent)", stroke: "var(--surface)" }}
        />
      </AreaChart>
    </ResponsiveContainer>
  );
}

interface ReadingProps {
  active?: boolean;
  payload?: readonly { payload?: Size }[];
}

/** What stands under the pointer. */
function Reading({ active, payload }: ReadingProps) {
  const size = payload?.[0]?.payload;
  if (!active || !size) return null;
  return (
    <div className="max-w-64 rounded-md border border-line bg-raised px-2.5 py-1.5 text-sm shadow-lg">
      <p className="font-medium tabular-nums">{formatBytes(size.sizeBytes)}</p>
      <p className="text-muted">{formatMoment(Date.parse(size.at), Date.now())}</p>
      {size.anomaly ? <p className="text-person">{size.anomaly}</p> : null}
    </div>
  );
}
