"use client";

import type { DataChangeView } from "#lib/data-changes/types.ts";
import { AfterActionCard } from "./after-action-card.tsx";
import { CarryOutCard } from "./carry-out-card.tsx";
import { DataChangeHeader } from "./data-change-header.tsx";
import { DecisionCard } from "./decision-card.tsx";
import { OutcomeNotice } from "./outcome-notice.tsx";
import { ProgressCard } from "./progress-card.tsx";
import { ReportCard } from "./report-card.tsx";
import { StatementsCard } from "./statements-card.tsx";
import { useDataChange } from "./use-data-change.ts";

/** One data change: how it stands, what it says, what the reader can do now. */
export function DataChangePage({ initialData }: { initialData: DataChangeView }) {
  const change = useDataChange(initialData);
  return (
    <>
      <DataChangeHeader change={change} />
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="grid min-w-0 grid-cols-1 gap-4">
          <OutcomeNotice change={change} />
          {change.state === "approved" ? <CarryOutCard change={change} /> : null}
          <AfterActionCard change={change} />
          <ReportCard change={change} />
          <StatementsCard change={change} />
          {change.state === "proposed" ? <DecisionCard key={change.id} change={change} /> : null}
        </div>
        <ProgressCard change={change} />
      </div>
    </>
  );
}
