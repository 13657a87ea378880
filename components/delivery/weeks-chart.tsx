"use client";

import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { plural } from "#lib/platform/format.ts";
import type { DeliveryView } from "#lib/releases/schema/delivery.ts";
import { sayTime, sayWeek } from "./delivery-words.ts";

type Week = DeliveryView["weeks"][number];
export type Measure = "deployments" | "leadTimeS" | "restoreS";

const TICK = { fill: "var(--muted)", fontSize: 12 };

/** A bar a week: how many, the failed ones on top; or a time. */
export function WeeksChart({ weeks, measure }: { weeks: Week[]; measure: Measure }) {
  const isCount = measure === "deployments";
  const data = weeks.map((week) => ({ ...week, good: week.deployments - week.failed }));
  return (
    <ResponsiveContainer width="100%" height="100%">
      <BarChart
        data={data}
        margin={{ top: 8, right: 4, bottom: 0, left: 0 }}
        accessibilityLayer={false}
        barCategoryGap="20%"
      >
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="week"
          tickFormatter={sayWeek}
          tick={TICK}
          tickLine={false}
          axisLine={{ stroke: "var(--line)" }}
          minTickGap={24}
        />
        <YAxis
          {...(isCount ? { allowDecimals: false } : { tickFormatter: (seconds: number) => sayTime(seconds) })}
          tick={TICK}
          tickLine={false}
          axisLine={false}
          domain={[0, "auto"]}
          width={isCount ? 28 : 64}
          tickCount={4}
        />
        <Tooltip content={<Reading measure={measure} />} cursor={{ fill: "var(--hover)" }} isAnimationActive={false} />
        {isCount ? (
          <>
            <Bar dataKey="good" stackId="all" fill="var(--accent)" isAnimationActive={false} maxBarSize={28} />
            <Bar dataKey="failed" stackId="all" fill="var(--failed)" isAnimationActive={false} maxBarSize={28} />
          </>
        ) : (
          <Bar dataKey={measure} fill="var(--accent)" isAnimationActive={false} maxBarSize={28} />
        )}
      </BarChart>
    </ResponsiveContainer>
  );
}

interface ReadingProps {
  measure: Measure;
  active?: boolean;
  payload?: readonly { payload?: Week }[];
}

/** What stands under the pointer. */
function Reading({ measure, active, payload }: ReadingProps) {
  const week = payload?.[0]?.payload;
  if (!active || !week) return null;
  return (
    <div className="max-w-64 rounded-md border border-line bg-raised px-2.5 py-1.5 text-sm shadow-lg">
      <p className="text-muted">Week of {sayWeek(week.week)}</p>
      {measure === "deployments" ? (
        <>
          <p className="font-medium tabular-nums">{plural(week.deployments, "deployment")}</p>
          {week.failed > 0 ? <p className="text-failed tabular-nums">{week.failed} failed</p> : null}
        </>
      ) : (
        <p className="font-medium tabular-nums">{sayTime(week[measure])}</p>
      )}
    </div>
  );
}
