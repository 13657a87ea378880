"use client";

import type { RecordDetail } from "#lib/dns/types.ts";
import { AnswersCard } from "./answers-card.tsx";
import { RecordFacts } from "./record-facts.tsx";
import { RecordHeader } from "./record-header.tsx";
import { RecordHistory } from "./record-history.tsx";
import { RecordNotice } from "./record-notice.tsx";
import { TryItCard } from "./try-it-card.tsx";
import { useRecord } from "./use-record.ts";

/** One record: what it is, whether it is right, what can be done. */
export function RecordPage({ initialData }: { initialData: RecordDetail }) {
  const record = useRecord(initialData);
  return (
    <>
      <RecordHeader record={record} />
      <div className="grid grid-cols-1 gap-4">
        <RecordNotice record={record} />
        <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
          <div className="grid grid-cols-1 gap-4">
            <RecordFacts record={record} />
            <AnswersCard record={record} />
          </div>
          <div className="grid grid-cols-1 gap-4">
            <RecordHistory record={record} />
            <TryItCard record={record} />
          </div>
        </div>
      </div>
    </>
  );
}
